import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { memoryOwner } from '../../knowledge/memory-owner.ts';
import { ACCOUNT_MEANINGS } from '../../knowledge/process-account.ts';
import { baseName } from '../../model/base-name.ts';
import type { Claim } from '../../model/claim.ts';
import { sumFootprints } from '../../model/footprint.ts';
import {
  type AccountEntry,
  type Footprint,
  LINUX,
  type Mapping,
  type MemoryMap,
} from '../../model/memory-map.ts';
import { mapAllocators } from './map-allocators.ts';
import { mappingRoles, type Role } from './mapping-roles.ts';
import { type MappingUse, mappingUses } from './mapping-uses.ts';

export interface RoledMapping {
  readonly mapping: Mapping;
  readonly role: Claim<Role>;
  /** What plain anonymous memory is for; undefined for other roles, and on systems other than Linux. */
  readonly use: Claim<MappingUse> | undefined;
}

/** Anonymous mappings of one use. */
export interface UseGroup extends MemoryGroup {
  readonly use: MappingUse;
}

/** Mappings that belong together, and their sums. */
export interface MemoryGroup {
  readonly footprint: Footprint;
  readonly mappings: readonly RoledMapping[];
}

/** All mappings of one shared object, executable or data file. */
export interface FileGroup extends MemoryGroup {
  readonly name: string;
}

/** Mappings of one role, per file, the largest file first. */
export interface FilesGroup extends MemoryGroup {
  readonly files: readonly FileGroup[];
}

/**
 * A memory map, sorted into what its mappings are for. Every mapping is in exactly one of
 * `anonymous`, `libraries`, `executable`, `stack`, `sharedMemory`, `files`; the parts of
 * `anonymous` split it once more.
 */
export interface MemoryGroups {
  readonly map: MemoryMap;
  /** The allocators and runtimes that are known of the process. */
  readonly allocators: readonly Allocator[];
  /** Every mapping with its role, in capture order. */
  readonly mappings: readonly RoledMapping[];
  readonly total: Footprint;
  /** Memory without a file, the stack excepted: what `pmap -x` calls `[ anon ]`. */
  readonly anonymous: MemoryGroup & {
    readonly heap: MemoryGroup;
    readonly kernel: MemoryGroup;
    readonly other: MemoryGroup;
    /** The parts of `other`, the largest first. */
    readonly uses: readonly UseGroup[];
  };
  readonly libraries: FilesGroup;
  readonly executable: FilesGroup;
  readonly stack: MemoryGroup;
  readonly sharedMemory: MemoryGroup;
  readonly files: FilesGroup;
  /** The kernel's sums over the process. */
  readonly account: readonly ExplainedEntry[];
}

/** One of the kernel's sums, with what it means where that is known. */
export interface ExplainedEntry extends AccountEntry {
  readonly meaning: string | undefined;
}

export function groupOf(mappings: readonly RoledMapping[]): MemoryGroup {
  return { mappings, footprint: sumFootprints(mappings.map(({ mapping }) => mapping)) };
}

/** One group per file, largest first. Two files of one name in different folders stay apart. */
function byFile(mappings: readonly RoledMapping[]): FileGroup[] {
  const byPath = new Map<string, RoledMapping[]>();
  for (const member of mappings) {
    const { backing } = member.mapping;
    if (backing.kind !== 'file') continue;
    const members = byPath.get(backing.path);
    if (members) members.push(member);
    else byPath.set(backing.path, [member]);
  }
  return [...byPath]
    .map(([path, members]) => ({ name: baseName(path), ...groupOf(members) }))
    .sort((a, b) => b.footprint.size - a.footprint.size);
}

function byUse(mappings: readonly RoledMapping[]): UseGroup[] {
  const found = [...new Set(mappings.flatMap(({ use }) => use?.value ?? []))];
  return found
    .map((use) => ({ use, ...groupOf(mappings.filter((one) => one.use?.value === use)) }))
    .sort((a, b) => b.footprint.size - a.footprint.size);
}

/** @param known allocators and runtimes of the process that another capture shows. */
export function memoryGroups(map: MemoryMap, known: readonly Allocator[] = []): MemoryGroups {
  const roles = mappingRoles(map);
  const allocators = [...known, ...mapAllocators(map)];
  const uses =
    map.system === LINUX ? mappingUses(map.mappings, roles, memoryOwner(allocators)) : [];
  const all = map.mappings.map(
    (mapping, i): RoledMapping => ({ mapping, role: roles[i]!, use: uses[i] }),
  );
  const withRole = (...wanted: Role[]) => all.filter(({ role }) => wanted.includes(role.value));
  const filesOf = (role: Role): FilesGroup => {
    const members = withRole(role);
    return { ...groupOf(members), files: byFile(members) };
  };
  return {
    map,
    allocators,
    mappings: all,
    total: groupOf(all).footprint,
    anonymous: {
      ...groupOf(withRole('heap', 'kernel', 'anonymous')),
      heap: groupOf(withRole('heap')),
      kernel: groupOf(withRole('kernel')),
      other: groupOf(withRole('anonymous')),
      uses: byUse(withRole('anonymous')),
    },
    libraries: filesOf('library'),
    executable: filesOf('executable'),
    stack: groupOf(withRole('stack')),
    sharedMemory: groupOf(withRole('shared-memory')),
    files: filesOf('file'),
    account: map.account.map((entry) => ({ ...entry, meaning: ACCOUNT_MEANINGS.get(entry.name) })),
  };
}

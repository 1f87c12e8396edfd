/**
 * What changed between two memory maps: of one process at two moments, or of two runs.
 */

import { baseName } from '../../model/base-name.ts';
import { firstIndex } from '../../model/binary-search.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Footprint, Mapping } from '../../model/memory-map.ts';
import type { MemoryGroups, RoledMapping } from './memory-groups.ts';

/** A mapping before and after; one of the two is undefined where it appeared or vanished. */
export interface MappingChange {
  readonly before: RoledMapping | undefined;
  readonly after: RoledMapping | undefined;
  /** After less before. */
  readonly size: Bytes;
  /** Undefined where a capture has no such column. */
  readonly resident: Bytes | undefined;
}

export type GroupName =
  | 'anonymous'
  | 'heap'
  | 'kernel'
  | 'other'
  | 'libraries'
  | 'executable'
  | 'stack'
  | 'sharedMemory'
  | 'files'
  | 'total';

export interface GroupChange {
  readonly name: GroupName;
  readonly before: Footprint;
  readonly after: Footprint;
}

export interface MapDifference {
  readonly before: MemoryGroups;
  readonly after: MemoryGroups;
  /**
   * `address`: mappings that lie at the same place. `name`: the layouts have nothing in common, as
   * after a new start; mappings of one name are matched in order, others by size.
   */
  readonly matchedBy: 'address' | 'name';
  /** Every group, changed or not. */
  readonly groups: readonly GroupChange[];
  /** Mappings that differ, the largest change of size first, then of resident. */
  readonly changes: readonly MappingChange[];
  readonly unchanged: number;
}

interface Pair {
  readonly before: RoledMapping | undefined;
  readonly after: RoledMapping | undefined;
}

export function mapDifference(before: MemoryGroups, after: MemoryGroups): MapDifference {
  const isSameLayout = sharesLayout(before.mappings, after.mappings);
  const pairs = isSameLayout
    ? pairsByAddress(before.mappings, after.mappings)
    : pairsByName(before.mappings, after.mappings);
  const all = pairs.map(change);
  const changes = all
    .filter(({ before: a, after: b, size, resident }) => !a || !b || size !== 0 || resident)
    .sort((a, b) => weight(b.size) - weight(a.size) || weight(b.resident) - weight(a.resident));
  return {
    before,
    after,
    matchedBy: isSameLayout ? 'address' : 'name',
    groups: groupChanges(before, after),
    changes,
    unchanged: all.length - changes.length,
  };
}

const weight = (value: Bytes | undefined): number => Math.abs(value ?? 0);

function change({ before, after }: Pair): MappingChange {
  const [a, b] = [before?.mapping, after?.mapping];
  const isKnown = (a ?? b)!.resident !== undefined && (b ?? a)!.resident !== undefined;
  return {
    before,
    after,
    size: (b?.size ?? 0) - (a?.size ?? 0),
    resident: isKnown ? (b?.resident ?? 0) - (a?.resident ?? 0) : undefined,
  };
}

/** What a mapping is, whatever its place: its file's name, or its role. */
function nameOf({ mapping: { backing }, role }: RoledMapping): string {
  if (backing.kind === 'file') return `file ${baseName(backing.path)}`;
  // Two captures may know the heap in different ways; its role is the same.
  return 'name' in backing ? `${role.value} ${backing.name ?? ''}` : role.value;
}

/** Whether anything of one name lies at one address in both; the vsyscall page always does. */
function sharesLayout(before: readonly RoledMapping[], after: readonly RoledMapping[]): boolean {
  const places = new Set(before.map((one) => `${one.mapping.start} ${nameOf(one)}`));
  return after.some(
    (one) => one.role.value !== 'kernel' && places.has(`${one.mapping.start} ${nameOf(one)}`),
  );
}

/** Same start first; then what overlaps, because stacks grow downwards and mappings lose their heads. */
function pairsByAddress(
  before: readonly RoledMapping[],
  after: readonly RoledMapping[],
): readonly Pair[] {
  const byStart = new Map(before.map((one) => [`${one.mapping.start} ${nameOf(one)}`, one]));
  const pairs: Pair[] = [];
  const unmatched: RoledMapping[] = [];
  for (const one of after) {
    const key = `${one.mapping.start} ${nameOf(one)}`;
    const same = byStart.get(key);
    if (same) pairs.push({ before: same, after: one });
    else unmatched.push(one);
    byStart.delete(key);
  }
  const left = new Set(byStart.values());
  const inOrder = [...left].sort((a, b) => a.mapping.start - b.mapping.start);
  for (const one of unmatched) {
    const old = overlapping(inOrder, one.mapping).find(
      (old) => left.has(old) && nameOf(old) === nameOf(one),
    );
    if (old) left.delete(old);
    pairs.push({ before: old, after: one });
  }
  return [...pairs, ...[...left].map((old) => ({ before: old, after: undefined }))];
}

/** Those of mappings in address order that have a part in common with another one. */
function overlapping(
  inOrder: readonly RoledMapping[],
  { start, size }: Pick<Mapping, 'start' | 'size'>,
): readonly RoledMapping[] {
  const first = firstIndex(inOrder.length, (i) => {
    const { mapping } = inOrder[i]!;
    return mapping.start + mapping.size > start;
  });
  let end = first;
  while (end < inOrder.length && inOrder[end]!.mapping.start < start + size) end++;
  return inOrder.slice(first, end);
}

/** By name and rights in order; memory without a name by its size. */
function pairsByName(
  before: readonly RoledMapping[],
  after: readonly RoledMapping[],
): readonly Pair[] {
  const key = (one: RoledMapping) => {
    const kind = `${nameOf(one)} ${one.mapping.permissions}`;
    return one.role.value === 'anonymous' ? `${kind} ${one.mapping.size}` : kind;
  };
  const left = new Map<string, RoledMapping[]>();
  for (const one of before) {
    const same = left.get(key(one));
    if (same) same.push(one);
    else left.set(key(one), [one]);
  }
  const pairs: Pair[] = after.map((one) => ({ before: left.get(key(one))?.shift(), after: one }));
  const vanished = [...left.values()].flat();
  return [...pairs, ...vanished.map((old) => ({ before: old, after: undefined }))];
}

function groupChanges(before: MemoryGroups, after: MemoryGroups): GroupChange[] {
  const footprints: Record<GroupName, (groups: MemoryGroups) => Footprint> = {
    anonymous: ({ anonymous }) => anonymous.footprint,
    heap: ({ anonymous }) => anonymous.heap.footprint,
    kernel: ({ anonymous }) => anonymous.kernel.footprint,
    other: ({ anonymous }) => anonymous.other.footprint,
    libraries: ({ libraries }) => libraries.footprint,
    executable: ({ executable }) => executable.footprint,
    stack: ({ stack }) => stack.footprint,
    sharedMemory: ({ sharedMemory }) => sharedMemory.footprint,
    files: ({ files }) => files.footprint,
    total: ({ total }) => total,
  };
  return Object.entries(footprints).map(([name, footprint]) => ({
    name: name as GroupName,
    before: footprint(before),
    after: footprint(after),
  }));
}

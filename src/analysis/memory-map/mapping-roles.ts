/**
 * What each mapping is for, as far as one memory map can tell.
 *
 * `pmap -x` calls everything without a file `[ anon ]`; /proc names the heap and the kernel's own
 * pages. What the capture says is measured; what follows from position and rights is inferred, and
 * says why. Names, positions and sizes are Linux's: of other systems' maps only what is measured is told.
 */

import { GLIBC_STEPS } from '../../knowledge/allocators/glibc.ts';
import { MAX_BRK_DISTANCE, MAX_VDSO_BYTES, VSYSCALL } from '../../knowledge/linux-maps.ts';
import type { Address } from '../../model/address.ts';
import { baseName } from '../../model/base-name.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import { LINUX, type Mapping, type MemoryMap } from '../../model/memory-map.ts';
import { mapAllocators } from './map-allocators.ts';

export type Role =
  | 'executable'
  | 'library'
  | 'heap'
  | 'stack'
  | 'kernel'
  | 'anonymous'
  | 'shared-memory'
  | 'file';

/** Shared objects: `libc.so.6`, `libc-2.33.so`, `_json.cpython-311-x86_64-linux-gnu.so`. */
const SHARED_OBJECT = /\.so(?:\.[0-9][0-9.]*)?$/;

const end = (mapping: Mapping): Address => mapping.start + mapping.size;
const isAnonymous = (mapping: Mapping): boolean => mapping.backing.kind === 'anonymous';
const isCode = (mapping: Mapping): boolean => mapping.permissions[2] === 'x';
const isWritable = (mapping: Mapping): boolean => mapping.permissions[1] === 'w';

/** One role per mapping, in the map's order. */
export function mappingRoles(map: MemoryMap): Claim<Role>[] {
  const isLinux = map.system === LINUX;
  const executable = executablePath(map);
  const codePaths = new Set(map.mappings.filter(isCode).map(filePath));
  const roles = map.mappings.map((mapping): Claim<Role> => {
    const { backing } = mapping;
    if (backing.kind !== 'file') return measured(backing.kind);
    if (backing.path === executable?.value) return { ...executable, value: 'executable' };
    if (isLinux && SHARED_OBJECT.test(backing.path)) return measured('library');
    // Where the program is not known, a file with code may be it.
    if (codePaths.has(backing.path) && (isLinux || executable !== undefined)) {
      return inferred('library', 'code is mapped from this file, and it is not the program');
    }
    return measured('file');
  });
  if (isLinux) {
    inferKernelPages(map.mappings, roles);
    inferHeap(map, roles);
  }
  return roles;
}

function filePath(mapping: Mapping): string | undefined {
  return mapping.backing.kind === 'file' ? mapping.backing.path : undefined;
}

/**
 * Which file is the program: the one that the system or the command names, else the first with
 * code. A login shell has a dash before its name.
 */
function executablePath(map: MemoryMap): Claim<string> | undefined {
  if (map.executable !== undefined) return measured(map.executable);
  const program = baseName(map.command?.split(' ', 1)[0] ?? '').replace(/^-/, '');
  const paths = map.mappings.map(filePath);
  const named = paths.find((path) => path !== undefined && baseName(path) === program);
  if (named !== undefined) return measured(named);
  if (map.system !== LINUX) return undefined;
  const code = map.mappings.filter(isCode).map(filePath);
  const first = code.find((path) => path !== undefined && !SHARED_OBJECT.test(path));
  return first === undefined
    ? undefined
    : inferred(first, 'it is the first file with code that is no shared object');
}

function inferKernelPages(mappings: readonly Mapping[], roles: Claim<Role>[]): void {
  for (const [i, mapping] of mappings.entries()) {
    if (!isAnonymous(mapping)) continue;
    if (mapping.start === VSYSCALL) {
      roles[i] = inferred('kernel', 'x86-64 has its vsyscall page at this address');
      continue;
    }
    const isVdso = isCode(mapping) && !isWritable(mapping) && mapping.size <= MAX_VDSO_BYTES;
    if (!isVdso) continue;
    const readOnlyBefore = (j: number): boolean => {
      const before = mappings[j];
      return (
        before !== undefined &&
        isAnonymous(before) &&
        before.permissions.startsWith('r--') &&
        end(before) === mappings[j + 1]?.start
      );
    };
    if (!readOnlyBefore(i - 1)) continue;
    roles[i] = inferred('kernel', 'a page of code without a file after read-only pages: the vdso');
    for (let j = i - 1; readOnlyBefore(j); j--) {
      roles[j] = inferred('kernel', 'read-only pages directly before the vdso: vvar');
    }
  }
}

/**
 * The last of the rows that the kernel mapped of the program: a program may map its own file again, among
 * the libraries.
 */
function programLast(
  mappings: readonly Mapping[],
  roles: readonly Claim<Role>[],
): number | undefined {
  const rows = roles.flatMap(({ value }, i) => (value === 'executable' ? i : []));
  const after = rows.findIndex(
    (i, n) => n > 0 && mappings[i]!.start - end(mappings[rows[n - 1]!]!) > MAX_BRK_DISTANCE,
  );
  return after === -1 ? rows.at(-1) : rows[after - 1];
}

/**
 * The brk heap is the first writable anonymous row behind the program, unless that row is the
 * program's .bss: then it touches the program's data, and the heap, if there is one, comes next.
 * musl puts a guard page without rights at the start of its heap.
 */
function inferHeap(map: MemoryMap, roles: Claim<Role>[]): void {
  const { mappings } = map;
  if (roles.some((role) => role.value === 'heap')) return;
  const last = programLast(mappings, roles);
  if (last === undefined) return;
  const programEnd = end(mappings[last]!);
  const afterNear = mappings.findIndex(
    (mapping, i) =>
      i > last && (!isAnonymous(mapping) || mapping.start - programEnd > MAX_BRK_DISTANCE),
  );
  const near = mappings.slice(last + 1, afterNear === -1 ? undefined : afterNear);
  const writable = near.filter(isWritable);
  const [first] = writable;
  if (first === undefined) return;

  const isGo = () => mapAllocators(map).some(({ id }) => id === 'go');
  const isBss =
    first.start === programEnd && (writable.length > 1 || first.size < GLIBC_STEPS[0] || isGo());
  const heap = isBss ? writable[1] : first;
  if (heap === undefined) return;
  const because = isBss
    ? 'the second writable row without a file behind the program; the first, touching it, is its .bss'
    : 'the first writable row without a file behind the program';
  const at = mappings.indexOf(heap);
  const guard = mappings[at - 1]!;
  const hasGuard =
    isAnonymous(guard) && guard.permissions.startsWith('---') && end(guard) === heap.start;
  for (let i = hasGuard ? at - 1 : at; i < last + 1 + near.length; i++) {
    roles[i] = inferred('heap', because);
  }
}

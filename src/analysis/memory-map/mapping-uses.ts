/**
 * What rows of a memory map are for, told by their neighbours and rights: a map does not say which call
 * made a row. Everything here is inferred, and says why.
 */

import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { GLIBC_ARENA, GLIBC_MMAP_THRESHOLD } from '../../knowledge/allocators/glibc.ts';
import { isInGoHeap } from '../../knowledge/allocators/go.ts';
import { isInJavaHeap, V8_PAGE } from '../../knowledge/allocators/runtimes.ts';
import { ANON_HUGEPAGE, LARGEST_GUARD, SMALLEST_STACK } from '../../knowledge/linux-maps.ts';
import { MEMORY_USES } from '../../knowledge/memory-uses.ts';
import { type Bytes, MIB } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type { Mapping } from '../../model/memory-map.ts';
import type { Role } from './mapping-roles.ts';

/** What a row of anonymous memory is for; the names are those of `MEMORY_USES` and three more. */
export type MappingUse =
  | 'thread-arena'
  | 'go-heap'
  | 'java-heap'
  | 'v8-heap'
  | 'jemalloc-extent'
  | 'mimalloc-segment'
  | 'tcmalloc-span'
  | 'huge-pages'
  | 'thread-stack'
  | 'guard'
  | 'reservation'
  | 'library-data'
  | 'code'
  | 'malloc-mapping'
  | 'private'
  | 'small'
  | 'constant';

/** Larger zeroed data of a library is rare; what lies behind it has been joined with it. */
const LARGEST_BSS: Bytes = 4 * MIB;

const TITLES: ReadonlyMap<string, string> = new Map([
  ...MEMORY_USES.map(({ id, title }) => [id, title] as const),
  ['guard', 'guard pages'],
  ['constant', 'read-only memory'],
  ['private', 'private memory, mmapped'],
  ['java-heap', 'Java heap'],
  ['v8-heap', 'V8 heap'],
  ['tcmalloc-span', 'tcmalloc spans'],
  ['huge-pages', 'huge pages (hugetlb)'],
]);

export const titleOfUse = (use: MappingUse): string => TITLES.get(use)!;

const isHugetlb = ({ backing }: Mapping): boolean =>
  backing.kind === 'anonymous' && backing.name === ANON_HUGEPAGE;

const end = ({ start, size }: Mapping): number => start + size;
const hasRights = ({ permissions }: Mapping): boolean => !permissions.startsWith('---');
const isWritable = ({ permissions }: Mapping): boolean => permissions.startsWith('rw');

/**
 * One for each row whose role is plain anonymous memory, in the map's order; undefined for the others.
 *
 * @param roles of the same rows.
 * @param owner who gives out the process's private memory; undefined where that is not known.
 */
export function mappingUses(
  mappings: readonly Mapping[],
  roles: readonly Claim<Role>[],
  owner: Allocator | undefined,
): readonly (Claim<MappingUse> | undefined)[] {
  const isPlain = (i: number) => roles[i]?.value === 'anonymous';
  const touches = (i: number) =>
    i > 0 && i < mappings.length && end(mappings[i - 1]!) === mappings[i]!.start;
  const uses: (Claim<MappingUse> | undefined)[] = mappings.map(() => undefined);
  for (const [i, row] of mappings.entries()) {
    if (!isPlain(i) || uses[i]) continue;
    if (isHugetlb(row)) {
      uses[i] = inferred('huge-pages', 'MAP_HUGETLB: the kernel names it anon_hugepage');
      continue;
    }
    if (owner?.id === 'go' && isInGoHeap(row.start)) {
      uses[i] = inferred('go-heap', '64 MiB from 0xc000000000 on: the heap of Go');
      continue;
    }
    const arena = arenaEnd(mappings, i, isPlain);
    if (arena !== undefined) {
      const because = '64 MiB at a multiple of 64 MiB, used from its start: an arena of glibc';
      const use = inferred<MappingUse>('thread-arena', because);
      for (let part = i; part < arena; part++) uses[part] = use;
      continue;
    }
    uses[i] = rowUse(row, owner, {
      before: touches(i) ? { row: mappings[i - 1]!, role: roles[i - 1]!.value } : undefined,
      next: touches(i + 1) && isPlain(i + 1) ? mappings[i + 1] : undefined,
    });
  }
  return uses;
}

interface Neighbours {
  /** The row that ends where this one begins. */
  readonly before: { readonly row: Mapping; readonly role: Role } | undefined;
  /** The anonymous row that begins where this one ends. */
  readonly next: Mapping | undefined;
}

function rowUse(
  row: Mapping,
  owner: Allocator | undefined,
  { before, next }: Neighbours,
): Claim<MappingUse> {
  if (!hasRights(row)) {
    const isStackNext = next && isWritable(next) && next.size >= SMALLEST_STACK;
    if (row.size <= LARGEST_GUARD && isStackNext) {
      return inferred('guard', 'no rights, and writable memory right above: the guard of a stack');
    }
    if (row.size <= LARGEST_GUARD) return inferred('guard', 'a few pages without rights');
    return inferred('reservation', 'no rights: address space that is kept for later');
  }
  if (row.permissions.includes('x')) {
    return inferred('code', 'executable and of no file: code made at run time');
  }
  const isAboveGuard =
    before?.role === 'anonymous' && !hasRights(before.row) && before.row.size <= LARGEST_GUARD;
  if (isWritable(row) && isAboveGuard && row.size >= SMALLEST_STACK) {
    return inferred('thread-stack', 'writable, right above a guard page: the stack of a thread');
  }
  const isBehindFile = before?.role === 'library' || before?.role === 'executable';
  if (isBehindFile && row.size <= LARGEST_BSS) {
    return inferred('library-data', 'right behind a library or the program: its .bss');
  }
  const ofOwner = ownerUse(row, owner);
  if (ofOwner) return ofOwner;
  if (isWritable(row) && row.size > GLIBC_MMAP_THRESHOLD && !mapsBlocks(owner)) {
    return inferred('private', `writable, of no file; ${ownerWords(owner)}`);
  }
  if (isWritable(row) && row.size > GLIBC_MMAP_THRESHOLD) {
    const because = 'writable, more than 128 KiB: one or more large blocks of malloc side by side';
    return inferred('malloc-mapping', because);
  }
  if (isWritable(row)) {
    return inferred('small', 'at most 128 KiB: loader, thread-local data, buffers');
  }
  return inferred('constant', 'readable only: data that is not to be changed any more');
}

/** Memory of a runtime or of another malloc, by where it lies; undefined where that does not tell. */
function ownerUse(
  { start, size, permissions }: Mapping,
  owner: Allocator | undefined,
): Claim<MappingUse> | undefined {
  if (!permissions.startsWith('rw')) return undefined;
  switch (owner?.id) {
    case 'jvm':
      return isInJavaHeap(start)
        ? inferred('java-heap', 'below 32 GiB, where the JVM keeps a heap of compressed pointers')
        : undefined;
    case 'v8':
      return start % V8_PAGE === 0
        ? inferred('v8-heap', 'it begins at a multiple of 256 KiB: pages of V8')
        : undefined;
    case 'jemalloc':
      return extents('jemalloc-extent', size, owner);
    case 'mimalloc':
      return extents('mimalloc-segment', size, owner);
    case 'tcmalloc':
      return extents('tcmalloc-span', size, owner);
    default:
      return undefined;
  }
}

const extents = (use: MappingUse, size: Bytes, { title }: Allocator) =>
  size > GLIBC_MMAP_THRESHOLD
    ? inferred(use, `${title} gives out memory in this process`)
    : undefined;

/** Whether it is a malloc that gives each large block a mapping of its own. */
const mapsBlocks = (owner: Allocator | undefined): boolean =>
  owner?.id === 'glibc' || owner?.id === 'musl';

const ownerWords = (owner: Allocator | undefined): string =>
  owner === undefined
    ? 'no library with malloc is mapped'
    : `${owner.title} gives out memory in this process`;

/**
 * An arena is a writable part and a rest without rights, together to the next multiple of 64 MiB.
 *
 * @returns the index behind its last row; undefined if none begins here.
 */
function arenaEnd(
  mappings: readonly Mapping[],
  first: number,
  isPlain: (i: number) => boolean,
): number | undefined {
  const { start } = mappings[first]!;
  if (start % GLIBC_ARENA !== 0 || !isWritable(mappings[first]!)) return undefined;
  for (let i = first; i < mappings.length && isPlain(i); i++) {
    if (i > first && mappings[i]!.start !== end(mappings[i - 1]!)) return undefined;
    const at = end(mappings[i]!);
    if (at === start + GLIBC_ARENA) return i > first ? i + 1 : undefined;
    if (at > start + GLIBC_ARENA) return undefined;
  }
  return undefined;
}

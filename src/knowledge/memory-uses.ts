/**
 * What anonymous memory is for, told by the call that maps it. Rules are tried in order, the first
 * that fits decides; another allocator's habit is one more entry.
 */

import { MIB } from '../model/bytes.ts';
import { MAP, PROT } from '../model/syscall-trace.ts';
import { GLIBC_ARENA, GLIBC_MMAP_THRESHOLD } from './allocators/glibc.ts';
import { GO_ARENA, isInGoHeap } from './allocators/go.ts';
import { isMimallocHint, MIMALLOC_SEGMENT } from './allocators/mimalloc.ts';
import { isDirectArena } from './allocators/placement.ts';
import { LARGEST_SIGNAL_STACK } from './allocators/runtimes.ts';
import {
  type AnonymousMapping,
  isOf,
  type MappingPattern,
  wholePattern,
} from './mapping-pattern.ts';

interface UseRule extends MappingPattern {
  readonly id: string;
  readonly title: string;
  /** Why a mapping is taken for this, as the end of a sentence. */
  readonly because: string;
}

export interface MemoryUse extends UseRule {
  /** Its place in `MEMORY_USES`. */
  readonly index: number;
}

const READ_WRITE = PROT.READ | PROT.WRITE;

const RULES: readonly UseRule[] = [
  {
    id: 'brk-heap',
    title: 'brk heap',
    because: 'brk made it',
    fits: () => false,
  },
  {
    id: 'signal-stack',
    title: 'signal stacks',
    because: 'MAP_STACK, and no larger than a stack for signal handlers',
    protection: READ_WRITE,
    flags: MAP.STACK,
    fits: ({ length }) => length <= LARGEST_SIGNAL_STACK,
  },
  {
    id: 'thread-stack',
    title: 'thread stacks',
    because: 'MAP_STACK, which pthread_create sets',
    flags: MAP.STACK,
  },
  {
    id: 'thread-arena',
    title: 'thread arenas',
    because: "64 MiB, or 128 MiB to align it, reserved without rights: glibc's arena for threads",
    protection: PROT.NONE,
    flags: MAP.NORESERVE,
    fits: ({ length }) => length === GLIBC_ARENA || length === 2 * GLIBC_ARENA,
  },
  {
    id: 'go-heap',
    title: 'Go heap',
    because: 'whole 64 MiB from 0xc000000000 on, where Go asks for the arenas of its heap',
    fits: ({ start, length }) =>
      isInGoHeap(start) && start % GO_ARENA === 0 && length % GO_ARENA === 0,
  },
  {
    id: 'mimalloc-segment',
    title: 'mimalloc segments',
    because: 'whole MiB in steps of 32 MiB from 2 to 30 TiB, where mimalloc asks for segments',
    fits: ({ start, length }) =>
      isMimallocHint(start) && start % MIMALLOC_SEGMENT === 0 && length % MIB === 0,
  },
  {
    id: 'jemalloc-extent',
    title: 'jemalloc extents',
    because: 'writable and not reserved (MAP_NORESERVE), 2 MiB or more: how jemalloc maps extents',
    protection: READ_WRITE,
    flags: MAP.NORESERVE,
    fits: ({ length }) => length >= 2 * MIB,
  },
  {
    id: 'reservation',
    title: 'reservations',
    because: 'mapped without rights (PROT_NONE)',
    protection: PROT.NONE,
  },
  {
    id: 'library-data',
    title: "libraries' own data",
    because: 'mapped at a fixed address: the .bss of a library',
    flags: MAP.FIXED,
  },
  {
    id: 'arena',
    title: 'allocator arenas',
    because: 'exactly a power of two: a block of malloc has a header, and seldom is',
    protection: READ_WRITE,
    fits: ({ length }) => isDirectArena(length),
  },
  {
    id: 'malloc-mapping',
    title: 'large malloc blocks',
    because: 'private, writable, more than 128 KiB: how malloc serves one large request',
    protection: READ_WRITE,
    fits: ({ length }) => length > GLIBC_MMAP_THRESHOLD,
  },
  {
    id: 'code',
    title: 'generated code',
    because: 'executable',
    fits: ({ protection }) => (protection & PROT.EXEC) !== 0,
  },
  {
    id: 'small',
    title: 'small mappings',
    because: 'at most 128 KiB: loader, thread-local data, buffers, small groups of musl',
    fits: ({ length }) => length <= GLIBC_MMAP_THRESHOLD,
  },
  {
    id: 'other',
    title: 'other mappings',
    because: 'larger than 128 KiB, and not writable when it was mapped',
  },
  {
    id: 'unseen',
    title: 'not made in the log',
    because: 'the call that mapped it is not in the log',
    fits: () => false,
  },
];

/** All of them, in the order in which they are tried and shown. */
export const MEMORY_USES: readonly MemoryUse[] = RULES.map(
  ({ id, title, because, ...pattern }, index) => ({
    id,
    title,
    because,
    index,
    ...wholePattern(pattern),
  }),
);

const namedUse = (id: string) => MEMORY_USES.find((use) => use.id === id)!;

/** Not made by mmap at all; brk says so. */
export const BRK_HEAP = namedUse('brk-heap');

/** Seen first when something was done to it. */
export const UNSEEN = namedUse('unseen');

/** What a mapping is for; always answers, the last rule but one takes the rest. */
export function memoryUse(mapping: AnonymousMapping): MemoryUse {
  for (const use of MEMORY_USES) if (isOf(use, mapping)) return use;
  return UNSEEN;
}

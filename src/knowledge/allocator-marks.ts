/**
 * How allocators and language runtimes show in system calls. Each entry has what must be seen and
 * how often; another allocator is one more entry. Order matters for allocators of one process: a
 * file name decides first, then the first whose marks are seen.
 */

import type { Address } from '../model/address.ts';
import { type Bytes, KIB, MIB } from '../model/bytes.ts';
import { MAP, PROT } from '../model/syscall-trace.ts';
import { GLIBC_ARENA, MUSL_MMAP_THRESHOLD } from './allocator-constants.ts';
import type { Language } from './containers.ts';
import type { MappingPattern } from './memory-uses.ts';
import { RUNTIMES } from './runtime-marks.ts';

/** A brk call that moved the break up. */
export interface BrkGrowth {
  readonly delta: Bytes;
  readonly isFirst: boolean;
}

export interface ProtectionChange {
  readonly start: Address;
  readonly length: Bytes;
  readonly protection: number;
}

/** A row of private memory without a file, in a memory map. */
export interface AnonymousRow {
  readonly start: Address;
  readonly size: Bytes;
}

/** Something that only this allocator does. */
export interface Mark<Call> {
  /** As a sentence about the process. */
  readonly says: string;
  /** How often it must be seen. */
  readonly times: number;
  readonly fits: (call: Call) => boolean;
}

export interface MappingMark extends MappingPattern {
  readonly says: string;
  readonly times: number;
}

export interface Allocator {
  readonly id: string;
  readonly title: string;
  /**
   * A process has one allocator for malloc, but may have several runtimes, and libraries of languages
   * that have no memory of their own.
   */
  readonly role: 'malloc' | 'runtime' | 'library';
  /** In what programs are written that show it. */
  readonly language?: Language;
  /** Where this is written down. */
  readonly source: string;
  /** What uses of memory (memory-uses.ts, by id) are called in a process that has it. */
  readonly uses?: Readonly<Record<string, string>>;
  /** A runtime that keeps its objects in mappings of its own, which no setting of malloc touches. */
  readonly hasOwnHeap?: boolean;
  /** Shared libraries and programs whose name decides. */
  readonly file?: RegExp;
  /** A library that is mapped wherever it is used; something else may be used all the same. */
  readonly library?: RegExp;
  readonly brk?: readonly Mark<BrkGrowth>[];
  readonly mmap?: readonly MappingMark[];
  readonly mprotect?: readonly Mark<ProtectionChange>[];
  /** What shows in a memory map. */
  readonly rows?: readonly Mark<AnonymousRow>[];
}

const TIB = 1024 * 1024 * MIB;

const READ_WRITE = PROT.READ | PROT.WRITE;

/** mimalloc: MI_SEGMENT_SIZE (include/mimalloc-types.h). */
const SEGMENT = 32 * MIB;

/** glibc: a small request, DEFAULT_TOP_PAD (128 KiB) and 32 bytes, in whole pages. */
const GLIBC_STEPS: readonly Bytes[] = [132 * KIB, 136 * KIB];

const MALLOCS: readonly Allocator[] = [
  {
    id: 'musl',
    title: 'musl',
    role: 'malloc',
    source: 'musl 1.2.3, src/malloc/mallocng/malloc.c (alloc_meta), glue.h',
    uses: { small: 'musl groups and small mappings' },
    file: /(?:^|\/)(?:ld-musl-|libc\.musl-)/,
    mmap: [
      {
        says: 'it lays a page without rights at the foot of the brk heap',
        times: 1,
        protection: PROT.NONE,
        flags: MAP.FIXED,
        fits: ({ isInHeap }) => isInHeap,
      },
      {
        says: 'large blocks are mapped with lengths that are no whole pages',
        times: 3,
        protection: READ_WRITE,
        fits: ({ length, flags }) =>
          length >= MUSL_MMAP_THRESHOLD && length % (4 * KIB) !== 0 && (flags & MAP.FIXED) === 0,
      },
    ],
  },
  {
    id: 'mimalloc',
    title: 'mimalloc',
    role: 'malloc',
    source: 'mimalloc 2.0.9, src/os.c (mi_os_get_aligned_hint)',
    file: /(?:^|\/)libmimalloc[^/]*\.so/,
    mmap: [
      {
        says: 'it maps segments of 32 MiB at addresses between 2 and 30 TiB',
        times: 1,
        flags: MAP.NORESERVE,
        fits: ({ start, length }) =>
          length === SEGMENT && start % SEGMENT === 0 && start >= 2 * TIB && start < 30 * TIB,
      },
    ],
  },
  {
    id: 'jemalloc',
    title: 'jemalloc',
    role: 'malloc',
    source: 'jemalloc 5.3.0, src/pages.c (os_overcommits), src/ehooks.c; HUGEPAGE 2 MiB',
    file: /(?:^|\/)libjemalloc[^/]*\.so/,
    mmap: [
      {
        says: 'it maps writable extents in whole 2 MiB with MAP_NORESERVE',
        times: 2,
        protection: READ_WRITE,
        flags: MAP.NORESERVE,
        fits: ({ length, flags }) => length % (2 * MIB) === 0 && (flags & MAP.STACK) === 0,
      },
    ],
  },
  {
    id: 'tcmalloc',
    title: 'tcmalloc',
    role: 'malloc',
    source: 'gperftools 2.10, src/system-alloc.cc, src/page_heap.cc (kMinSystemAlloc)',
    uses: { 'brk-heap': 'tcmalloc spans (brk)' },
    file: /(?:^|\/)libtcmalloc[^/]*\.so/,
    brk: [
      {
        says: 'its first step of brk is 8 MiB',
        times: 1,
        fits: ({ delta, isFirst }) => isFirst && delta === 8 * MIB,
      },
    ],
  },
  {
    id: 'glibc',
    title: 'glibc malloc',
    role: 'malloc',
    source: 'glibc 2.36, malloc/malloc.c (sysmalloc), malloc/arena.c (new_heap, heap_grow)',
    library: /(?:^|\/)libc(?:-2[\d.]*)?\.so(?:\.6)?$/,
    brk: [
      {
        says: 'brk grows by 132 KiB',
        times: 1,
        fits: ({ delta }) => GLIBC_STEPS.includes(delta),
      },
    ],
    mmap: [
      {
        says: 'it reserves 64 MiB, or twice that, without rights for the arena of a thread',
        times: 1,
        protection: PROT.NONE,
        flags: MAP.NORESERVE,
        fits: ({ length }) => length === GLIBC_ARENA || length === 2 * GLIBC_ARENA,
      },
    ],
    mprotect: [
      {
        says: 'it makes the first 132 KiB of an arena at 64 MiB usable',
        times: 1,
        fits: ({ start, length, protection }) =>
          start % GLIBC_ARENA === 0 && length === 132 * KIB && protection === READ_WRITE,
      },
    ],
  },
];

/** Those behind malloc first, in the order in which they are tried. */
export const ALLOCATORS: readonly Allocator[] = [...MALLOCS, ...RUNTIMES];

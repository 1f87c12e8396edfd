/**
 * What anonymous memory is for, told by the call that maps it. Rules are tried in order, the first
 * that fits decides; another allocator's habit is one more entry.
 */
import type { Address } from '../model/address.ts';
import type { Bytes } from '../model/bytes.ts';
import { MAP, PROT } from '../model/syscall-trace.ts';

/** An mmap call of private anonymous memory. */
export interface AnonymousMapping {
  readonly start: Address;
  /** As the program gave it. */
  readonly length: Bytes;
  readonly protection: number;
  readonly flags: number;
}

interface UseRule {
  readonly id: string;
  readonly title: string;
  /** Why a mapping is taken for this, as the end of a sentence. */
  readonly because: string;
  readonly fits: (mapping: AnonymousMapping) => boolean;
}

export interface MemoryUse extends UseRule {
  /** Its place in `MEMORY_USES`. */
  readonly index: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

const READ_WRITE = PROT.READ | PROT.WRITE;

/** glibc: HEAP_MAX_SIZE (malloc/arena.c). Go's heapArenaBytes (runtime/malloc.go) is the same. */
const ARENA = 64 * MIB;

/** glibc: DEFAULT_MMAP_THRESHOLD_MIN (malloc/malloc.c); smaller requests are never mapped alone. */
const LEAST_MALLOC_MAPPING = 128 * KIB;

/** The smallest arena in use: CPython's before 3.10 (Objects/obmalloc.c). */
const LEAST_ARENA = 256 * KIB;

/** Rust's std gives threads a stack for signal handlers this size at most (sys/pal/unix/stack_overflow.rs). */
const LARGEST_SIGNAL_STACK = 64 * KIB;

/** Go's arena hints on amd64 and arm64: 0x00c0 << 32 and up (runtime/malloc.go). */
const GO_HEAP = 0xc000000000;

/** mimalloc's address hints (src/os.c, mi_os_get_aligned_hint): 2 to 30 TiB. */
const MIMALLOC_FIRST = 2 * TIB;
const MIMALLOC_END = 30 * TIB;
const MIMALLOC_STEP = 32 * MIB;

const has = (value: number, bits: number) => (value & bits) === bits;
const isPowerOfTwo = (length: number) => 2 ** Math.round(Math.log2(length)) === length;

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
    fits: ({ flags, length, protection }) =>
      has(flags, MAP.STACK) && protection === READ_WRITE && length <= LARGEST_SIGNAL_STACK,
  },
  {
    id: 'thread-stack',
    title: 'thread stacks',
    because: 'MAP_STACK, which pthread_create sets',
    fits: ({ flags }) => has(flags, MAP.STACK),
  },
  {
    id: 'thread-arena',
    title: 'thread arenas',
    because: "64 MiB, or 128 MiB to align it, reserved without rights: glibc's arena for threads",
    fits: ({ flags, length, protection }) =>
      protection === PROT.NONE &&
      has(flags, MAP.NORESERVE) &&
      (length === ARENA || length === 2 * ARENA),
  },
  {
    id: 'go-heap',
    title: 'Go heap',
    because: 'whole 64 MiB from 0xc000000000 on, where Go asks for the arenas of its heap',
    fits: ({ start, length }) =>
      start >= GO_HEAP && start < GO_HEAP + TIB && start % ARENA === 0 && length % ARENA === 0,
  },
  {
    id: 'mimalloc-segment',
    title: 'mimalloc segments',
    because: 'whole MiB in steps of 32 MiB from 2 to 30 TiB, where mimalloc asks for segments',
    fits: ({ start, length }) =>
      start >= MIMALLOC_FIRST &&
      start < MIMALLOC_END &&
      start % MIMALLOC_STEP === 0 &&
      length % MIB === 0,
  },
  {
    id: 'jemalloc-extent',
    title: 'jemalloc extents',
    because: 'writable and not reserved (MAP_NORESERVE), 2 MiB or more: how jemalloc maps extents',
    fits: ({ flags, length, protection }) =>
      has(flags, MAP.NORESERVE) && protection === READ_WRITE && length >= 2 * MIB,
  },
  {
    id: 'reservation',
    title: 'reservations',
    because: 'mapped without rights (PROT_NONE)',
    fits: ({ protection }) => protection === PROT.NONE,
  },
  {
    id: 'code',
    title: 'generated code',
    because: 'executable',
    fits: ({ protection }) => has(protection, PROT.EXEC),
  },
  {
    id: 'library-data',
    title: "libraries' own data",
    because: 'mapped at a fixed address over a file: the .bss of a library',
    fits: ({ flags }) => has(flags, MAP.FIXED),
  },
  {
    id: 'arena',
    title: 'allocator arenas',
    because: 'exactly a power of two: a block of malloc has a header, and seldom is',
    fits: ({ length, protection }) =>
      length >= LEAST_ARENA && isPowerOfTwo(length) && protection === READ_WRITE,
  },
  {
    id: 'malloc-mapping',
    title: 'large malloc blocks',
    because: 'private, writable, 128 KiB or more: how malloc serves one large request',
    fits: ({ length, protection }) => length >= LEAST_MALLOC_MAPPING && protection === READ_WRITE,
  },
  {
    id: 'small',
    title: 'small mappings',
    because: 'less than 128 KiB: loader, thread-local data, buffers, small groups of musl',
    fits: () => true,
  },
  {
    id: 'unseen',
    title: 'older than the log',
    because: 'the call that mapped it is not in the log',
    fits: () => false,
  },
];

/** All of them, in the order in which they are tried and shown. */
export const MEMORY_USES: readonly MemoryUse[] = RULES.map((rule, index) => ({ ...rule, index }));

const namedUse = (id: string) => MEMORY_USES.find((use) => use.id === id)!;

/** Not made by mmap at all; brk says so. */
export const BRK_HEAP = namedUse('brk-heap');

/** Seen first when something was done to it. */
export const UNSEEN = namedUse('unseen');

/** What a mapping is for; always answers, the last rule but one takes the rest. */
export function memoryUse(mapping: AnonymousMapping): MemoryUse {
  return MEMORY_USES.find((use) => use.fits(mapping))!;
}

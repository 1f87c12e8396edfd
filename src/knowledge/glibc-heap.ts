/**
 * How glibc's malloc lays out its heap in memory, on machines of 64 bits (glibc 2.26 to 2.43:
 * malloc/malloc.c and malloc/arena.c; sizes of structures as compiled; [measured] on 2.31, 2.36, 2.41, 2.43).
 */
import { type Bytes, MIB } from '../model/bytes.ts';

/** A chunk: the size of the one before it, if that is free; its own size and three flags; then the user's bytes. */
export const CHUNK_SIZE_AT = 8;
export const CHUNK_HEADER: Bytes = 16;
export const SMALLEST_CHUNK: Bytes = 32;
export const CHUNK_ALIGNMENT: Bytes = 16;
/** What a block in use costs beside its bytes: its last word lies where the next chunk begins. */
export const CHUNK_OVERHEAD: Bytes = 8;

/** Flags in the three lowest bits of a size. */
export const PREVIOUS_IN_USE = 1;
export const IS_MMAPPED = 2;
export const NON_MAIN_ARENA = 4;

/** A chunk that only says that the heap ends: its size is two words, or nothing. */
export const FENCEPOST: Bytes = 16;

/**
 * The state of an arena, seen from its first bin, whose place its contents give away:
 *
 *     -0x60 ten fast bins · -0x10 top · -8 last remainder · 0 254 words of bins · +0x7f0 binmap (16 bytes)
 *     +0x800 next arena · +0x808 next free arena · +0x810 threads · +0x818 system memory · +0x820 its maximum
 */
export const FAST_BINS = 10;
export const FAST_BINS_AT = -0x60;
export const TOP_AT = -0x10;
export const BIN_WORDS = 254;
export const NEXT_ARENA_AT = 0x800;
export const SYSTEM_MEMORY_AT = 0x818;
export const STATE_END_AT = 0x828;

/** Where the state begins, seen from its first bin, and how many fast bins are in it. */
export interface StateLayout {
  readonly startsAt: number;
  readonly fastBins: number;
}

/** Since 2.27 a word says whether there are chunks in fast bins; 2.43 has no fast bins. */
export const STATE_LAYOUTS: readonly StateLayout[] = [
  { startsAt: -0x70, fastBins: FAST_BINS },
  { startsAt: -0x68, fastBins: FAST_BINS },
  { startsAt: -0x18, fastBins: 0 },
];

/** Heaps of arenas other than the main one lie at multiples of this (HEAP_MAX_SIZE). */
export const HEAP_ALIGNMENT: Bytes = 64 * MIB;

/** heap_info: the arena, the heap before, its size, what of it has rights; since 2.35 its page size. */
export const HEAP_INFO_BYTES = [0x30, 0x20] as const;
export const HEAP_SIZE_AT = 16;

/** The thread cache is a block of the arena itself: counts, and heads of lists. */
export interface ThreadCacheLayout {
  readonly chunkBytes: Bytes;
  readonly countBytes: 1 | 2;
  /** What is counted: blocks that wait, or how many more may. */
  readonly counted: 'waiting' | 'room';
  readonly bins: number;
  /** Lists of blocks of one size each, the smallest first; those behind them have larger blocks of any size. */
  readonly sizedBins: number;
}

/** 2.30 made the counts larger; 2.42 counts down, and has bins for large blocks (unused unless asked for). */
export const THREAD_CACHES: readonly ThreadCacheLayout[] = [
  { chunkBytes: 0x290, countBytes: 2, counted: 'waiting', bins: 64, sizedBins: 64 },
  { chunkBytes: 0x250, countBytes: 1, counted: 'waiting', bins: 64, sizedBins: 64 },
  { chunkBytes: 0x300, countBytes: 2, counted: 'room', bins: 76, sizedBins: 64 },
];

/** Pointers in thread caches and fast bins are mixed with their own address (2.32: PROTECT_PTR). */
export const MASK_SHIFT = 12;

/**
 * What glibc counts of blocks with mappings of their own (struct malloc_par), seen from the address in it at
 * which the brk heap began: their bytes and the most that ever were; how many, how many may be, the most that
 * ever were. Flags for huge pages moved the counts in 2.35.
 */
export const MMAPPED_BYTES_AT = -16;
export const MMAPPED_BYTES_MAX_AT = -8;
export const MMAPPED_COUNTS_AT = [-36, -32] as const;

import { CHUNK_HEADER, CHUNK_OVERHEAD, SMALLEST_CHUNK } from '../../knowledge/glibc-heap.ts';
import { type Bytes, KIB, MIB } from '../../model/bytes.ts';
import type { HeapSums } from './heap-sums.ts';

/** Where one class of a histogram ends and the next begins: few enough to be read at once. */
const CLASS_ENDS: readonly Bytes[] = [
  64,
  256,
  KIB,
  4 * KIB,
  64 * KIB,
  MIB,
  Number.POSITIVE_INFINITY,
];

/** Blocks of about one size, headers included. */
export interface SizeClass {
  /** The class before ends here. */
  readonly over: Bytes;
  /** Infinity for the last. */
  readonly upTo: Bytes;
  readonly live: { readonly count: number; readonly bytes: Bytes };
  readonly free: { readonly count: number; readonly bytes: Bytes };
  /** The size with the most live bytes in it. */
  readonly most: LiveSize | undefined;
}

/** A histogram; classes at its ends that have no blocks are left out. The top of a heap is no block. */
export function sizeClasses(sums: HeapSums): SizeClass[] {
  const { liveSizes: live, freeSizes: free } = sums;
  const bySize = liveSizes(sums);
  const classes = CLASS_ENDS.map((upTo, i) => ({
    over: CLASS_ENDS[i - 1] ?? 0,
    upTo,
    live: { count: 0, bytes: 0 },
    free: { count: 0, bytes: 0 },
    most: bySize.find(
      ({ chunkBytes }) => chunkBytes <= upTo && chunkBytes > (CLASS_ENDS[i - 1] ?? 0),
    ),
  }));
  for (const [which, sizes] of [
    ['live', live],
    ['free', free],
  ] as const) {
    for (const [size, count] of sizes.entries()) {
      const sum = classes.find(({ upTo }) => size <= upTo)![which];
      sum.count += count;
      sum.bytes += size * count;
    }
  }
  const isUsed = ({ live, free }: SizeClass) => live.count + free.count > 0;
  return classes.slice(classes.findIndex(isUsed), classes.findLastIndex(isUsed) + 1);
}

/** Live blocks of one size. */
export interface LiveSize {
  /** Header included. */
  readonly chunkBytes: Bytes;
  /** What a request can have asked for, to get such a chunk. */
  readonly leastRequest: Bytes;
  readonly mostRequest: Bytes;
  readonly count: number;
  readonly bytes: Bytes;
}

const ALIGNMENT = 16;

/** Live sizes by their bytes together, the most first. */
export function liveSizes({ liveSizes: sizes, mapped, large }: HeapSums): LiveSize[] {
  const ofMappings = new Set(
    mapped.count === 0
      ? []
      : large.filter(({ address }) => address % 4096 === 0).map(({ size }) => size),
  );
  return sizes
    .entries()
    .map(([chunkBytes, count]) => ({
      chunkBytes,
      ...requests(chunkBytes, ofMappings.has(chunkBytes)),
      count,
      bytes: chunkBytes * count,
    }))
    .sort((a, b) => b.bytes - a.bytes || a.chunkBytes - b.chunkBytes);
}

/** The requests that get a chunk of a size: rounded up to 16 bytes, or to pages in a mapping of its own. */
function requests(chunkBytes: Bytes, isMapped: boolean) {
  if (isMapped) {
    const mostRequest = chunkBytes - CHUNK_HEADER;
    return { leastRequest: Math.max(0, mostRequest - 4095), mostRequest };
  }
  const mostRequest = chunkBytes - CHUNK_OVERHEAD;
  const leastRequest = chunkBytes === SMALLEST_CHUNK ? 0 : mostRequest - ALIGNMENT + 1;
  return { leastRequest, mostRequest };
}

import type { Bytes } from '../../model/bytes.ts';
import type { SizedProfile } from '../../model/heap-profile.ts';

/** How often a size was asked for. */
export interface SizeCount {
  readonly size: Bytes;
  readonly calls: number;
}

/** Every size that was asked for, smallest first: the histogram of heaptrack_print. */
export function sizeHistogram({ allocations }: SizedProfile): SizeCount[] {
  const callsOf = new Map<Bytes, number>();
  for (let row = 0; row < allocations.count; row++) {
    const calls = allocations.calls[row]!;
    if (calls === 0) continue;
    const size = allocations.size[row]!;
    callsOf.set(size, (callsOf.get(size) ?? 0) + calls);
  }
  return [...callsOf].sort(([a], [b]) => a - b).map(([size, calls]) => ({ size, calls }));
}

/** Requests of similar size. */
export interface SizeBucket {
  /** The smallest and the largest size that belong here. */
  readonly from: Bytes;
  readonly to: Bytes;
  readonly calls: number;
  /** Sum of all requests. */
  readonly allocated: Bytes;
  /** Live when the whole heap was largest. */
  readonly peak: Bytes;
}

/** The end of the first bucket; each further one ends at the double. */
const FIRST_BUCKET_TO: Bytes = 8;

/** The number of the bucket that a size belongs to. */
export function sizeBucketOf(size: Bytes): number {
  let number = 0;
  for (let to = FIRST_BUCKET_TO; size > to; to *= 2) number++;
  return number;
}

/**
 * Requests by size: 0 to 8 bytes, 9 to 16, 17 to 32 and so on, as heaptrack_gui groups them, but
 * without its end at 1 KiB, above which most of a heap lies. No bucket is missing between two others.
 */
export function sizeBuckets({ allocations }: SizedProfile): SizeBucket[] {
  const buckets: { -readonly [Part in keyof SizeBucket]: SizeBucket[Part] }[] = [];
  for (let row = 0; row < allocations.count; row++) {
    const calls = allocations.calls[row]!;
    if (calls === 0) continue;
    const size = allocations.size[row]!;
    const number = sizeBucketOf(size);
    while (buckets.length <= number) {
      const to = FIRST_BUCKET_TO * 2 ** buckets.length;
      const from = buckets.length === 0 ? 0 : to / 2 + 1;
      buckets.push({ from, to, calls: 0, allocated: 0, peak: 0 });
    }
    const bucket = buckets[number]!;
    bucket.calls += calls;
    bucket.allocated += calls * size;
    bucket.peak += allocations.atPeak[row]! * size;
  }
  return buckets;
}

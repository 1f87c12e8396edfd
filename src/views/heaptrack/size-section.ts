import type { SizeBucket } from '../../analysis/heap/size-histogram.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, count, right, type Section } from '../report.ts';

/** Requests by size, and what those sizes are together. */
export function sizeSection(buckets: readonly SizeBucket[]): Section {
  return {
    title: 'Sizes of allocations',
    table: {
      columns: [
        right('from'),
        right('to'),
        right('calls'),
        right('allocated'),
        right('at peak', TOPICS.peakBytes),
      ],
      rows: buckets.map(({ from, to, calls, allocated, peak }) => ({
        cells: [bytes(from), bytes(to), count(calls), bytes(allocated), bytes(peak)],
      })),
    },
  };
}

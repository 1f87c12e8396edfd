import type { SizeResult } from '../../results/heap/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, count, right, type Section } from '../report.ts';

/** Requests by size, and what those sizes are together. */
export function sizeSection(sizes: readonly SizeResult[]): Section {
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
      rows: sizes.map(({ fromBytes, toBytes, calls, allocatedBytes, peakBytes }) => ({
        cells: [
          bytes(fromBytes),
          bytes(toBytes),
          count(calls),
          bytes(allocatedBytes),
          bytes(peakBytes),
        ],
      })),
    },
  };
}

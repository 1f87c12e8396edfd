import type { SizeResult } from '../../results/heap/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, count, left, right, type Section } from '../report.ts';
import { lineCells } from './own-line-section.ts';
import type { StackStyle } from './stack-style.ts';

/** Requests by size, what those sizes are together, and who asked most often. */
export function sizeSection(sizes: readonly SizeResult[], style: StackStyle): Section {
  return {
    title: 'Sizes of allocations, and the line that asked most often',
    table: {
      columns: [
        right('from'),
        right('to'),
        right('calls'),
        right('allocated'),
        right('at peak', TOPICS.peakBytes),
        right('most'),
        left('line', 'start'),
      ],
      rows: sizes.map(({ fromBytes, toBytes, calls, allocatedBytes, peakBytes, largest }) => ({
        cells: [
          bytes(fromBytes),
          bytes(toBytes),
          count(calls),
          bytes(allocatedBytes),
          bytes(peakBytes),
          ...(largest ? [count(largest.calls), lineCells(largest, style)[0]] : []),
        ],
      })),
    },
  };
}

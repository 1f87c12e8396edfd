import type { HeapDetails, TreeDirection } from '../../analysis/heap/details.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, captured, count, left, right, type Section } from '../report.ts';

const TITLES: Readonly<Record<TreeDirection, string>> = {
  'top-down': 'Who holds what, from variables inwards',
  'bottom-up': 'Who holds what, from blocks to what holds them',
};

/** An ownership tree, which was made as the call tree of a profile. */
export function ownershipSection({ rows, direction }: NonNullable<HeapDetails['tree']>): Section {
  return {
    title: TITLES[direction],
    table: {
      columns: [
        right('retained', TOPICS.retainedBytes),
        right('own'),
        right('blocks'),
        left('what', 'middle'),
      ],
      rows: rows.map(({ depth, frame, count: nodes, costs, self }) => ({
        cells: [
          bytes(costs.peak),
          self.peak === 0 ? undefined : bytes(self.peak),
          self.calls === 0 ? undefined : count(self.calls),
          frame === undefined
            ? `${nodes} ${nodes === 1 ? 'other' : 'others'}`
            : captured(frame.name ?? '?'),
        ],
        depth,
        strong: depth === 0,
      })),
    },
    notes: [['Retained is what would be free without it. Held by several: by none of them alone.']],
  };
}

import type { CostName } from '../../results/heap/stack-schema.ts';
import type { SummaryResult } from '../../results/heap/summary-schema.ts';
import { COST_FIELDS, topicOfCost } from '../../results/topics.ts';
import type { Cell, Fact } from '../report.ts';
import { moment } from './moment.ts';
import { costQuantity, inexactness } from './stack-style.ts';

/** A total of a recording, marked where it is not exact. */
export const totalCells = ({ inexact }: SummaryResult, kind: CostName, value: number): Cell[] => [
  ...(inexactness(inexact, kind)?.kind === 'at-least' ? ['at least'] : []),
  costQuantity(kind, value, { figures: 'total', inexact }),
];

/** In how many blocks, where that was recorded. */
export function blockCells(
  summary: SummaryResult,
  kind: 'peakBlocks' | 'leakedBlocks',
): readonly Cell[] {
  const blocks = summary.sums[kind];
  if (blocks === undefined || blocks === null) return [];
  return ['in', ...totalCells(summary, kind, blocks), blocks === 1 ? 'block' : 'blocks'];
}

/** When the heap was largest. */
export function peakMoment({ clock, totals }: SummaryResult): readonly Cell[] {
  const time = clock ? clock.peak : totals.peakSeconds;
  return time === null ? [] : ['after', ...moment(time, clock?.counts)];
}

const FURTHER: readonly (readonly [CostName, label: string, words?: string])[] = [
  ['reads', 'read', 'by the program, in blocks of the heap'],
  ['writes', 'written', 'by the program, in blocks of the heap'],
  ['copied', 'copied'],
  ['copies', 'copies', 'by memcpy and its like'],
  ['events', 'events'],
  ['units', 'units'],
];

/** Costs that few recorders count. */
export const furtherFacts = (summary: SummaryResult): Fact[] =>
  FURTHER.flatMap(([kind, label, words]) => {
    const value = summary.sums[COST_FIELDS[kind]];
    if (value === undefined || value === null) return [];
    const cells = [...totalCells(summary, kind, value), ...(words === undefined ? [] : [words])];
    return [{ label, cells, topic: topicOfCost(kind) }];
  });

import { COST_UNITS, type CostKind, type HeapCosts } from '../../analysis/heap/costs.ts';
import { COST_FIELDS } from '../topics.ts';
import type { CostsResult, SharedResult } from './stack-schema.ts';

/** Writes costs; null for those that were not recorded. */
export type WriteCosts = (costs: HeapCosts) => CostsResult;

/** @param kinds the costs that were recorded. */
export function writeCosts(kinds: readonly CostKind[]): WriteCosts {
  return (costs) => {
    const recorded = (kind: CostKind) => (kinds.includes(kind) ? costs[kind] : null);
    return {
      calls: recorded('calls'),
      temporary: recorded('temporary'),
      peakBytes: recorded('peak'),
      leakedBytes: recorded('leaked'),
      allocatedBytes: recorded('allocated'),
      ...furtherCosts(kinds, costs),
    };
  };
}

/** Costs that few recorders count: their fields are there where they were recorded. */
const FURTHER = [
  'peakBlocks',
  'leakedBlocks',
  'reads',
  'writes',
  'copies',
  'copied',
  'events',
  'units',
] as const satisfies readonly CostKind[];

const furtherCosts = (kinds: readonly CostKind[], costs: HeapCosts): Partial<CostsResult> =>
  Object.fromEntries(
    FURTHER.filter((kind) => kinds.includes(kind)).map((kind) => [COST_FIELDS[kind], costs[kind]]),
  );

/** Writes costs with their part of a whole. */
export type WriteShared = (costs: HeapCosts) => SharedResult;

/** @param whole undefined where there is none, as of differences. */
export const writeShared =
  (costs: WriteCosts, by: CostKind, whole: number | undefined): WriteShared =>
  (of) => ({ ...costs(of), sharePercent: whole ? (100 * of[by]) / whole : null });

/** What a cost counts. */
export const unitOfCost = (kind: CostKind): 'bytes' | 'count' => COST_UNITS[kind];

/** One of the costs of a row; 0 where it was not recorded. */
export const costIn = (row: CostsResult, kind: CostKind): number => row[COST_FIELDS[kind]] ?? 0;

/** What rows cost together, of one kind. */
export const sumOfCosts = (rows: readonly CostsResult[], kind: CostKind): number =>
  rows.reduce((sum, row) => sum + costIn(row, kind), 0);

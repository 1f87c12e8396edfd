import type { FunctionName, FunctionNeighbours } from '../../analysis/heap/callers-callees.ts';
import type { CostKind } from '../../analysis/heap/costs.ts';
import type { HeapDetails } from '../../analysis/heap/details.ts';
import type { OutlineRow } from '../../analysis/heap/tree-outline.ts';
import type { WorkClock } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import { costIn, type WriteCosts, type WriteShared, writeShared } from './costs.ts';
import { growthResult } from './growth-result.ts';
import { lineNameResult } from './own-lines-result.ts';
import { frameResult } from './ranking-result.ts';
import type { CallersResult, HeapResult, MomentResult, TreeResult } from './schema.ts';
import type { CostsResult, FunctionNameResult } from './stack-schema.ts';
import { usesResult } from './uses-result.ts';

type Details = Pick<
  HeapResult,
  'tree' | 'functions' | 'callers' | 'sizes' | 'moments' | 'growth' | 'lifetimes' | 'uses'
>;

/**
 * What is shown beside the rankings.
 *
 * @param hasShares false for differences, which are parts of nothing.
 */
export function detailResults(
  details: HeapDetails,
  costs: WriteCosts,
  hasShares: boolean,
): Details {
  const { tree, functions, callers, sizes, moments, growth, lifetimes, uses } = details;
  const whole = hasShares ? details.whole : undefined;
  return {
    functions: functions
      ? {
          by: functions.by,
          rows: functions.rows.map((one) => ({
            ...functionName(one),
            ...writeShared(costs, functions.by, whole)(one.inclusive),
            self: costs(one.self),
          })),
          others: functions.others,
        }
      : null,
    ...(uses && { uses: usesResult(uses) }),
    lifetimes:
      lifetimes?.map(({ place, meanSeconds, ...counts }) => ({
        place: frameResult(place),
        meanLifetimeSeconds: meanSeconds,
        ...counts,
      })) ?? null,
    growth: growth?.map(growthResult) ?? null,
    tree: tree
      ? {
          direction: tree.direction,
          by: tree.by,
          rows: tree.rows.map((row) => node(row, costs, writeShared(costs, tree.by, whole))),
        }
      : null,
    callers: callers?.found ? callersResult(callers.found, callers.by, costs, whole) : null,
    sizes:
      sizes?.map(({ from, to, calls, allocated, peak, largest }) => ({
        fromBytes: from,
        toBytes: to,
        calls,
        allocatedBytes: allocated,
        peakBytes: peak,
        largest: largest ? { ...lineNameResult(largest), calls: largest.value } : null,
      })) ?? null,
    moments:
      moments?.map(({ time, live, largest }) => ({
        seconds: time,
        liveBytes: live,
        largest: largest ? { ...lineNameResult(largest), liveBytes: largest.value } : null,
      })) ?? null,
  };
}

const node = (
  { depth, frame, count, costs: total, self }: OutlineRow,
  costs: WriteCosts,
  shared: WriteShared,
): TreeResult['rows'][number] => ({
  depth,
  function: frame?.name ?? null,
  module: frame?.module ?? null,
  count,
  isSum: frame === undefined,
  ...shared(total),
  self: costs(self),
});

export function callersResult(
  { functions, inclusive, self, callers, callees, lines }: FunctionNeighbours,
  by: CostKind,
  costs: WriteCosts,
  whole: number | undefined,
): CallersResult {
  const shared = writeShared(costs, by, whole);
  const costliestFirst = <Row extends CostsResult>(rows: readonly Row[]): Row[] =>
    rows.toSorted((a, b) => Math.abs(costIn(b, by)) - Math.abs(costIn(a, by)));
  return {
    by,
    functions: functions.map(functionName),
    ...shared(inclusive),
    self: costs(self),
    callers: costliestFirst(callers.map((one) => ({ ...functionName(one), ...shared(one.costs) }))),
    callees: costliestFirst(callees.map((one) => ({ ...functionName(one), ...shared(one.costs) }))),
    lines: costliestFirst(
      lines.map((one) => ({
        file: one.file ?? null,
        line: one.line,
        ...shared(one.inclusive),
        self: costs(one.self),
      })),
    ),
  };
}

const functionName = ({ name, module }: FunctionName): FunctionNameResult => ({
  function: name ?? null,
  module: module ?? null,
});

/** @param clock what times count, where those are no seconds. */
export const timelineResult = (
  { time, live, calls, temporary, resident }: Timeline,
  clock: WorkClock | undefined,
): MomentResult[] =>
  Array.from(time, (at, i) => ({
    ...(clock === undefined ? { seconds: at } : { seconds: null, clock: at }),
    liveBytes: live[i]!,
    calls: calls?.[i] ?? null,
    temporary: temporary?.[i] ?? null,
    residentBytes: Number.isNaN(resident[i]!) ? null : resident[i]!,
  }));

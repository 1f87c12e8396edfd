import type { Bytes } from '../../model/bytes.ts';
import type { CallStacks, CostColumns, HeapProfile } from '../../model/heap-profile.ts';
import type { SuppressedTraces } from './leak-suppression.ts';

/** What a call stack, a function or a whole program cost. */
export interface HeapCosts {
  calls: number;
  temporary: number;
  /** Live at the moment when the whole heap was largest. */
  peak: Bytes;
  /** Live at the end, suppressed leaks left out. */
  leaked: Bytes;
  /** Sum of all requests. */
  allocated: Bytes;
}

export type CostKind = keyof CostColumns;

/**
 * Costs by trace index, a column each, to be calculated with: what was not recorded is a column of
 * zeroes, which nobody may show.
 */
export type TraceCosts = Readonly<Record<CostKind, Float64Array>>;

export const NO_COSTS: Readonly<HeapCosts> = {
  calls: 0,
  temporary: 0,
  peak: 0,
  leaked: 0,
  allocated: 0,
};

export const COST_KINDS = Object.keys(NO_COSTS) as readonly CostKind[];

/** Call stacks with what each of them cost: a recording's, or the difference of two. */
export interface CostedStacks {
  readonly stacks: CallStacks;
  readonly costs: TraceCosts;
  /** The costs that were recorded, and may be shown. */
  readonly kinds: readonly CostKind[];
}

/** The costs that a recorder counted. */
export const recordedKinds = (costs: CostColumns): readonly CostKind[] =>
  COST_KINDS.filter((kind) => costs[kind] !== undefined);

/** Columns of zeroes. */
export function emptyCosts(count: number): TraceCosts {
  return {
    calls: new Float64Array(count),
    temporary: new Float64Array(count),
    peak: new Float64Array(count),
    leaked: new Float64Array(count),
    allocated: new Float64Array(count),
  };
}

/** What a recording's stacks cost. A suppressed stack leaks nothing. */
export function costedStacks(profile: HeapProfile, suppressed: SuppressedTraces): CostedStacks {
  const { costs, traces } = profile;
  const leaked = costs.leaked?.map((bytes, trace) => (suppressed[trace] === -1 ? bytes : 0));
  return {
    stacks: profile,
    costs: { ...emptyCosts(traces.count), ...costs, ...(leaked && { leaked }) },
    kinds: recordedKinds(costs),
  };
}

export function costsOf(costs: TraceCosts, trace: number): HeapCosts {
  return {
    calls: costs.calls[trace]!,
    temporary: costs.temporary[trace]!,
    peak: costs.peak[trace]!,
    leaked: costs.leaked[trace]!,
    allocated: costs.allocated[trace]!,
  };
}

export function addCosts(total: HeapCosts, more: Readonly<HeapCosts>): void {
  total.calls += more.calls;
  total.temporary += more.temporary;
  total.peak += more.peak;
  total.leaked += more.leaked;
  total.allocated += more.allocated;
}

/** Sums of all stacks. */
export function totalCosts(costs: TraceCosts): HeapCosts {
  const total = { ...NO_COSTS };
  for (const kind of COST_KINDS) for (const value of costs[kind]) total[kind] += value;
  return total;
}

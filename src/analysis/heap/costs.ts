import type { AllocationProfile, CallStacks } from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';
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

export type CostKind = keyof HeapCosts;

/** Costs by trace index, a column each. */
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
}

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

/** Sums the rows of each call stack. A suppressed stack leaks nothing. */
export function traceCosts(profile: AllocationProfile, suppressed: SuppressedTraces): TraceCosts {
  // Plain locals: this loop is so short-lived that it is never compiled, and runs over millions.
  const { count, trace, size, calls, temporary, atPeak, live } = profile.allocations;
  const costs = emptyCosts(profile.traces.count);
  const { calls: sumCalls, temporary: sumTemporary, peak, leaked, allocated } = costs;
  for (let row = 0; row < count; row++) {
    const at = trace[row]!;
    const bytes = size[row]!;
    const called = calls[row]!;
    sumCalls[at]! += called;
    allocated[at]! += called * bytes;
    sumTemporary[at]! += temporary[row]!;
    peak[at]! += atPeak[row]! * bytes;
    if (suppressed[at] === -1) leaked[at]! += live[row]! * bytes;
  }
  return costs;
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

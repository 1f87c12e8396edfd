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
  const { allocations, traces } = profile;
  const costs = emptyCosts(traces.count);
  for (let row = 0; row < allocations.count; row++) {
    const trace = allocations.trace[row]!;
    const size = allocations.size[row]!;
    costs.calls[trace]! += allocations.calls[row]!;
    costs.temporary[trace]! += allocations.temporary[row]!;
    costs.peak[trace]! += allocations.atPeak[row]! * size;
    costs.allocated[trace]! += allocations.calls[row]! * size;
    if (suppressed[trace] === -1) costs.leaked[trace]! += allocations.live[row]! * size;
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

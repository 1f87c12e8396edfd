import type { CallStacks, CostColumns, HeapProfile, TraceIndex } from '../../model/heap-profile.ts';
import type { SuppressedTraces } from './leak-suppression.ts';

/** What a cost counts. */
export const COST_UNITS = {
  calls: 'count',
  temporary: 'count',
  peak: 'bytes',
  leaked: 'bytes',
  allocated: 'bytes',
  peakBlocks: 'count',
  leakedBlocks: 'count',
  reads: 'bytes',
  writes: 'bytes',
  copies: 'count',
  copied: 'bytes',
  events: 'count',
  units: 'count',
} as const satisfies Readonly<Record<keyof CostColumns, 'bytes' | 'count'>>;

export type CostKind = keyof CostColumns;

export const COST_KINDS = Object.keys(COST_UNITS) as readonly CostKind[];

/** What a call stack, a function or a whole program cost; suppressed leaks are left out. */
export type HeapCosts = Record<CostKind, number>;

/**
 * Costs by trace index, a column each, to be calculated with: what was not recorded is a column of
 * zeroes, which nobody may show. All such kinds share one column.
 */
export type TraceCosts = Readonly<Record<CostKind, Float64Array>>;

export const NO_COSTS = Object.fromEntries(
  COST_KINDS.map((kind) => [kind, 0]),
) as Readonly<HeapCosts>;

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

/** Columns of kinds that were not recorded. */
const UNRECORDED = new WeakSet<Float64Array>();

/** Columns of zeroes. @param kinds those that were recorded, and may be written to. */
export function emptyCosts(count: number, kinds: readonly CostKind[] = COST_KINDS): TraceCosts {
  const none = new Float64Array(count);
  UNRECORDED.add(none);
  return costsBy((kind) => (kinds.includes(kind) ? new Float64Array(count) : none));
}

/** The kinds that were recorded; the others are nothing everywhere. */
export const ownKinds = (costs: TraceCosts): readonly CostKind[] =>
  COST_KINDS.filter((kind) => !UNRECORDED.has(costs[kind]));

/** Columns made of others. */
export function mapCosts(
  costs: TraceCosts,
  change: (column: Float64Array) => Float64Array,
): TraceCosts {
  let none: Float64Array | undefined;
  return costsBy((kind) => {
    if (!UNRECORDED.has(costs[kind])) return change(costs[kind]);
    if (none === undefined) {
      none = change(costs[kind]);
      UNRECORDED.add(none);
    }
    return none;
  });
}

const costsBy = (column: (kind: CostKind) => Float64Array): TraceCosts =>
  Object.fromEntries(COST_KINDS.map((kind) => [kind, column(kind)])) as TraceCosts;

/** What a recording's stacks cost. A suppressed stack leaks nothing. */
export function costedStacks(profile: HeapProfile, suppressed: SuppressedTraces): CostedStacks {
  const { costs, traces } = profile;
  const unsuppressed = (column: Float64Array | undefined) =>
    column?.map((value, trace) => (suppressed[trace] === -1 ? value : 0));
  const [leaked, leakedBlocks] = [costs.leaked, costs.leakedBlocks].map(unsuppressed);
  return {
    stacks: profile,
    costs: {
      ...emptyCosts(traces.count, []),
      ...costs,
      ...(leaked && { leaked }),
      ...(leakedBlocks && { leakedBlocks }),
    },
    kinds: recordedKinds(costs),
  };
}

export const costsOf = (costs: TraceCosts, trace: number): HeapCosts => {
  const own = { ...NO_COSTS };
  addTraceCosts(own, costs, trace);
  return own;
};

export function addCosts(total: HeapCosts, more: Readonly<HeapCosts>): void {
  for (const kind of COST_KINDS) total[kind] += more[kind];
}

/** @param kinds those that are not nothing everywhere. */
export function addTraceCosts(
  total: HeapCosts,
  costs: TraceCosts,
  trace: TraceIndex,
  kinds: readonly CostKind[] = COST_KINDS,
): void {
  for (const kind of kinds) total[kind] += costs[kind][trace]!;
}

/** Sums of all stacks. */
export function totalCosts(costs: TraceCosts): HeapCosts {
  const total = { ...NO_COSTS };
  for (const kind of ownKinds(costs)) for (const value of costs[kind]) total[kind] += value;
  return total;
}

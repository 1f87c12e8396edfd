import type { CallStacks, TraceIndex } from '../../model/heap-profile.ts';
import { splitTop } from '../../model/split-top.ts';
import { addCosts, type CostKind, costsOf, type HeapCosts, NO_COSTS } from './costs.ts';
import type { GroupKind, Groups } from './grouping.ts';
import { type InnerStack, InnerStacks } from './inner-stack.ts';
import { framesAt, type StackFrame } from './stacks.ts';

/** One of the call stacks that end in a place, from the place outwards. */
export interface PlaceStack extends InnerStack {
  readonly costs: HeapCosts;
}

/** Code that allocates, with all stacks that lead to it. */
export interface HotSpot {
  /**
   * What all its stacks begin with: the function at the place, and those that it was inlined into
   * everywhere. One frame with the common parts alone where stacks are grouped by something coarser.
   */
  readonly place: readonly StackFrame[];
  readonly costs: HeapCosts;
  /** Those with a part in the ranked cost, the costliest first. */
  readonly stacks: readonly PlaceStack[];
  /** Stacks beyond those shown, and what they cost together. */
  readonly otherStacks: { readonly count: number; readonly costs: HeapCosts };
}

export interface Ranking {
  readonly by: CostKind;
  readonly groupedBy: GroupKind;
  readonly spots: readonly HotSpot[];
  /** Groups that cost something and are not in `spots`, and what they cost together. */
  readonly others: { readonly count: number; readonly costs: HeapCosts };
  /** What all groups cost together; undefined where some cost less than nothing, as in differences. */
  readonly whole: number | undefined;
}

/** How much of a ranking is wanted. */
export interface RankingLimits {
  /** Groups. */
  readonly spots: number;
  /** Call stacks per group. */
  readonly stacks: number;
  /** Frames per stack beyond its place; all where left out. */
  readonly frames?: number;
}

/** Ranks groups by the size of one cost, largest first; ties by calls, then by appearance. */
export function rank(groups: Groups, by: CostKind, limits: RankingLimits): Ranking {
  const { costs } = groups;
  // Differences are negative where something got cheaper.
  const { [by]: cost, calls } = costs;
  const ranked: number[] = [];
  for (let group = 0; group < cost.length; group++) if (cost[group] !== 0) ranked.push(group);
  ranked.sort((a, b) => bySize(cost, a, b) || calls[b]! - calls[a]! || a - b);
  const { shown, rest } = splitTop(ranked, limits.spots);
  const inner = new InnerStacks(groups.costed.stacks);
  const tracesOf = tracesByGroup(groups, shown, by);
  return {
    by,
    groupedBy: groups.by,
    spots: shown.map((group) => hotSpot(groups, group, tracesOf.get(group)!, inner, limits)),
    others: { count: rest.length, costs: sumCosts(rest.map((group) => costsOf(costs, group))) },
    whole: wholeOf(cost),
  };
}

function wholeOf(cost: Float64Array): number | undefined {
  let sum = 0;
  for (const value of cost) {
    if (value < 0) return undefined;
    sum += value;
  }
  return sum;
}

/** The larger first. */
function bySize(values: Float64Array, a: number, b: number): number {
  return Math.abs(values[b]!) - Math.abs(values[a]!);
}

function tracesByGroup(
  { groupOfTrace, costed }: Groups,
  wanted: readonly number[],
  by: CostKind,
): Map<number, TraceIndex[]> {
  const costs = costed.costs[by];
  const traces = new Map(wanted.map((group) => [group, [] as TraceIndex[]]));
  for (let trace = 0; trace < costs.length; trace++) {
    if (costs[trace] !== 0) traces.get(groupOfTrace[trace]!)?.push(trace);
  }
  for (const members of traces.values()) {
    members.sort((a, b) => bySize(costs, a, b) || a - b);
  }
  return traces;
}

function hotSpot(
  { by, costed, costs }: Groups,
  group: number,
  traces: readonly TraceIndex[],
  inner: InnerStacks,
  { stacks: stackLimit, frames: most = Number.POSITIVE_INFINITY }: RankingLimits,
): HotSpot {
  // None are wanted: a rest of one is no exception.
  const { shown, rest } =
    stackLimit === 0 ? { shown: [], rest: traces } : splitTop(traces, stackLimit);
  const place = commonPart(costed.stacks, traces, by, most);
  return {
    place,
    costs: costsOf(costs, group),
    stacks: shown.map((trace) => ({
      ...inner.read(trace, place.length + most),
      costs: costsOf(costed.costs, trace),
    })),
    otherStacks: {
      count: rest.length,
      costs: sumCosts(rest.map((trace) => costsOf(costed.costs, trace))),
    },
  };
}

/** What all stacks of a group have in common. */
function commonPart(
  stacks: CallStacks,
  traces: readonly TraceIndex[],
  by: GroupKind,
  most: number,
): readonly StackFrame[] {
  const [frames, ...others] = [...new Set(traces.map((trace) => stacks.traces.ip[trace]!))].map(
    (ip) => framesAt(stacks, ip, most),
  ) as [StackFrame[], ...StackFrame[][]];
  const first = frames[0]!;
  const nowhere = {
    name: undefined,
    file: undefined,
    line: 0,
    address: 0,
    offset: undefined,
    inlined: false,
  };
  switch (by) {
    case 'stack':
      return frames;
    case 'place':
      // Code without names is one place for each module, whatever the addresses.
      if (first.name === undefined && others.length > 0) {
        return [{ ...nowhere, module: first.module }];
      }
      return others.reduce(commonStart, frames);
    case 'function':
      // Code without a name is told by its address, which one function has many of.
      if (first.name === undefined) return [{ ...first, inlined: false }];
      return [{ ...nowhere, name: first.name, module: first.module }];
    case 'file':
      return [{ ...nowhere, file: first.file, module: first.module }];
    case 'module':
      return [{ ...nowhere, module: first.module }];
  }
}

/** The first is the same by definition of a place; what it was inlined into need not be. */
function commonStart(a: StackFrame[], b: StackFrame[]): StackFrame[] {
  const differs = ({ name, file, line }: StackFrame, i: number) =>
    i > 0 && (name !== b[i]?.name || file !== b[i]?.file || line !== b[i]?.line);
  const end = a.findIndex(differs);
  return end === -1 ? a : a.slice(0, end);
}

function sumCosts(parts: readonly Readonly<HeapCosts>[]): HeapCosts {
  const total = { ...NO_COSTS };
  for (const part of parts) addCosts(total, part);
  return total;
}

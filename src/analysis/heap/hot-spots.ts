import type { AllocationProfile, IpIndex } from '../../model/allocation-profile.ts';
import { splitTop } from '../top.ts';
import {
  addCosts,
  type CostKind,
  costsOf,
  type HeapCosts,
  NO_COSTS,
  type TraceCosts,
} from './costs.ts';
import { framesAt, type StackFrame, stackOf } from './stacks.ts';

/** One of the call stacks that end in a place. */
export interface PlaceStack {
  /** From the place outwards. */
  readonly frames: readonly StackFrame[];
  readonly costs: HeapCosts;
}

/** A line of code that allocates, with all stacks that lead to it. */
export interface HotSpot {
  /** The functions at the place, innermost first; inlined ones are those of the costliest stack. */
  readonly place: readonly StackFrame[];
  readonly costs: HeapCosts;
  /** Those with a part in the ranked cost, the costliest first. */
  readonly stacks: readonly PlaceStack[];
  /** Stacks beyond those shown, and what they cost together. */
  readonly otherStacks: { readonly count: number; readonly costs: HeapCosts };
}

export interface Ranking {
  readonly by: CostKind;
  readonly spots: readonly HotSpot[];
  /** Places that cost something and are not in `spots`, and what they cost together. */
  readonly others: { readonly count: number; readonly costs: HeapCosts };
}

/** Places are ranked once per kind of cost, so they are grouped once for all. */
export interface Places {
  readonly profile: AllocationProfile;
  readonly costs: TraceCosts;
  /** Place number by trace index. */
  readonly placeOfTrace: Uint32Array;
  /** Costs by place number. */
  readonly placeCosts: readonly HeapCosts[];
}

/**
 * Groups call stacks by the line of code in which they end: same module, function, file and line;
 * the address and what was inlined there do not count, as in heaptrack.
 */
export function placesOf(profile: AllocationProfile, costs: TraceCosts): Places {
  const { ips, traces } = profile;
  const numbers = new Map<string, number>();
  const placeOfIp = new Uint32Array(ips.count);
  for (let ip = 0; ip < ips.count; ip++) {
    const key = placeKey(profile, ip);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    placeOfIp[ip] = number;
  }
  const placeCosts = Array.from(numbers, () => ({ ...NO_COSTS }));
  const placeOfTrace = new Uint32Array(traces.count);
  for (let trace = 0; trace < traces.count; trace++) {
    const place = placeOfIp[traces.ip[trace]!]!;
    placeOfTrace[trace] = place;
    if (costs.calls[trace] !== 0) addCosts(placeCosts[place]!, costsOf(costs, trace));
  }
  return { profile, costs, placeOfTrace, placeCosts };
}

function placeKey(profile: AllocationProfile, ip: IpIndex): string {
  const { module, frameStart, frames } = profile.ips;
  const first = frameStart[ip]!;
  if (first === frameStart[ip + 1]) return `${module[ip]}`;
  return `${module[ip]} ${frames.function[first]} ${frames.file[first]} ${frames.line[first]}`;
}

/** Ranks places by one cost, largest first; ties by calls, then by order of first appearance. */
export function rank(
  places: Places,
  by: CostKind,
  limits: { readonly spots: number; readonly stacks: number },
): Ranking {
  const { placeCosts } = places;
  const ranked = [...placeCosts.keys()]
    .filter((place) => placeCosts[place]![by] > 0)
    .sort(
      (a, b) =>
        placeCosts[b]![by] - placeCosts[a]![by] ||
        placeCosts[b]!.calls - placeCosts[a]!.calls ||
        a - b,
    );
  const { shown, rest } = splitTop(ranked, limits.spots);
  const tracesOf = tracesByPlace(places, shown, by);
  return {
    by,
    spots: shown.map((place) => hotSpot(places, place, tracesOf.get(place)!, limits.stacks)),
    others: { count: rest.length, costs: sumCosts(rest.map((place) => placeCosts[place]!)) },
  };
}

function tracesByPlace(
  { placeOfTrace, costs }: Places,
  wanted: readonly number[],
  by: CostKind,
): Map<number, number[]> {
  const traces = new Map(wanted.map((place) => [place, [] as number[]]));
  for (const [trace, place] of placeOfTrace.entries()) {
    if (costs[by][trace] !== 0) traces.get(place)?.push(trace);
  }
  for (const members of traces.values())
    members.sort((a, b) => costs[by][b]! - costs[by][a]! || a - b);
  return traces;
}

function hotSpot(
  { profile, costs, placeCosts }: Places,
  place: number,
  traces: readonly number[],
  stackLimit: number,
): HotSpot {
  const { shown, rest } = splitTop(traces, stackLimit);
  return {
    place: framesAt(profile, profile.traces.ip[traces[0]!]!),
    costs: placeCosts[place]!,
    stacks: shown.map((trace) => ({
      frames: stackOf(profile, trace),
      costs: costsOf(costs, trace),
    })),
    otherStacks: {
      count: rest.length,
      costs: sumCosts(rest.map((trace) => costsOf(costs, trace))),
    },
  };
}

function sumCosts(parts: readonly Readonly<HeapCosts>[]): HeapCosts {
  const total = { ...NO_COSTS };
  for (const part of parts) addCosts(total, part);
  return total;
}

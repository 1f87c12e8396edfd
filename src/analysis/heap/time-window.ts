/** What was allocated between two moments of a recording, of those at which every stack's costs were kept. */
import type { AllocationProfile, HeapSnapshot } from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type CostedStacks, emptyCosts } from './costs.ts';

/** A kept moment, and how much was live then in all. */
export interface HeapMoment extends HeapSnapshot {
  readonly total: Bytes;
}

/** Numbers of two of a recording's moments; the second is the later one. */
export interface MomentRange {
  readonly from: number;
  readonly to: number;
}

export interface HeapWindow extends MomentRange {
  /** Seconds. */
  readonly fromTime: number;
  readonly toTime: number;
  /**
   * Calls, temporary allocations and sums are those in between. `leaked` is what stacks have more at
   * the end than at the beginning; `peak` what was live at the fullest of the kept moments.
   */
  readonly costed: CostedStacks;
  /** Seconds. */
  readonly fullestTime: number;
  /** What other stacks have less at the end than at the beginning; it is in no cost. */
  readonly shrunk: Bytes;
}

/** All moments that are known, from the start, where nothing was there yet, to the end. */
export function heapMoments(profile: AllocationProfile): readonly HeapMoment[] {
  const { snapshots, timeline, totals } = profile;
  const lastStamp = timeline.time.at(-1) ?? 0;
  // The last stamp of the clock is the end itself, of which more is known.
  const between = snapshots.filter(({ time }) => time > 0 && time < lastStamp);
  const none = new Float64Array(0);
  const start = { time: 0, live: none, calls: none, temporary: none, allocated: none };
  const moments = [start, ...between, { time: totals.runtime, ...costsAtEnd(profile) }];
  return moments.map((moment) => ({
    ...moment,
    total: moment.live.reduce((sum, bytes) => sum + bytes, 0),
  }));
}

function costsAtEnd({ allocations, traces }: AllocationProfile): Omit<HeapSnapshot, 'time'> {
  const { count, trace, size, calls, live, temporary } = allocations;
  const sums = emptyCosts(traces.count);
  for (let row = 0; row < count; row++) {
    const at = trace[row]!;
    sums.peak[at]! += live[row]! * size[row]!;
    sums.calls[at]! += calls[row]!;
    sums.temporary[at]! += temporary[row]!;
    sums.allocated[at]! += calls[row]! * size[row]!;
  }
  return {
    live: sums.peak,
    calls: sums.calls,
    temporary: sums.temporary,
    allocated: sums.allocated,
  };
}

export function heapWindow(
  profile: AllocationProfile,
  moments: readonly HeapMoment[],
  { from, to }: MomentRange,
): HeapWindow {
  const [before, after] = [moments[from]!, moments[to]!];
  const costs = emptyCosts(profile.traces.count);
  for (const kind of ['calls', 'temporary', 'allocated'] as const) {
    const [column, earlier] = [costs[kind], before[kind]];
    column.set(after[kind]);
    for (let trace = 0; trace < earlier.length; trace++) column[trace]! -= earlier[trace]!;
  }
  let shrunk = 0;
  costs.leaked.set(after.live);
  for (let trace = 0; trace < before.live.length; trace++) {
    const grown = costs.leaked[trace]! - before.live[trace]!;
    if (grown < 0) shrunk -= grown;
    costs.leaked[trace] = Math.max(0, grown);
  }
  const fullest = fullestOf(moments.slice(from, to + 1));
  costs.peak.set(fullest.live);
  return {
    from,
    to,
    fromTime: before.time,
    toTime: after.time,
    costed: { stacks: profile, costs },
    fullestTime: fullest.time,
    shrunk,
  };
}

const fullestOf = (moments: readonly HeapMoment[]): HeapMoment =>
  moments.reduce((fullest, moment) => (moment.total > fullest.total ? moment : fullest));

/** The most that was live at once between two times, by the recording's own clock. */
export function highestBetween(
  { timeline: { time, live } }: AllocationProfile,
  from: number,
  to: number,
): Bytes {
  let highest = 0;
  for (const [i, at] of time.entries()) {
    if (at > from && at <= to) highest = Math.max(highest, live[i]!);
  }
  return highest;
}

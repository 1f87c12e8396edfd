/** What was allocated between two moments of a recording, of those at which every stack's costs were kept. */

import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile, HeapSnapshot } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import { type CostedStacks, type CostKind, emptyCosts } from './costs.ts';

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
  readonly clock: HeapProfile['clock'];
  /** By the recording's clock. */
  readonly fromTime: number;
  readonly toTime: number;
  /**
   * Calls, temporary allocations and sums are those in between. `leaked` is what stacks have more at
   * the end than at the beginning; `peak` what was live at the fullest of the kept moments.
   */
  readonly costed: CostedStacks;
  /** By the recording's clock. */
  readonly fullestTime: number;
  /** What other stacks have less at the end than at the beginning; it is in no cost. */
  readonly shrunk: Bytes;
}

/** All moments that are known, from the start, where nothing was there yet, to the end. */
export function heapMoments(profile: HeapProfile): readonly HeapMoment[] {
  const { snapshots, timeline, totals, costs } = profile;
  const lastStamp = timeline?.time.at(-1) ?? totals.runtime ?? Number.POSITIVE_INFINITY;
  // The last stamp of the clock is the end itself, of which more is known.
  const between = snapshots.filter(({ time }) => time > 0 && time < lastStamp);
  const none = new Float64Array(0);
  const start = { time: 0, live: none, calls: none, temporary: none, allocated: none };
  const end = totals.runtime !== undefined && costs.leaked !== undefined;
  const atEnd = end ? [{ ...costs, time: totals.runtime, live: costs.leaked }] : [];
  const moments: readonly HeapSnapshot[] = [start, ...between, ...atEnd];
  return moments.map((moment) => ({
    ...moment,
    total: moment.live.reduce((sum, bytes) => sum + bytes, 0),
  }));
}

export function heapWindow(
  profile: HeapProfile,
  moments: readonly HeapMoment[],
  { from, to }: MomentRange,
): HeapWindow {
  const [before, after] = [moments[from]!, moments[to]!];
  const sums = (['calls', 'temporary', 'allocated'] as const).filter(
    (kind) => before[kind] !== undefined && after[kind] !== undefined,
  );
  const kinds: CostKind[] = ['peak', 'leaked', ...sums];
  const costs = emptyCosts(profile.traces.count, kinds);
  for (const kind of sums) {
    const [column, earlier] = [costs[kind], before[kind]!];
    column.set(after[kind]!);
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
    clock: profile.clock,
    fromTime: before.time,
    toTime: after.time,
    costed: { stacks: profile, costs, kinds },
    fullestTime: fullest.time,
    shrunk,
  };
}

const fullestOf = (moments: readonly HeapMoment[]): HeapMoment =>
  moments.reduce((fullest, moment) => (moment.total > fullest.total ? moment : fullest));

/** The most that was live at once between two times, by the recorder's own clock. */
export function highestBetween({ time, live }: Timeline, from: number, to: number): Bytes {
  let highest = 0;
  for (const [i, at] of time.entries()) {
    if (at > from && at <= to) highest = Math.max(highest, live[i]!);
  }
  return highest;
}

/** The program's own code that allocated what was live, at the peak of a recording and when a map was taken. */
import { LIBRARY_CODE } from '../../knowledge/library-frames.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type CostedStacks, costedStacks } from '../heap/costs.ts';
import { groupStacks } from '../heap/grouping.ts';
import { rank } from '../heap/rankings.ts';
import { filterStacks, NO_FILTER } from '../heap/stack-filter.ts';
import type { StackFrame } from '../heap/stacks.ts';
import type { RecordingTime } from './live-heap.ts';

/** A line of code and what it had allocated and not freed. */
export interface AllocatingPlace {
  readonly frame: StackFrame;
  readonly bytes: Bytes;
}

/** What was live at one moment of a recording. */
export interface LiveByPlace {
  readonly moment: 'peak' | 'map';
  /** Seconds of the recording; undefined where it has no clock. */
  readonly seconds: number | undefined;
  readonly bytes: Bytes;
  /** The largest first. */
  readonly places: readonly AllocatingPlace[];
}

/** Places that are told of a moment. */
const PLACES = 3;

/** A smaller part of what was live is not told. */
const LEAST_PART = 0.01;

/**
 * @param at when the map was taken, in the recording; undefined where that is not known.
 */
export function allocatingPlaces(
  profile: HeapProfile,
  at: RecordingTime | undefined,
): readonly LiveByPlace[] {
  const { costs, totals } = profile;
  if (costs.peak === undefined) return [];
  const unsuppressed = new Int32Array(profile.traces.count).fill(-1);
  const { costed } = filterStacks(costedStacks(profile, unsuppressed), {
    ...NO_FILTER,
    hide: LIBRARY_CODE,
  });
  const atPeak = liveByPlace(costed, costs.peak);
  const then = liveAt(profile, at);
  return [
    { moment: 'peak', seconds: totals.peakTime, ...atPeak },
    ...(then
      ? [{ moment: 'map' as const, seconds: then.seconds, ...liveByPlace(costed, then.live) }]
      : []),
  ];
}

interface LiveColumn {
  readonly seconds: number | undefined;
  readonly live: Float64Array;
}

/** What each stack had live at a time, where the recording keeps that. */
function liveAt(
  { snapshots, costs, totals }: HeapProfile,
  at: RecordingTime | undefined,
): LiveColumn | undefined {
  if (at === undefined) return undefined;
  if (at.from >= (totals.runtime ?? Number.POSITIVE_INFINITY)) {
    return costs.leaked && { seconds: totals.runtime, live: costs.leaked };
  }
  const middle = (at.from + at.to) / 2;
  const [nearest] = snapshots
    .filter(({ time }) => time >= at.from && time <= at.to)
    .toSorted((a, b) => Math.abs(a.time - middle) - Math.abs(b.time - middle));
  return nearest && { seconds: nearest.time, live: nearest.live };
}

function liveByPlace(
  costed: CostedStacks,
  column: Float64Array,
): Pick<LiveByPlace, 'bytes' | 'places'> {
  const live = new Float64Array(costed.stacks.traces.count);
  // Stacks that came later have nothing yet.
  live.set(column.subarray(0, live.length));
  const groups = groupStacks({ ...costed, costs: { ...costed.costs, peak: live } }, 'place');
  const { spots } = rank(groups, 'peak', { spots: PLACES, stacks: 0, frames: 1 });
  const bytes = live.reduce((sum, one) => sum + one, 0);
  return {
    bytes,
    places: spots
      .filter(({ costs }) => costs.peak >= LEAST_PART * bytes)
      .slice(0, PLACES)
      .map(({ place, costs }) => ({ frame: place[0]!, bytes: costs.peak })),
  };
}

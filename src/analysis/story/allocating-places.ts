/** The program's own code that allocated what was live, at the peak of a recording and when a map was taken. */
import type { Bytes } from '../../model/bytes.ts';
import type { CallStacks, HeapProfile } from '../../model/heap-profile.ts';
import { type LiveSite, liveSites, withoutLibraries } from '../heap/interactive-heap.ts';
import type { RecordingTime } from './live-heap.ts';

/** What was live at one moment of a recording. */
export interface LiveByPlace {
  /** `dump`: when a running program wrote its profile, of which no peak is known. */
  readonly moment: 'peak' | 'map' | 'dump';
  /** Seconds of the recording; undefined where it has no clock. */
  readonly seconds: number | undefined;
  readonly bytes: Bytes;
  /** The largest first. */
  readonly places: readonly LiveSite[];
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
  const { costs, totals, clock, recording } = profile;
  const inSeconds = (time: number | undefined) => (clock === undefined ? time : undefined);
  const stacks = withoutLibraries(profile);
  if (costs.peak === undefined) {
    if (!recording.isSnapshot || costs.leaked === undefined) return [];
    return [{ moment: 'dump', seconds: undefined, ...liveByPlace(stacks, costs.leaked) }];
  }
  const atPeak = liveByPlace(stacks, costs.peak);
  const then = liveAt(profile, at);
  return [
    { moment: 'peak', seconds: inSeconds(totals.peakTime), ...atPeak },
    ...(then
      ? [
          {
            moment: 'map' as const,
            seconds: inSeconds(then.seconds),
            ...liveByPlace(stacks, then.live),
          },
        ]
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
  stacks: CallStacks,
  column: Float64Array,
): Pick<LiveByPlace, 'bytes' | 'places'> {
  const bytes = column.reduce((sum, one) => sum + one, 0);
  const places = liveSites(stacks, column, PLACES)
    .filter((site) => site.bytes >= LEAST_PART * bytes)
    .slice(0, PLACES);
  return { bytes, places };
}

/** How much was live when a map was taken, by a heap recording of another run of the same program. */
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { MapTime } from './map-time.ts';

/** Bytes that the program had asked for and not freed, at least and at most. */
export interface LiveHeap {
  readonly least: Bytes;
  readonly most: Bytes;
  /** How it is known, as a clause: `constant for 0.9 s after its peak`. */
  readonly because: string;
  /** The part of the recording that it is of; undefined where that is all of it. */
  readonly at: RecordingTime | undefined;
}

/** A stretch of a recording, in its own seconds. */
export interface RecordingTime {
  readonly from: number;
  readonly to: number;
}

/** Amounts that differ by less are the same for the reader. */
const STEADY = 1.1;

/** Whether it is known well enough to be shown as one number. */
export const isSteady = ({ least, most }: Pick<LiveHeap, 'least' | 'most'>): boolean =>
  most <= STEADY * least;

/** heaptrack's clock ticks every 10 ms, and no run takes just as long as another. */
const TICK_SECONDS = 0.02;
const DRIFT = 0.02;

/** A steady phase of a smaller part of the run is not the one in which a map is taken. */
const LARGE_PART = 0.5;

/**
 * By time where both have a clock; else by the longest steady phase after the peak; else anything between
 * the end and the peak of the recording.
 *
 * @param time of the map; undefined where nothing tells it.
 * @param mayBePeak whether the map can be of the peak or later.
 * @returns undefined where the recording counts no bytes.
 */
export function liveHeap(
  {
    totals,
    timeline,
    clock,
    recording,
  }: Pick<HeapProfile, 'totals' | 'timeline' | 'clock'> & Partial<Pick<HeapProfile, 'recording'>>,
  time: MapTime | undefined,
  mayBePeak: boolean,
): LiveHeap | undefined {
  const { peak, leaked, runtime } = totals;
  if (peak === undefined) {
    if (!recording?.isSnapshot || leaked === undefined) return undefined;
    const because = 'live when the profile was written, which may be another moment';
    return { least: leaked, most: leaked, because, at: undefined };
  }
  if (time?.isExit && leaked !== undefined) {
    const end = runtime ?? Number.POSITIVE_INFINITY;
    const because = 'live at the end of the recording';
    return { least: leaked, most: leaked, because, at: { from: end, to: end } };
  }
  const hasTimeline = timeline !== undefined && timeline.time.length > 1;
  // A clock that counts the program's work has no seconds to compare.
  const hasSeconds = hasTimeline && clock === undefined;
  if (time && hasSeconds && runtime !== undefined) return liveAt(timeline, runtime, time);
  const phase = mayBePeak && hasTimeline ? steadyPhase(timeline) : undefined;
  if (phase) {
    const length = hasSeconds ? ` for ${(phase.to - phase.from).toFixed(1)} s` : '';
    const because = `constant${length} after its peak`;
    return { least: phase.least, most: phase.most, because, at: phase };
  }
  const least = Math.min(leaked ?? 0, peak);
  const because = 'between the end and the peak of the recording';
  return { least, most: peak, because, at: undefined };
}

/**
 * Sleeping takes as long in both runs, computing does not: the moment lies between the same second and
 * the same part of the recording.
 */
function liveAt(timeline: Timeline, runtime: number, { from, to, runSeconds }: MapTime): LiveHeap {
  // The recorder needs some time before the program begins.
  const start = timeline.time[0]!;
  const scale = runSeconds > 0 ? (runtime - start) / runSeconds : 1;
  const margin = TICK_SECONDS + DRIFT * (runtime - start);
  const window = {
    from: Math.min(start + from, start + from * scale) - margin,
    to: Math.max(start + to, start + to * scale) + margin,
  };
  const { time, live } = timeline;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < time.length; i++) {
    const isBefore = time[i]! < window.from && i < time.length - 1;
    if (isBefore || (i > 0 && time[i - 1]! > window.to)) continue;
    least = Math.min(least, live[i]!);
    most = Math.max(most, live[i]!);
  }
  const end = Math.min(runtime, window.to);
  const seconds = `${Math.max(0, window.from).toFixed(1)} to ${end.toFixed(1)} s`;
  const what = isSteady({ least, most }) ? 'constant' : 'live';
  const because = `${what} in the recording, ${seconds}`;
  return { least, most, because, at: window };
}

interface Phase extends RecordingTime {
  readonly least: Bytes;
  readonly most: Bytes;
}

/** The longest stretch from the peak on in which the heap hardly changes, where it is most of that time. */
function steadyPhase({ time, live }: Timeline): Phase | undefined {
  let peak = 0;
  for (let i = 0; i < live.length; i++) if (live[i]! > live[peak]!) peak = i;
  let longest: Phase | undefined;
  for (let i = peak; i < live.length; ) {
    let [least, most] = [live[i]!, live[i]!];
    let end = i;
    for (; end < live.length; end++) {
      const [low, high] = [Math.min(least, live[end]!), Math.max(most, live[end]!)];
      if (!isSteady({ least: low, most: high })) break;
      [least, most] = [low, high];
    }
    const phase = { from: time[i]!, to: time[end - 1]!, least, most };
    if (longest === undefined || lengthOf(phase) > lengthOf(longest)) longest = phase;
    i = Math.max(end, i + 1);
  }
  const whole = time.at(-1)! - time[peak]!;
  const length = longest === undefined ? 0 : lengthOf(longest);
  return length > 0 && length >= LARGE_PART * whole ? longest : undefined;
}

const lengthOf = ({ from, to }: RecordingTime): number => to - from;

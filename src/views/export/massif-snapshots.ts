import type { HeapFindings } from '../../analysis/heap/findings.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { MassifSnapshot } from './massif.ts';

/** The recording's snapshots with trees, the peak with the largest, and points of the timeline between. */
export function massifSnapshots(
  { snapshots, timeline, clock, totals: { peakTime } }: HeapProfile,
  { costed, keeps }: HeapFindings,
): MassifSnapshot[] {
  // massif's clocks tick in whole milliseconds, instructions or bytes.
  const tick = (time: number) => Math.round(clock === undefined ? time * 1000 : time);
  const kept = (live: Float64Array) =>
    keeps === undefined ? live : live.map((value, trace) => (keeps[trace] === 1 ? value : 0));
  const detailed = snapshots.map(({ time, live }) => snapshot(tick(time), kept(live)));
  // Of the stacks that a filter leaves, more may have been live at another time.
  const isPeak = keeps === undefined;
  const peak =
    peakTime === undefined ? [] : [{ ...snapshot(tick(peakTime), costed.costs.peak), isPeak }];
  // What a filter leaves out is in the timeline's figures, so these would not fit the others.
  const plain = keeps === undefined && timeline ? timelinePoints(timeline, tick) : [];
  return [...detailed, ...plain, ...peak].sort((a, b) => a.time - b.time);
}

function snapshot(time: number, live: Float64Array): MassifSnapshot {
  const heapBytes = live.reduce((sum, value) => sum + Math.max(0, value), 0);
  return { time, heapBytes, live, isPeak: false };
}

/** Most points are left out where there are many: ms_print draws 72 columns. */
function timelinePoints(
  { time, live }: Timeline,
  tick: (time: number) => number,
): MassifSnapshot[] {
  const stride = Math.ceil(time.length / 100);
  const points: MassifSnapshot[] = [];
  for (let i = 0; i < time.length; i += stride) {
    points.push({ time: tick(time[i]!), heapBytes: live[i]!, live: undefined, isPeak: false });
  }
  return points;
}

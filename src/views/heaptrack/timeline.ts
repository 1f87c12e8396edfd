import type { WorkClock } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Chart, Section } from '../report.ts';

/**
 * How the heap developed, in a chart for each column that was recorded.
 *
 * @param start when the recording, or the part of it that was asked for, began.
 * @param clock what times count, where those are no seconds.
 */
export function timelineSections(
  { time, live, calls, temporary }: Timeline,
  start: number,
  clock?: WorkClock,
): Section[] {
  const chart = (values: Float64Array, unit: Chart['unit'], first = 0): Chart => ({
    unit,
    ...(clock && { over: clock }),
    points: [{ x: start, y: first }, ...Array.from(time, (x, i) => ({ x, y: values[i]! }))],
  });
  // A program starts with nothing; what was live when a later part began is in its first point.
  const liveAtStart = start === 0 ? 0 : live[0];
  return [
    { title: 'Live heap over time', chart: chart(live, 'bytes', liveAtStart) },
    ...(calls ? [{ title: 'Allocation calls so far', chart: chart(calls, 'count') }] : []),
    ...(temporary
      ? [{ title: 'Temporary allocations so far', chart: chart(temporary, 'count') }]
      : []),
  ];
}

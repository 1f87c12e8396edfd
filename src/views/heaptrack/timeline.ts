import type { Timeline } from '../../model/timeline.ts';
import type { Chart, Section } from '../report.ts';

/**
 * How the heap developed, in three charts.
 *
 * @param start seconds: when the recording, or the part of it that was asked for, began.
 */
export function timelineSections(
  { time, live, calls, temporary }: Timeline,
  start: number,
): Section[] {
  const chart = (values: Float64Array, unit: Chart['unit']): Chart => ({
    unit,
    points: [{ x: start, y: 0 }, ...Array.from(time, (x, i) => ({ x, y: values[i]! }))],
  });
  return [
    { title: 'Live heap over time', chart: chart(live, 'bytes') },
    { title: 'Allocation calls so far', chart: chart(calls, 'count') },
    { title: 'Temporary allocations so far', chart: chart(temporary, 'count') },
  ];
}

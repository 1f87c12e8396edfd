import type { WorkClock } from '../../model/heap-profile.ts';
import type { LiveMomentResult, MomentResult } from '../../results/heap/schema.ts';
import { bytes, type Chart, left, right, type Section, seconds } from '../report.ts';
import { lineCells } from './own-line-section.ts';
import type { StackStyle } from './stack-style.ts';

/**
 * How the heap developed, in a chart for each column that was recorded.
 *
 * @param start when the recording, or the part of it that was asked for, began.
 * @param clock what times count, where those are no seconds.
 */
export function timelineSections(
  moments: readonly MomentResult[],
  start: number,
  clock?: WorkClock,
): Section[] {
  const chart = (
    of: (moment: MomentResult) => number | null,
    unit: Chart['unit'],
    first = 0,
  ): Chart => ({
    unit,
    ...(clock && { over: clock }),
    points: [
      { x: start, y: first },
      ...moments.map((moment) => ({ x: moment.seconds ?? moment.clock ?? 0, y: of(moment) ?? 0 })),
    ],
  });
  const [first] = moments;
  // A program starts with nothing; what was live when a later part began is in its first point.
  const liveAtStart = start === 0 ? 0 : first?.liveBytes;
  const has = (column: 'calls' | 'temporary') => first === undefined || first[column] !== null;
  return [
    {
      title: 'Live heap over time',
      chart: chart(({ liveBytes }) => liveBytes, 'bytes', liveAtStart),
    },
    ...(has('calls')
      ? [{ title: 'Allocation calls so far', chart: chart(({ calls }) => calls, 'count') }]
      : []),
    ...(has('temporary')
      ? [
          {
            title: 'Temporary allocations so far',
            chart: chart(({ temporary }) => temporary, 'count'),
          },
        ]
      : []),
  ];
}

/** Who had most at some moments of it. */
export function momentSections(moments: readonly LiveMomentResult[], style: StackStyle): Section[] {
  if (moments.length === 0) return [];
  return [
    {
      title: 'Which line had most, now and then',
      table: {
        columns: [
          right('after'),
          right('live'),
          right('most'),
          left('line', 'start'),
          left('in → called', 'middle'),
        ],
        rows: moments.map(({ seconds: at, liveBytes, largest }) => ({
          cells: [
            seconds(at),
            bytes(liveBytes),
            ...(largest ? [bytes(largest.liveBytes), ...lineCells(largest, style)] : []),
          ],
        })),
      },
    },
  ];
}

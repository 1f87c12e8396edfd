import { highestBetween } from '../../../analysis/heap/time-window.ts';
import type { HeapProfile, HeapSnapshot } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { chartColumns } from '../../parts/chart.ts';
import { type Line, span } from '../../parts/line.ts';
import { stripLine } from '../../parts/strip.ts';
import { wrapped } from '../../parts/wrapped.ts';
import type { State } from '../../state.ts';
import { liveHeap } from '../timeline/timeline-recording.ts';
import { momentsOf, windowIn } from './heap-stacks.ts';
import { timeWords } from './labels.ts';

const MOST_CELLS = 60;

const heights = memoizeLast((timeline: Timeline, width: number): number[] => {
  return chartColumns(liveHeap(timeline), width).map(({ lower }) => lower);
});

/** The live heap over time with the part that is looked at, and how finely that is known. */
export function windowLines(profile: HeapProfile, state: State, columns: number): Line[] {
  const moments = momentsOf(profile);
  const { timeline, clock } = profile;
  const at = (time: number) => timeWords(time, clock);
  if (moments.length <= 2 || timeline === undefined) {
    return [
      [span('time: all; nothing between start and end was kept of so short a recording', 'dim')],
    ];
  }
  const window = windowIn(profile, state);
  const width = Math.max(8, Math.min(MOST_CELLS, Math.floor(columns / 3)));
  const values = heights(timeline, width);
  const end = moments.at(-1)!.time;
  const cell = (time: number) => Math.round((time / Math.max(end, Number.MIN_VALUE)) * width);
  const from = Math.min(cell(window?.fromTime ?? 0), width - 1);
  const to = Math.max(from + 1, cell(window?.toTime ?? end));
  const strip = stripLine(values, from, to);
  if (window === undefined) {
    return [
      [
        ...strip,
        ` all ${at(end)}`,
        span('   [ ] { } ', 'accent'),
        span('a part of the time', 'dim'),
      ],
    ];
  }
  const { fromTime, toTime, fullestTime, shrunk } = window;
  const size = (bytes: number) => formatBytes(bytes, state.units);
  const highest = highestBetween(timeline, fromTime, toTime);
  const known = `known at ${moments.length} kept moments, ${spacing(moments, at)} apart; at most ${size(highest)} live inside; "at fullest" is at ${at(fullestTime)}; "grown" leaves out that other stacks shrank by ${size(shrunk)}`;
  return [
    [
      ...strip,
      ' ',
      span(`${at(fromTime)} to ${at(toTime)}`, 'strong'),
      ` of ${at(end)}`,
      span('   Esc ', 'accent'),
      span('all', 'dim'),
    ],
    ...wrapped(known, columns).map((line): Line => [span(line.map(String).join(''), 'dim')]),
  ];
}

/** The clock of the recorder ticks unevenly, and at the end less is left. */
function spacing(moments: readonly HeapSnapshot[], at: (time: number) => string): string {
  const gaps = moments.slice(1).map(({ time }, i) => time - moments[i]!.time);
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  return `${at(least)} to ${at(most)}`;
}

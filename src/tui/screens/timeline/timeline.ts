import type { Story } from '../../../analysis/story/story.ts';
import type { WorkClock } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { fitColumns } from '../../../views/text/columns.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { gauge } from '../../parts/bars.ts';
import { type ChartPoint, chartColumns, chartLines } from '../../parts/chart.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { tableLine } from '../../parts/table.ts';
import { type About, type Area, listOf, type Screen } from '../../screen.ts';
import type { State } from '../../state.ts';
import { timeWords } from '../heap/labels.ts';
import { momentOfLog } from './timeline-log.ts';
import { liveHeap, momentOfRecording } from './timeline-recording.ts';
import type { MomentRow } from './timeline-rows.ts';

interface Series {
  readonly title: string;
  readonly lower: string;
  /** Empty where there is only one value. */
  readonly upper: string;
  readonly points: readonly ChartPoint[];
  readonly unit: 'seconds' | 'lines' | WorkClock;
}

const COLUMNS = [
  { title: '', width: 11, align: 'right' },
  { title: '', width: 20, dropAt: 1 },
] as const;

/** Names of functions lose their middle. */
const WHAT = { log: { title: '', cut: 'end' }, recording: { title: '', cut: 'middle' } } as const;

const BAR_CELLS = 20;

/** Terminals of so few rows have room for the number at the cursor and a low chart. */
const FEW_ROWS = 12;

/** Terminals narrower than the number with its parts. */
const NARROW = 50;

export const timelineScreen: Screen = {
  id: 'timeline',
  title: 'Timeline',
  missing: (reading) =>
    reading === undefined || seriesOf(reading.story).length === 0
      ? 'nothing was read that goes over time. Record: strace -f -tt -o strace.log PROGRAM, or heaptrack PROGRAM'
      : undefined,
  show(reading, state, area) {
    const { story } = reading!;
    const all = seriesOf(story);
    const isLog = state.timeline.series === 'log' && story.witnesses.space !== undefined;
    const series = all.find(({ title }) => (title === LOG) === isLog) ?? all[0]!;
    const columns = chartColumns(series.points, Math.max(1, area.columns));
    const last = columns.length - 1;
    const cursor =
      state.timeline.at === undefined ? highest(columns) : Math.round(state.timeline.at * last);
    const at = columns[cursor]!;
    const { timeline } = story.witnesses.space?.replayed.space ?? {};
    const rows = isLog
      ? momentOfLog(reading!, at, timeline?.unit ?? 'lines')
      : momentOfRecording(reading!, at);
    const layout = fitColumns([...COLUMNS, WHAT[isLog ? 'log' : 'recording']], area.columns);
    const whole = Math.max(1, at.lower + at.upper);
    const line = (row: MomentRow) =>
      tableLine(layout, [
        span(formatBytes(row.bytes, state.units), 'strong'),
        span(gauge(row.bytes, row.whole ?? whole, BAR_CELLS), row.whole ? 'fill-2' : 'fill-1'),
        span(row.label, row.tone),
      ]);
    return {
      crumbs: [series.title],
      head: headLines(series, columns, cursor, state, area, all.length > 1),
      list: listOf(
        rows,
        line,
        ({ topic, evidence, place, open, container }): About => ({
          topic,
          evidence,
          place,
          container,
          ...(open ? { open } : {}),
        }),
        (row) => lineText(line(row)).trimEnd(),
      ),
      foot: [],
      cells: columns.length,
      at: cursor / Math.max(1, last),
    };
  },
};

const LOG = 'the log';

/** The first column that no other is higher than. */
function highest(columns: readonly ChartPoint[]): number {
  const heights = columns.map(({ lower, upper }) => lower + upper);
  return Math.max(0, heights.indexOf(Math.max(...heights)));
}

const seriesOf = memoizeLast(({ witnesses: { space, recording } }: Story): readonly Series[] => {
  const all: Series[] = [];
  const log = space?.replayed.space.timeline;
  const points = log?.points ?? [];
  if (points.length > 1) {
    all.push({
      title: LOG,
      lower: 'brk heap',
      upper: 'anonymous mappings',
      points: points.map(({ at, heap, anonymous }) => ({ x: at, lower: heap, upper: anonymous })),
      unit: log?.unit ?? 'lines',
    });
  }
  const timeline = recording?.profile.timeline;
  if (timeline !== undefined && timeline.time.length > 0) {
    all.push({
      title: 'the heap recording',
      lower: 'live heap',
      upper: '',
      points: liveHeap(timeline),
      unit: recording?.profile.clock ?? 'seconds',
    });
  }
  return all;
});

function headLines(
  { lower, upper, points, unit }: Series,
  columns: readonly ChartPoint[],
  cursor: number,
  { units, timeline }: State,
  area: Area,
  hasOther: boolean,
): Line[] {
  const top = columns.reduce((most, point) => Math.max(most, point.lower + point.upper), 0);
  const at = columns[cursor]!;
  const [first, last] = [points[0]!, points.at(-1)!];
  const size = (bytes: number) => formatBytes(bytes, units);
  const legend: Line = [
    span('█', 'fill-1'),
    ` ${lower}`,
    ...(upper === '' ? [] : ['  ', span('▒', 'fill-2'), ` ${upper}`]),
    `   at most ${size(top)}`,
    ...(hasOther
      ? [
          span('   t ', 'accent'),
          span(timeline.series === 'log' ? 'the heap recording' : LOG, 'dim'),
        ]
      : []),
  ];
  const values: Line = [
    'at ',
    span(moment(at.x, unit), 'strong'),
    `: ${lower} `,
    span(size(at.lower), 'strong'),
    ...(upper === ''
      ? []
      : [` + ${upper} `, span(size(at.upper), 'strong'), ` = ${size(at.lower + at.upper)}`]),
  ];
  const half = Math.floor(area.rows / 2);
  if (area.rows < FEW_ROWS) {
    const brief: Line = [moment(at.x, unit), ': ', span(size(at.lower + at.upper), 'strong')];
    const isBrief = area.columns < NARROW;
    return [isBrief ? brief : values, ...chartLines(columns, top, Math.max(0, half - 2), cursor)];
  }
  return [
    legend,
    ...chartLines(columns, top, Math.max(3, Math.min(20, half - 2)), cursor),
    axisLine(moment(first.x, unit), moment(last.x, unit), cursor, columns.length),
    values,
    [],
  ];
}

/** When it begins and ends, and where the cursor is; what it would cover is left out. */
function axisLine(first: string, last: string, cursor: number, width: number): Line {
  const start = cursor > first.length ? first : '';
  const end = cursor < width - last.length - 1 ? last : '';
  const before = start.padEnd(cursor);
  return [
    span(before, 'dim'),
    span('▲', 'accent'),
    span(end.padStart(Math.max(0, width - cursor - 1)), 'dim'),
  ];
}

const moment = (x: number, unit: Series['unit']): string =>
  unit === 'lines' ? `line ${Math.floor(x)}` : timeWords(x, unit === 'seconds' ? undefined : unit);

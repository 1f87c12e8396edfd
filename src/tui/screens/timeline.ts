import { liveSites, ownStacks, snapshotAt } from '../../analysis/heap/explored-heap.ts';
import type { Story } from '../../analysis/story/story.ts';
import type { TopicId } from '../../analysis/story/waterfall.ts';
import type { AllocationProfile, HeapSnapshot } from '../../model/allocation-profile.ts';
import { escapeText } from '../../views/text/escape.ts';
import { formatBytes, formatCell } from '../../views/text/quantity.ts';
import { gauge } from '../parts/bars.ts';
import { type ChartPoint, chartColumns, chartLines } from '../parts/chart.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { layoutColumns, tableLine } from '../parts/table.ts';
import { type About, type Area, listOf, remembered, type Screen } from '../screen.ts';
import type { Place, Reading } from '../session.ts';
import type { State } from '../state-data.ts';
import { sizeAt } from './timeline-log.ts';

/** What was there at the cursor. */
interface MomentRow {
  readonly bytes: number;
  readonly label: string;
  readonly topic: TopicId;
  readonly evidence: string;
  readonly place: Place | undefined;
}

interface Series {
  readonly title: string;
  readonly lower: string;
  /** Empty where there is only one value. */
  readonly upper: string;
  readonly points: readonly ChartPoint[];
  readonly unit: 'seconds' | 'lines';
}

const COLUMNS = [
  { title: '', width: 11, align: 'right' },
  { title: '', width: 20, dropAt: 1 },
  { title: '', cut: 'middle' },
] as const;

const BAR_CELLS = 20;
const MOST_SITES = 20;

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
    const columns = chartColumns(series.points, area.columns);
    const last = Math.max(1, columns.length - 1);
    const cursor =
      state.timeline.at === undefined ? highest(columns) : Math.round(state.timeline.at * last);
    const at = columns[cursor] ?? { x: 0, lower: 0, upper: 0 };
    const rows = isLog ? momentOfLog(reading!, at, series.unit) : momentOfRecording(reading!, at);
    const layout = layoutColumns(COLUMNS, area.columns);
    const whole = Math.max(1, at.lower + at.upper);
    const line = (row: MomentRow) =>
      tableLine(layout, [
        span(formatBytes(row.bytes, state.units), 'strong'),
        span(gauge(row.bytes, whole, BAR_CELLS), 'fill-1'),
        row.label,
      ]);
    return {
      crumbs: [series.title],
      head: [...headLines(series, columns, cursor, state, area, all.length > 1), []],
      list: listOf(
        rows,
        line,
        ({ topic, evidence, place }): About => ({ topic, evidence, place }),
        (row) => lineText(line(row)).trimEnd(),
      ),
      foot: [],
      cells: columns.length,
      at: cursor / last,
    };
  },
};

const LOG = 'the log';

/** The first column that no other is higher than. */
function highest(columns: readonly ChartPoint[]): number {
  const heights = columns.map(({ lower, upper }) => lower + upper);
  return Math.max(0, heights.indexOf(Math.max(...heights)));
}

const seriesOf = remembered(({ witnesses: { space, recording } }: Story): readonly Series[] => {
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
    const live = Array.from(timeline.time, (x, i) => ({ x, lower: timeline.live[i]!, upper: 0 }));
    all.push({
      title: 'the heap recording',
      lower: 'live heap',
      upper: '',
      points: [{ x: 0, lower: 0, upper: 0 }, ...live],
      unit: 'seconds',
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
  const height = Math.max(3, Math.min(20, Math.floor(area.rows / 2) - 2));
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
  return [
    legend,
    ...chartLines(columns, top, height, cursor),
    axisLine(moment(first.x, unit), moment(last.x, unit), cursor, columns.length),
    values,
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
  unit === 'lines' ? `line ${Math.round(x)}` : formatCell({ kind: 'seconds', value: x }, 'human');

/** The containers of the log as large as they were then, and what else there was. */
function momentOfLog(
  { story, sources }: Reading,
  { x, lower, upper }: ChartPoint,
  unit: Series['unit'],
): MomentRow[] {
  const containers = story.containers.flatMap(({ grown }): MomentRow[] => {
    const found = sizeAt(grown.chain, x, unit);
    if (found === undefined) return [];
    const { step, mapped } = found;
    return [
      {
        bytes: mapped,
        label: `anonymous: ≈ ${escapeText(grown.claims.container?.value ?? 'buffer')} (line ${step.line}: ${step.kind})`,
        topic: 'mremap',
        evidence: `line ${step.line} of the log`,
        place: sources.log === undefined ? undefined : { file: sources.log, line: step.line },
      },
    ];
  });
  return [
    {
      bytes: lower,
      label: 'brk heap',
      topic: 'brk-step',
      evidence: 'the program break as the calls up to here set it',
      place:
        unit === 'lines' && sources.log !== undefined
          ? { file: sources.log, line: Math.round(x) }
          : undefined,
    },
    ...containers,
    {
      bytes: Math.max(0, upper - containers.reduce((sum, { bytes }) => sum + bytes, 0)),
      label: containers.length > 0 ? 'other anonymous mappings' : 'anonymous mappings',
      topic: 'mmap-threshold',
      evidence: 'what mmap, mremap and munmap up to here left',
      place: undefined,
    },
  ];
}

const stacksOf = remembered(ownStacks);

const sitesOf = remembered((profile: AllocationProfile, snapshot: HeapSnapshot) =>
  liveSites(stacksOf(profile), snapshot, MOST_SITES),
);

/** The places with most live bytes, at the last moment that was kept before the cursor. */
function momentOfRecording({ story }: Reading, { x }: ChartPoint): MomentRow[] {
  const profile = story.witnesses.recording?.profile;
  const snapshot = profile && snapshotAt(profile.snapshots, x);
  if (profile === undefined || snapshot === undefined) return [];
  return sitesOf(profile, snapshot).map(({ place, bytes }): MomentRow => {
    const where = place.file === undefined ? '' : ` at ${place.file}:${place.line}`;
    return {
      bytes,
      label: escapeText(`${place.name ?? place.module ?? '(no name known)'}${where}`),
      topic: 'capacity',
      evidence: `live after ${snapshot.time.toFixed(3)} s, the last moment that was kept before the cursor`,
      place: undefined,
    };
  });
}

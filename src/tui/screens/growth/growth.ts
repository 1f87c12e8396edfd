import type { Story } from '../../../analysis/story/story.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { TOPICS } from '../../../results/topics.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes, type Units } from '../../../views/text/quantity.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { type ColumnSpec, layoutColumns, tableHead, tableLine } from '../../parts/table.ts';
import { settled } from '../../parts/viewport.ts';
import { type About, type Area, listOf, type Screen, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';
import { because, type Grown, knownLines } from './facts.ts';
import {
  GROWTH_STEP_COLUMNS,
  type GrowthRow,
  rowsOfContainer,
  rowsOfSite,
  stepLine,
} from './growth-steps.ts';

const entriesOf = memoizeLast((story: Story): readonly Grown[] => {
  const { recording } = story.witnesses;
  const recorder = recording?.profile.recording.recorder.tool ?? '';
  return [
    ...story.containers.map((one): Grown => ({ kind: 'chain', story: one, recorder })),
    ...(recording?.sites ?? []).map((site): Grown => ({ kind: 'site', site, recorder })),
  ];
});

const COLUMNS: readonly ColumnSpec[] = [
  { title: 'largest', width: 11, align: 'right' },
  { title: 'steps', width: 6, align: 'right', dropAt: 1 },
  { title: 'times', width: 6, align: 'right', dropAt: 5 },
  { title: 'container', width: 16 },
  { title: 'element', width: 9, align: 'right', dropAt: 4 },
  { title: 'capacity', width: 11, align: 'right', dropAt: 2 },
  { title: 'seen in', cut: 'start', dropAt: 3 },
];

export const growthScreen: Screen = {
  id: 'growth',
  title: 'Growth',
  missing: (reading) =>
    reading === undefined || entriesOf(reading.story).length === 0
      ? 'no container that grew was found. Record: strace -f -tt -o strace.log PROGRAM, or heaptrack PROGRAM'
      : undefined,
  show(reading, state, area) {
    const entries = entriesOf(reading!.story);
    const chosen = state.growth.chosen === undefined ? undefined : entries[state.growth.chosen];
    return chosen === undefined
      ? containersShown(entries, reading!, state, area)
      : stepsShown(chosen, reading!, state, area);
  },
};

/** The list of containers, and below it the ladder of the chosen one. */
function containersShown(
  entries: readonly Grown[],
  reading: Reading,
  state: State,
  { columns, rows }: Area,
): Shown {
  const layout = layoutColumns(COLUMNS, columns);
  const line = (entry: Grown) => entryLine(entry, layout, state.units);
  const { selected } = settled(state.cursors.growth, entries.length, 1);
  const entry = entries[selected]!;
  const room = Math.max(0, rows - 3 - Math.min(entries.length, Math.floor(rows / 2)));
  return {
    crumbs: [],
    head: [tableHead(layout, COLUMNS)],
    list: listOf(
      entries,
      line,
      (_, index) => aboutEntry(entries[index]!, index, reading),
      (one) => lineText(line(one)).trimEnd(),
    ),
    foot: ladder(rowsOf(entry, reading.story.witnesses.pageBytes), room, columns),
  };
}

function entryLine(entry: Grown, layout: ReturnType<typeof layoutColumns>, units: Units): Line {
  if (entry.kind === 'site') return siteLine(entry, layout, units);
  const { chain, container, element, containers, blocks } = entry.story.grown;
  const most = Math.max(...blocks.map(({ capacity }) => capacity ?? 0));
  return tableLine(layout, [
    formatBytes(chain.peak, units),
    String(chain.stepCount - 1),
    String(containers.value),
    `≈ ${escapeText(container?.value.name ?? 'buffer')}`,
    element === undefined ? '?' : `≈ ${element.size.value}`,
    most === 0 ? '?' : `≈ ${most}`,
    `the log, lines ${chain.steps[0]!.line} to ${chain.endLine ?? chain.last.line}${chain.endLine === undefined ? ', alive' : ''}`,
  ]);
}

function siteLine(
  { site, recorder }: Extract<Grown, { kind: 'site' }>,
  layout: ReturnType<typeof layoutColumns>,
  units: Units,
): Line {
  const { blocks, cost, containers, container, element, capacity, place } = site;
  const where = `${place.name ?? place.module ?? '?'}${place.file ? ` ${place.file}:${place.line}` : ''}`;
  return tableLine(layout, [
    formatBytes(blocks.at(-1)!.requested, units),
    String(cost.steps.value),
    String(containers.value),
    escapeText(container.value.name),
    element === undefined ? '?' : `≈ ${element.size.value}`,
    capacity === undefined ? '?' : `≈ ${capacity.value}`,
    `${recorder}: ${escapeText(where)}`,
  ]);
}

function aboutEntry(entry: Grown, index: number, { sources }: Reading): About {
  const open = { type: 'choose-chain', index } as const;
  if (entry.kind === 'site') {
    const { steps } = entry.site.cost;
    return {
      topic: TOPICS.growthRule,
      evidence: `the recording: ${because(steps) ?? 'its steps stand there'}`,
      place: undefined,
      open,
    };
  }
  const { chain, rule, container } = entry.story.grown;
  return {
    topic: TOPICS.container,
    evidence: because(rule) ?? because(container) ?? 'no rule fits its steps',
    place: sources.log === undefined ? undefined : { file: sources.log, line: chain.last.line },
    open,
  };
}

const rowsOf = (entry: Grown, pageBytes: number): readonly GrowthRow[] =>
  entry.kind === 'site' ? rowsOfSite(entry.site) : rowsOfContainer(entry.story.grown, pageBytes);

/** The last steps, below each other, each as long as it is large. */
function ladder(rows: readonly GrowthRow[], room: number, columns: number): Line[] {
  const shown = rows.slice(-Math.max(0, room - 3));
  if (room < 4 || shown.length === 0) return [];
  const layout = layoutColumns(GROWTH_STEP_COLUMNS, columns);
  const most = Math.max(...rows.map(({ mapped }) => mapped));
  const hidden = rows.length - shown.length;
  const lines: Line[] = [
    [],
    [
      span(
        `its steps${hidden > 0 ? `, the last ${shown.length} of ${rows.length}` : ''}`,
        'strong',
      ),
    ],
    tableHead(layout, GROWTH_STEP_COLUMNS),
    ...shown.map((row) => stepLine(row, layout, most)),
  ];
  // It begins right below the list.
  return [...lines, ...Array.from({ length: Math.max(0, room - lines.length) }, (): Line => [])];
}

/** All steps of one container, and what is known of it. */
function stepsShown(entry: Grown, reading: Reading, state: State, { columns }: Area): Shown {
  const rows = rowsOf(entry, reading.story.witnesses.pageBytes);
  const layout = layoutColumns(GROWTH_STEP_COLUMNS, columns);
  const most = Math.max(...rows.map(({ mapped }) => mapped));
  const line = (row: GrowthRow) => stepLine(row, layout, most);
  const { log } = reading.sources;
  return {
    crumbs: [entry.kind === 'site' ? 'a place of the recording' : `line ${rows[0]?.line ?? '?'}`],
    head: [...knownLines(entry, columns, state.units), [], tableHead(layout, GROWTH_STEP_COLUMNS)],
    list: listOf(
      rows,
      line,
      (row): About => ({
        topic: row.topic,
        evidence: row.because,
        place:
          log === undefined || row.line === undefined ? undefined : { file: log, line: row.line },
      }),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot: [],
  };
}

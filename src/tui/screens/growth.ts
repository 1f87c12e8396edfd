import type { GrownContainer } from '../../analysis/growth-chains/findings.ts';
import type { GrowthSite } from '../../analysis/heap/growth-sites.ts';
import type { ContainerStory, Story } from '../../analysis/story/story.ts';
import type { Claim } from '../../model/claim.ts';
import { escapeText } from '../../views/text/escape.ts';
import { formatBytes, type Units } from '../../views/text/quantity.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { type ColumnSpec, layoutColumns, tableHead, tableLine } from '../parts/table.ts';
import { settled } from '../parts/viewport.ts';
import { wrapped } from '../parts/wrapped.ts';
import { type About, type Area, listOf, remembered, type Screen, type Shown } from '../screen.ts';
import type { Reading } from '../session.ts';
import type { State } from '../state-data.ts';
import {
  GROWTH_STEP_COLUMNS,
  type GrowthRow,
  rowsOfContainer,
  rowsOfSite,
  stepLine,
} from './growth-steps.ts';

/** A container of the log, or a place of the recording where containers grow. */
export type Grown =
  | { readonly kind: 'chain'; readonly story: ContainerStory }
  | { readonly kind: 'site'; readonly site: GrowthSite };

const entriesOf = remembered((story: Story): readonly Grown[] => [
  ...story.containers.map((one): Grown => ({ kind: 'chain', story: one })),
  ...(story.witnesses.recording?.sites ?? []).map((site): Grown => ({ kind: 'site', site })),
]);

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
  if (entry.kind === 'site') return siteLine(entry.site, layout, units);
  const { chain, claims, capacities, count } = entry.story.grown;
  const most = Math.max(...capacities.map((capacity) => capacity ?? 0));
  return tableLine(layout, [
    formatBytes(chain.peak, units),
    String(chain.stepCount - 1),
    String(count),
    `≈ ${escapeText(claims.container?.value ?? 'buffer')}`,
    claims.element === undefined ? '?' : `≈ ${claims.element.value}`,
    most === 0 ? '?' : `≈ ${most}`,
    `the log, lines ${chain.steps[0]!.line} to ${chain.endLine ?? chain.last.line}${chain.endLine === undefined ? ', alive' : ''}`,
  ]);
}

function siteLine(
  { finalBytes, steps, containers, container, element, finalElements, place }: GrowthSite,
  layout: ReturnType<typeof layoutColumns>,
  units: Units,
): Line {
  const where = `${place.name ?? place.module ?? '?'}${place.file ? ` ${place.file}:${place.line}` : ''}`;
  return tableLine(layout, [
    formatBytes(finalBytes.value, units),
    String(steps.value),
    String(containers.value),
    escapeText(container.name.value),
    element === undefined ? '?' : `≈ ${element.size.value}`,
    finalElements === undefined ? '?' : `≈ ${finalElements.value}`,
    `heaptrack: ${escapeText(where)}`,
  ]);
}

function aboutEntry(entry: Grown, index: number, { sources }: Reading): About {
  const open = { type: 'choose-chain', index } as const;
  if (entry.kind === 'site') {
    const { steps } = entry.site;
    return {
      topic: 'vec-growth',
      evidence: `the recording: ${because(steps) ?? 'its steps stand there'}`,
      place: undefined,
      open,
    };
  }
  const { chain, claims } = entry.story.grown;
  return {
    topic: 'vec-growth',
    evidence: because(claims.rule) ?? because(claims.container) ?? 'no rule fits its steps',
    place: sources.log === undefined ? undefined : { file: sources.log, line: chain.last.line },
    open,
  };
}

const because = (claim: Claim<unknown> | undefined): string | undefined =>
  claim?.basis === 'inferred' ? claim.because : undefined;

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

/** What is known of a container and why: each claim with its reason. */
function knownLines(entry: Grown, columns: number, units: Units): Line[] {
  const fact = (label: string, text: string, reason: string | undefined): Line[] =>
    wrapped(
      `${label}: ${escapeText(text)}${reason === undefined ? '' : ` (${escapeText(reason)})`}`,
      columns,
    );
  if (entry.kind === 'site') {
    const { container, element, copied, steps, method, place } = entry.site;
    const advice = entry.site.advice;
    return [
      ...fact('container', container.name.value, because(container.name)),
      ...fact(
        'where',
        `${place.name ?? '?'}${place.file ? ` at ${place.file}:${place.line}` : ''}`,
        undefined,
      ),
      ...(element ? fact('element', `≈ ${element.size.value} bytes`, because(element.size)) : []),
      ...fact('grows by', method, because(steps)),
      ...fact('copied', `≈ ${formatBytes(copied.value, units)}`, because(copied)),
      ...(advice.call && advice.elements
        ? fact(
            'instead',
            `${advice.call}(${advice.elements.value}) saves ${stepsOf(advice.savedSteps)}`,
            undefined,
          )
        : []),
    ];
  }
  const { grown, row, site } = entry.story;
  const { claims, cost } = grown;
  return [
    ...(claims.container
      ? fact('container', `≈ ${claims.container.value}`, because(claims.container))
      : []),
    ...(claims.rule ? fact('rule', claims.rule.value, because(claims.rule)) : []),
    ...(claims.element
      ? fact('element', `≈ ${claims.element.value} bytes`, because(claims.element))
      : []),
    ...(site
      ? fact(
          'where',
          `${site.place.name ?? '?'}${site.place.file ? ` at ${site.place.file}:${site.place.line}` : ''}`,
          'heaptrack saw blocks of these sizes there',
        )
      : []),
    ...(row && row.kind !== 'none'
      ? fact(
          'in the map',
          row.kind === 'own' ? 'a row of its own' : 'in a row with others',
          `line ${row.row.mapping.line}`,
        )
      : []),
    ...fact('cost', costWords(grown, units), undefined),
    ...(cost.copies + cost.remaps > 0 && grown.advice?.call
      ? fact(
          'instead',
          `${grown.advice.call}(${grown.advice.elements.value}) saves ${stepsOf(grown.advice.savedSteps)} and ≈ ${formatBytes(grown.advice.savedSlack.value, units)} of address space`,
          undefined,
        )
      : []),
  ];
}

const stepsOf = (count: number): string => `${count} ${count === 1 ? 'step' : 'steps'}`;

function costWords({ cost }: GrownContainer, units: Units): string {
  const moved =
    cost.remaps > 0
      ? [`${cost.remaps} mremap moved ${formatBytes(cost.remappedBytes, units)} without a copy`]
      : [];
  const copied =
    cost.copies > 0
      ? [`${stepsOf(cost.copies)} copied ≈ ${formatBytes(cost.copiedBytes.value, units)}`]
      : [];
  return [...moved, ...copied].join('; ') || 'nothing was moved';
}

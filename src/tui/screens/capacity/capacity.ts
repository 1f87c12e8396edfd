import type { CapacityQuery } from '../../../analysis/growth/forward/capacity.ts';
import {
  allocatorName,
  type CapacityAccount,
  capacityAccount,
  containerName,
} from '../../../analysis/growth/forward/capacity-account.ts';
import type { ContainerStory } from '../../../analysis/story/container-story.ts';
import { baseName } from '../../../model/base-name.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes, type Units } from '../../../views/text/quantity.ts';
import { padText } from '../../../views/text/width.ts';
import { type Line, span } from '../../parts/line.ts';
import { folded, wrapped } from '../../parts/wrapped.ts';
import { type About, type Area, listOf, type Screen, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';
import { blockLines } from './capacity-pages.ts';
import { pathLines } from './capacity-path.ts';
import { stagesOf } from './capacity-stages.ts';
import type { Found, Stage } from './stage.ts';

/** Of a terminal that is narrower, the rest is cut. */
const FEWEST_CELLS = 16;

const accountOf = memoizeLast(capacityAccount);

/** From a container's length to the pages in RAM, each stage with its reason, for numbers of one's own. */
export const capacityScreen: Screen = {
  id: 'capacity',
  title: 'Capacity',
  missing: () => undefined,
  show(reading, state, area) {
    const { numbers } = state.capacity;
    const account = accountOf(numbers);
    const found = foundOf(reading, state);
    const stages = stagesOf(account, found);
    const head = [
      ...question(account, found, state.units, area),
      ...originLines(reading, state, area),
      numbersLine(account, numbers),
    ];
    const drawn = stageLines(stages, state, area);
    const width = Math.max(FEWEST_CELLS, area.columns - 2);
    const block = blockLines(account, width);
    const room = area.rows - head.length - drawn.lines.length - block.length - 1;
    const below = [...block, ...pathLines(account, room, width)];
    return {
      crumbs: [containerName(numbers.container)],
      head,
      list: listOf(stages, () => [], aboutStage, textOf),
      body: {
        lines: [...drawn.lines, [], ...below.map((line): Line => [' ', ...line])],
        owners: drawn.owners,
      },
      foot: [],
      marksItself: true,
    } satisfies Shown;
  },
};

const aboutStage = ({ topic, why, place }: Stage): About => ({ topic, evidence: why, place });

const textOf = ({ label, formula, bytes, why }: Stage): string =>
  [label, formula, bytes ?? '', why].join('\t');

/** What the screen answers. */
function question(
  account: CapacityAccount,
  { atMost }: Found,
  units: Units,
  { columns }: Area,
): Line[] {
  const { findings, total, isMapping, resident, block } = account;
  const { length, elementBytes } = findings.query;
  const size = (bytes: number) => formatBytes(bytes, units);
  const count = atMost?.words ?? String(length);
  const elements = `${count === '1' ? '1 element' : `${count} elements`} of ${elementBytes === 1 ? '1 byte' : `${elementBytes} bytes`}`;
  const asked =
    block?.placement === undefined
      ? 'what do they take?'
      : resident === undefined
        ? `why do they take ${size(total)} of the heap?`
        : `why ${isMapping ? 'are' : 'do they take'} ${size(total)}${isMapping ? ' mapped' : ''}, and why are ${size(resident.value)} in RAM?`;
  return wrapped(`${elements}: ${asked}`, columns).map(([text]) => [span(String(text), 'strong')]);
}

/** What is chosen, with the keys that change it. */
function numbersLine(
  { findings }: CapacityAccount,
  { container, allocator, length, pageBytes }: CapacityQuery,
): Line {
  const { elementBytes } = findings.query;
  const isFixed = findings.container.value.elementBytes !== undefined;
  return [
    span(containerName(container), 'strong'),
    span(' c', 'dim'),
    '  length ',
    span(String(length), 'strong'),
    span(' ←→', 'dim'),
    '  element ',
    span(elementBytes === 1 ? '1 byte' : `${elementBytes} bytes`, 'strong'),
    span(isFixed ? ' always' : ' s', 'dim'),
    '  ',
    span(allocatorName(allocator), 'strong'),
    span(' a', 'dim'),
    ...(pageBytes === 4096 ? [] : [`  pages of ${pageBytes}`]),
  ];
}

/** The container of the captures that the numbers are of, or began with. */
function containerIn(
  reading: Reading | undefined,
  { capacity: { from } }: State,
): ContainerStory | undefined {
  return typeof from === 'number' ? reading?.story.containers[from] : undefined;
}

/** Whose numbers these are. */
function originLines(reading: Reading | undefined, state: State, { columns }: Area): Line[] {
  const said = (text: string): Line[] =>
    wrapped(escapeText(text), columns).map(([line]) => [span(String(line), 'dim')]);
  const { from, isChanged } = state.capacity;
  const container = containerIn(reading, state);
  if (container === undefined) {
    const hasCaptures = reading !== undefined && reading.captures.length > 0;
    return from === 'example' && hasCaptures
      ? said('an example, not from your captures: no container was found whose elements are known')
      : [];
  }
  const { chain } = container.grown;
  const { tool = '' } = reading?.story.witnesses.recording?.profile.recording.recorder ?? {};
  const { name, file, line } = container.site?.place ?? {};
  const code =
    name === undefined ? '' : `, by ${tool} of ${name}${file ? ` at ${file}:${line}` : ''}`;
  const lines = `lines ${chain.steps[0]!.line} to ${chain.last.line} of the log${code}`;
  return said(
    isChanged ? `changed from the container of ${lines}; Esc brings it back` : `found: ${lines}`,
  );
}

/** What the captures say of it, as long as its numbers are theirs. */
function foundOf(reading: Reading | undefined, state: State): Found {
  const container = state.capacity.isChanged ? undefined : containerIn(reading, state);
  if (container === undefined) return { atMost: undefined, row: undefined };
  const { row, snapshot } = container;
  return {
    atMost: atMostOf(container, state.capacity.numbers.length),
    row:
      row?.kind === 'own' && snapshot
        ? {
            name: baseName(snapshot.name),
            place: { file: snapshot.name, line: row.row.mapping.line },
            size: row.row.mapping.size,
            resident: row.row.mapping.resident,
          }
        : undefined,
  };
}

/** Where nobody says how many elements there are: what pages tell, else what there is room for. */
function atMostOf({ elements, grown }: ContainerStory, length: number): Found['atMost'] {
  if (grown.advice?.elements?.value === length) return undefined;
  const known = elements && 'bytes' in elements ? elements : undefined;
  if (known?.elements !== undefined) {
    const { least, most } = known.elements;
    return { words: `${least} to ${most}`, because: `at least ${least}: ${known.because}` };
  }
  const why = elements && 'refused' in elements ? `: ${elements.refused}` : '';
  const because = `how many there are is not known${why}; as if it were full`;
  return { words: `up to ${length}`, because };
}

const LABEL = 10;

/** Terminals with room for a sentence beside the numbers. */
const WIDE = 96;

/** Stages below each other: the number, and why beside it or below it. */
function stageLines(stages: readonly Stage[], state: State, { columns }: Area) {
  const lines: Line[] = [];
  const owners: number[] = [];
  const chosen = Math.min(state.cursors.capacity.selected, stages.length - 1);
  const widest = (of: (stage: Stage) => string) => Math.max(...stages.map((one) => of(one).length));
  const bytesOf = ({ bytes }: Stage) => (bytes === undefined ? '' : `${bytes} B`);
  const humanOf = ({ bytes }: Stage) =>
    bytes === undefined || bytes < 1024 ? '' : formatBytes(bytes, 'human');
  const [formula, bytes, human] = [widest((one) => one.formula), widest(bytesOf), widest(humanOf)];
  const start = 1 + LABEL + formula + 2 + bytes + 2 + human + 2;
  const isWide = columns >= WIDE && columns - start >= 30;
  for (const [i, stage] of stages.entries()) {
    const mark = i === chosen ? span('▸', 'accent') : ' ';
    const number: Line = [
      mark,
      span(stage.label.padEnd(LABEL), 'strong'),
      padText(stage.formula, formula),
      span(bytesOf(stage).padStart(bytes + 2), 'strong'),
      span(humanOf(stage).padStart(human + 2), 'dim'),
    ];
    if (isWide) {
      const [first = [], ...rest] = wrapped(stage.why, columns - start);
      lines.push([...number, '  ', ...first]);
      lines.push(...rest.map((line): Line => [' '.repeat(start), ...line]));
    } else {
      const below = wrapped(stage.why, columns - 3).map((line): Line => ['   ', ...line]);
      lines.push(...folded(number, columns), ...below);
    }
    while (owners.length < lines.length) owners.push(i);
  }
  return { lines, owners };
}

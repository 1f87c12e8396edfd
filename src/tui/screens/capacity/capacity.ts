import type { CapacityQuery } from '../../../analysis/growth/forward/capacity.ts';
import {
  allocatorName,
  type CapacityAccount,
  capacityAccount,
  containerName,
} from '../../../analysis/growth/forward/capacity-account.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { folded } from '../../parts/wrapped.ts';
import { type About, type Area, listOf, type Screen, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';
import { legend } from './capacity-parts.ts';
import { pathLines } from './capacity-path.ts';
import { type Stage, stagesOf } from './capacity-stages.ts';

const accountOf = memoizeLast(capacityAccount);

/** From a container's length to the pages in RAM, drawn to scale, for numbers of one's own. */
export const capacityScreen: Screen = {
  id: 'capacity',
  title: 'Capacity',
  missing: () => undefined,
  show(reading, state, area) {
    const { numbers } = state.capacity;
    const account = accountOf(numbers);
    const stages = stagesOf(account, numbers, state.units, area);
    const { lines, owners } = drawn(stages, state.cursors.capacity.selected, area);
    return {
      crumbs: [containerName(numbers.container)],
      head: [numbersLine(account, numbers), ...originLine(reading, state)],
      list: listOf(stages, ({ words }) => words, aboutStage, stageText),
      body: {
        lines: [
          ...lines,
          ...legend(account, area.columns),
          ...pathLines(account, area.rows - lines.length - 5, area.columns),
        ],
        owners,
      },
      foot: [],
      marksItself: true,
    } satisfies Shown;
  },
};

const aboutStage = ({ topic, because }: Stage): About => ({
  topic,
  evidence: because,
  place: undefined,
});

const stageText = ({ words, drawn: below }: Stage): string =>
  [words, ...below].map(lineText).join('\n');

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
    span(isFixed ? ' always' : ' ↑↓', 'dim'),
    '  ',
    span(allocatorName(allocator), 'strong'),
    span(' a', 'dim'),
    ...(pageBytes === 4096 ? [] : [`  pages of ${pageBytes}`]),
  ];
}

/** Where the numbers come from, when they are those of a container of the log. */
function originLine(reading: Reading | undefined, { capacity: { from } }: State): Line[] {
  const container = from === undefined ? undefined : reading?.story.containers[from];
  if (container === undefined) return [];
  const { grown, elements } = container;
  const { chain } = grown;
  const inUse =
    elements && 'bytes' in elements && elements.elements
      ? `; ≈ ${elements.elements.least} to ${elements.elements.most} elements in use: ${elements.because}`
      : '';
  const text = `the container that grew on lines ${chain.steps[0]!.line} to ${chain.last.line} of the log${inUse}`;
  return [[span(text, 'dim')]];
}

/** Stages below each other; how many lines there are decides whether they get room between them. */
function drawn(stages: readonly Stage[], selected: number, { rows, columns }: Area) {
  const needed = stages.reduce((sum, { drawn: below }) => sum + 1 + below.length, 0);
  const isRoomy = rows >= needed + stages.length + 4;
  const lines: Line[] = [];
  const owners: number[] = [];
  const chosen = Math.min(selected, stages.length - 1);
  for (const [i, { words, drawn: below }] of stages.entries()) {
    const mark = i === chosen ? span('▸', 'accent') : ' ';
    const [first, ...rest] = [...folded(words, columns - 1), ...below];
    lines.push([mark, ...first!], ...rest.map((line): Line => [' ', ...line]));
    if (isRoomy) lines.push([]);
    while (owners.length < lines.length) owners.push(i);
  }
  return { lines, owners };
}

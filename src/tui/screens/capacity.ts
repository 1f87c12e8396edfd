import {
  allocatorName,
  type CapacityAccount,
  type CapacityNumbers,
  capacityAccount,
  containerName,
} from '../../analysis/capacity/capacity-account.ts';
import type { TopicId } from '../../analysis/story/waterfall.ts';
import { pagesOf, roundUpToPage } from '../../model/bytes.ts';
import { formatBytes, type Units } from '../../views/text/quantity.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { folded } from '../parts/wrapped.ts';
import { type About, type Area, listOf, remembered, type Screen, type Shown } from '../screen.ts';
import type { Reading } from '../session.ts';
import type { State } from '../state-data.ts';
import { legend, part, stageBar } from './capacity-parts.ts';
import { pathLines } from './capacity-path.ts';
import { pushStage } from './capacity-push.ts';

/** One thing that the screen says: a line of words, what is drawn below it, and why it is so. */
export interface Stage {
  readonly words: Line;
  readonly drawn: readonly Line[];
  readonly topic: TopicId;
  readonly because: string;
}

const accountOf = remembered(capacityAccount);

/** From a container's length to the pages in RAM, drawn to scale, for numbers of one's own. */
export const capacityScreen: Screen = {
  id: 'capacity',
  title: 'Capacity',
  missing: () => undefined,
  show(reading, state, area) {
    const { numbers } = state.capacity;
    const account = accountOf(numbers);
    const stages = stagesOf(account, numbers, state.units, area);
    const { lines, starts, owners } = drawn(stages, state.cursors.capacity.selected, area);
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
        focus: starts[Math.min(state.cursors.capacity.selected, stages.length - 1)] ?? 0,
      },
      foot: [],
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
  { container, allocator, length, pageBytes }: CapacityNumbers,
): Line {
  const { elementBytes } = findings.query;
  const isFixed = findings.query.container.elementBytes !== undefined;
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
    elements && 'least' in elements
      ? `; ≈ ${elements.least} to ${elements.most} elements in use: ${elements.because}`
      : '';
  const text = `the container that grew on lines ${chain.steps[0]!.line} to ${chain.last.line} of the log${inUse}`;
  return [[span(text, 'dim')]];
}

/** Stages below each other; how many lines there are decides whether they get room between them. */
function drawn(stages: readonly Stage[], selected: number, { rows, columns }: Area) {
  const needed = stages.reduce((sum, { drawn: below }) => sum + 1 + below.length, 0);
  const isRoomy = rows >= needed + stages.length + 4;
  const lines: Line[] = [];
  const starts: number[] = [];
  const owners: number[] = [];
  const chosen = Math.min(selected, stages.length - 1);
  for (const [i, { words, drawn: below }] of stages.entries()) {
    starts.push(lines.length);
    const mark = i === chosen ? span('▸', 'accent') : ' ';
    const [first, ...rest] = [...folded(words, columns - 1), ...below];
    lines.push([mark, ...first!], ...rest.map((line): Line => [' ', ...line]));
    if (isRoomy) lines.push([]);
    while (owners.length < lines.length) owners.push(i);
  }
  return { lines, starts, owners };
}

function stagesOf(
  account: CapacityAccount,
  numbers: CapacityNumbers,
  units: Units,
  { columns }: Area,
): Stage[] {
  const { rung, used, spare, header, rounding, total, isMapping, resident, untouched } = account;
  const { length, pageBytes } = numbers;
  const { elementBytes } = account.findings.query;
  const width = Math.max(8, columns - 2);
  const size = (bytes: number) =>
    units === 'human' && bytes >= 1024 ? ` (${formatBytes(bytes, 'human')})` : '';
  const label = (text: string) => span(text.padEnd(10), 'strong');
  const draw = (...segments: ReturnType<typeof part>[]) => [
    stageBar(segments, account, Math.max(total, 1), width),
  ];
  if (rung === undefined) {
    return [
      {
        words: [label('length'), `${length} elements: nothing is allocated before the first`],
        drawn: [],
        topic: 'capacity',
        because: 'an empty container has no block: a push makes the first',
      },
    ];
  }
  const stages: Stage[] = [
    {
      words: [
        label('length'),
        `${length} × ${elementBytes} = `,
        span(`${used}`, 'strong'),
        ` bytes in use${size(used)}`,
      ],
      drawn: draw(part('used', used)),
      topic: 'capacity',
      because: 'elements that are in the container, times the size of one',
    },
    {
      words: [
        label('capacity'),
        ...(rung.capacity * elementBytes === rung.requested
          ? [`${rung.capacity} × ${elementBytes} = `]
          : [`${rung.capacity}, a block of `]),
        span(`${rung.requested}`, 'strong'),
        ` bytes asked for${size(rung.requested)}; ${account.findings.slackElements} spare = ${spare}`,
      ],
      drawn: draw(part('used', used), part('spare', spare)),
      topic: 'vec-growth',
      because: `${containerName(numbers.container)} ${account.rule}: the first capacity of its series that holds ${length}`,
    },
  ];
  if (rung.placement === undefined) {
    stages.push({
      words: [label('block'), 'what this allocator takes beside it is not known'],
      drawn: [],
      topic: 'chunk-header',
      because: account.findings.query.allocator.words.join('; '),
    });
  } else {
    const asked = rung.requested + header;
    stages.push({
      words: [
        label('+ header'),
        `${rung.requested} + ${header} = `,
        span(`${asked}`, 'strong'),
        ` bytes; the allocator's own ${header}`,
      ],
      drawn: draw(part('header', header), part('used', used), part('spare', spare)),
      topic: 'chunk-header',
      because: account.findings.query.allocator.words.join('; '),
    });
    const pages = pagesOf(total, pageBytes);
    stages.push({
      words: isMapping
        ? [
            label('mapped'),
            `⌈${asked} / ${pageBytes}⌉ = ${pages} pages = `,
            span(`${total}`, 'strong'),
            ` bytes${size(total)}; rounding ${rounding}`,
          ]
        : [
            label('block'),
            `${asked} + ${rounding} = `,
            span(`${total}`, 'strong'),
            ` bytes of the heap; rounding ${rounding}`,
          ],
      drawn: draw(
        part('header', header),
        part('used', used),
        part('spare', spare),
        part('rounding', rounding),
      ),
      topic: isMapping ? 'page-rounding' : 'mmap-threshold',
      because: isMapping
        ? `the kernel maps whole pages: ${asked} bytes need ${pages} of ${pageBytes}`
        : account.findings.query.allocator.words.join('; '),
    });
  }
  stages.push(residentStage());
  const push = pushStage(account, width);
  return push === undefined ? stages : [...stages, push];

  function residentStage(): Stage {
    if (resident === undefined || untouched === undefined) {
      return {
        words: [
          label('in RAM'),
          'it shares its pages with other blocks, so they are touched anyway',
        ],
        drawn: [],
        topic: 'mmap-threshold',
        because: 'only a block with a mapping of its own has pages of its own',
      };
    }
    return {
      words: [
        label('in RAM'),
        roundUpToPage(used + header, pageBytes) === resident.value
          ? `⌈${used + header} / ${pageBytes}⌉ = ${pagesOf(resident.value, pageBytes)} pages = `
          : `touched all over: ${pagesOf(resident.value, pageBytes)} pages = `,
        span(`${resident.value}`, 'strong'),
        ` bytes${size(resident.value)}; ${untouched} untouched`,
      ],
      drawn: [
        stageBar(
          [part('resident', resident.value), part('untouched', untouched)],
          { header: 0 },
          total,
          width,
        ),
      ],
      topic: untouched > 0 ? 'slack' : 'rss-and-pss',
      because: resident.basis === 'inferred' ? resident.because : 'measured',
    };
  }
}

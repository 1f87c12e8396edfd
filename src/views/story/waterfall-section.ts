import type { StepResult, StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  BARS,
  bytes,
  type Cell,
  captured,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';

type Waterfall = NonNullable<StoryResult['waterfall']>;

const SUMMED = 'the sum of what the memory map says';

/** Steps that are shown one by one, and the part of the RAM from which on one is. */
const SHOWN = 8;
const LEAST_PART = 0.01;

/** What the RAM is used for, and how that is known. @param all whether small parts are shown as well. */
export function ramSection({ waterfall, answer }: StoryResult, all: boolean): Section[] {
  if (waterfall === null) return [];
  const { inRam, residentBytes, areFilesUnknown } = waterfall;
  const isShown = ({ bytes: value, kind }: StepResult, i: number) =>
    all || OF_MALLOC.has(kind) || (i < SHOWN && value >= LEAST_PART * residentBytes);
  const ordered = bySize(inRam);
  const shown = ordered.filter(isShown);
  const rest = ordered.filter((one) => !shown.includes(one));
  const unknown = inRam.some(({ kind }) => kind === 'malloc') && answer.live !== null;
  return [
    {
      table: {
        columns: [right('bytes'), BARS, left(''), left('how we know', 'wrap')],
        rows: [
          {
            cells: [
              bytes(residentBytes),
              undefined,
              areFilesUnknown ? 'RAM, less files' : 'RAM (RSS)',
            ],
            strong: true,
            topic: TOPICS.residentBytes,
            because: [SUMMED],
            subject: { kind: 'memory-maps' },
            bar: { from: 0, to: residentBytes, series: 3 },
          },
          ...shown.map((step) => stepRow(step, unknown ? answer.live : null)),
          ...restRow(rest),
        ],
      },
      notes: [outsideWords(waterfall)],
    },
  ];
}

const OF_MALLOC: ReadonlySet<StepResult['kind']> = new Set(['malloc', 'live', 'overhead', 'free']);

/** The largest first; what malloc has stays together. */
function bySize(steps: readonly StepResult[]): readonly StepResult[] {
  const ofMalloc = steps.filter(({ kind }) => OF_MALLOC.has(kind));
  const others = steps
    .filter(({ kind }) => !OF_MALLOC.has(kind))
    .toSorted((a, b) => b.bytes - a.bytes);
  const sum = ofMalloc.reduce((total, { bytes: value }) => total + value, 0);
  const larger = others.filter(({ bytes: value }) => value > sum).length;
  return others.toSpliced(larger, 0, ...ofMalloc);
}

function stepRow(
  { kind, label, bytes: value, basis, because, source, topic }: StepResult,
  live: StoryResult['answer']['live'],
): Row {
  const how =
    kind === 'malloc' && live !== null
      ? 'no capture tells them apart'
      : (because ?? source ?? undefined);
  return {
    cells: [
      bytes(value, basis === 'inferred'),
      undefined,
      captured(label),
      how === undefined ? undefined : captured(how),
    ],
    topic,
    because: [how === undefined ? SUMMED : `${label}: ${how}`],
    subject: { kind: 'memory-maps' },
    bar: { from: 0, to: value, series: 1 },
  };
}

function restRow(rest: readonly StepResult[]): Row[] {
  if (rest.length === 0) return [];
  const sum = rest.reduce((total, step) => total + step.bytes, 0);
  const uses = rest.length === 1 ? rest[0]!.label : `${rest.length} smaller uses (--rows)`;
  const bar = { from: 0, to: sum, series: 1 } as const;
  return [
    { cells: [bytes(sum), undefined, captured(uses)], subject: { kind: 'memory-maps' }, bar },
  ];
}

/** What is beside the RAM: swap, the share of shared pages, huge pages, address space. */
function outsideWords(waterfall: Waterfall): Cell[] {
  const { outside, pssBytes, sizeBytes, residentBytes, notInRam } = waterfall;
  const { hugePageBytes, lazyFreeBytes } = waterfall;
  const swap = outside.find(({ label }) => label === 'swapped out');
  const swapped: Cell[] = swap ? ['Swapped out:', bytes(swap.bytes)] : ['No swap'];
  const notable = (words: string, value: number | null): Cell[] =>
    value !== null && value >= LEAST_PART * residentBytes ? [`· ${words}`, bytes(value)] : [];
  const largest = notInRam.toSorted((a, b) => b.bytes - a.bytes)[0];
  const mostly: Cell[] =
    largest === undefined || sizeBytes < 2 * residentBytes
      ? []
      : ['· most of it is', captured(largest.label), bytes(largest.bytes)];
  return [
    ...swapped,
    ...(pssBytes === null ? [] : ['· PSS', bytes(pssBytes)]),
    ...notable('in transparent huge pages', hugePageBytes),
    ...notable('given up by MADV_FREE, taken when memory is short', lazyFreeBytes),
    ...outside.filter((one) => one !== swap).flatMap((one) => notable(one.label, one.bytes)),
    ...['· address space (VIRT)', bytes(sizeBytes)],
    ...mostly,
  ];
}

/** What of the address space is not in RAM, step by step. */
export function addressSpaceSection({ waterfall }: StoryResult): Section[] {
  if (waterfall === null) return [];
  const { notInRam, residentBytes, sizeBytes, outside } = waterfall;
  const row = ({ label, bytes: value, basis, topic, source }: StepResult): Row => ({
    cells: [
      bytes(value, basis === 'inferred'),
      captured(label),
      source === null ? undefined : captured(source),
    ],
    topic,
  });
  return [
    {
      title: 'Address space',
      table: {
        columns: [right('bytes'), left(''), left('')],
        rows: [
          {
            cells: [bytes(residentBytes), 'RAM (RSS)'],
            topic: TOPICS.residentBytes,
            strong: true,
          },
          ...notInRam.toSorted((a, b) => b.bytes - a.bytes).map(row),
          {
            cells: [bytes(sizeBytes), '= address space (VIRT)'],
            topic: TOPICS.sizeBytes,
            strong: true,
          },
          ...outside.map(row),
        ],
      },
    },
  ];
}

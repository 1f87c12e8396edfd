import { splitTop } from '../../model/split-top.ts';
import type { ClockResult } from '../../results/heap/summary-schema.ts';
import type {
  AccessesResult,
  DoublingResult,
  PlaceUseResult,
  UsesResult,
} from '../../results/heap/uses-schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  counted,
  left,
  percent,
  right,
  type Section,
} from '../report.ts';
import { moment } from './moment.ts';
import { frameCell, placeWords, type StackStyle } from './stack-style.ts';

const WHERE: readonly Column[] = [left('place', 'middle'), left('', 'start')];

/** What became of blocks, in words: a section for each thing that stands out. */
export function useSections(
  uses: UsesResult,
  clock: ClockResult | undefined,
  style: StackStyle,
  top: number,
): Section[] {
  const { places, accesses, doublings } = uses;
  const sections = [
    ...WASTED.map(([field, title]) => wastedSection(places, field, title, style, top)),
    unwrittenSection(places, style, top),
    shortLivedSection(uses, clock, style, top),
    doublingSection(doublings, style, top),
    accessSection(accesses, style, top),
  ].filter((section) => section !== undefined);
  if (sections.length > 0) return sections;
  return [{ title: 'Use of blocks', notes: [['nothing stands out']] }];
}

const whereCells = ({ place }: Pick<PlaceUseResult, 'place'>, style: StackStyle): Cell[] => [
  frameCell(place, style),
  captured(placeWords(place)),
];

const WASTED = [
  ['neverUsedBytes', 'Allocated and never used: neither read nor written'],
  ['neverReadBytes', 'Written and never read'],
  ['neverWrittenBytes', 'Read and never written'],
] as const;

function wastedSection(
  places: readonly PlaceUseResult[],
  field: (typeof WASTED)[number][0],
  title: string,
  style: StackStyle,
  top: number,
): Section | undefined {
  const wasted = (place: PlaceUseResult) => place[field] ?? 0;
  return placesSection(
    places.filter((place) => wasted(place) > 0).toSorted((a, b) => wasted(b) - wasted(a)),
    title,
    [right('bytes', TOPICS[field]), right('of')],
    (place) => [bytes(wasted(place)), bytes(place.allocatedBytes)],
    style,
    top,
  );
}

/** Of what a place allocates, a quarter is worth telling. */
const LEAST_PERCENT = 25;

/** Memory that was never written is spare, whoever reads it. */
function unwrittenSection(
  places: readonly PlaceUseResult[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const unwritten = ({ unwrittenBytes }: PlaceUseResult) => unwrittenBytes ?? 0;
  const section = placesSection(
    places
      .filter(({ unwrittenPercent }) => (unwrittenPercent ?? 0) >= LEAST_PERCENT)
      .toSorted((a, b) => unwritten(b) - unwritten(a)),
    'Written in part',
    [right('not written', TOPICS.unwrittenBytes), right('part'), right('of')],
    (place) => [
      bytes(unwritten(place)),
      percent(place.unwrittenPercent ?? 0),
      bytes(place.allocatedBytes),
    ],
    style,
    top,
  );
  if (section === undefined) return undefined;
  const least = ['at least: a byte that was written twice counts as two'];
  return { ...section, notes: [least, ...(section.notes ?? [])] };
}

function shortLivedSection(
  { places, shortLife }: UsesResult,
  clock: ClockResult | undefined,
  style: StackStyle,
  top: number,
): Section | undefined {
  const section = placesSection(
    places
      .filter(({ shortLived }) => shortLived > 0)
      .toSorted((a, b) => b.shortLived - a.shortLived),
    'Short-lived blocks',
    [right('blocks', TOPICS.shortLived), right('of'), right('lived, on average')],
    ({ shortLived, calls, meanLife }) => [
      count(shortLived),
      count(calls),
      lifeCell(meanLife, clock),
    ],
    style,
    top,
  );
  if (section === undefined || shortLife === null) return section;
  const limit = ['freed after at most', ...moment(shortLife, clock?.counts)];
  return { ...section, notes: [limit, ...(section.notes ?? [])] };
}

/** The number alone: what the clock counts stands in the note below the table. */
function lifeCell(life: number | null, clock: ClockResult | undefined): Cell {
  if (life === null) return undefined;
  return moment(clock === undefined ? life : Math.round(life * 10) / 10, clock?.counts)[0];
}

function doublingSection(
  doublings: readonly DoublingResult[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const { shown, rest } = splitTop(doublings, top);
  if (shown.length === 0) return undefined;
  return {
    title: 'Blocks that fit a container which doubled',
    table: {
      columns: [
        right('containers', TOPICS.container),
        right('blocks each'),
        right('from'),
        right('to'),
        ...WHERE,
      ],
      rows: shown.map((one) => ({
        cells: [
          { ...count(one.containers), inferred: true },
          { ...count(one.steps), inferred: true },
          bytes(one.fromBytes, true),
          bytes(one.toBytes, true),
          ...whereCells(one, style),
        ],
      })),
    },
    notes: [
      ['≈ from sums: so many blocks with so many bytes in all, of which one of the series is live'],
      ...others(rest.length),
    ],
  };
}

/** Cells of a picture; a longer block has several bytes in each. */
const PICTURE = 32;
const HEIGHTS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

function accessSection(
  accesses: readonly AccessesResult[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const { shown, rest } = splitTop(accesses, top);
  if (shown.length === 0) return undefined;
  return {
    title: 'Accesses by byte of a block',
    table: {
      columns: [right('block'), right('blocks'), right('at most'), left('bytes'), ...WHERE],
      rows: shown.map(({ place, calls, blockBytes, counts }) => ({
        cells: [
          bytes(blockBytes),
          count(calls),
          count(highest(counts)),
          `│${picture(counts)}│`,
          ...whereCells({ place }, style),
        ],
      })),
    },
    notes: others(rest.length),
  };
}

const highest = (counts: readonly number[]): number =>
  counts.reduce((most, value) => Math.max(most, value), 0);

/** One character for each byte, or for several; what was accessed at all is never blank. */
function picture(counts: readonly number[]): string {
  const cells = Math.min(PICTURE, counts.length);
  const top = Math.max(1, highest(counts));
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((edge) => Math.floor((edge * counts.length) / cells));
    const most = highest(counts.slice(from, to));
    return HEIGHTS[Math.ceil((most / top) * (HEIGHTS.length - 1))]!;
  }).join('');
}

const others = (hidden: number): Cell[][] =>
  hidden > 0 ? [[...counted(hidden, 'other place')]] : [];

function placesSection(
  places: readonly PlaceUseResult[],
  title: string,
  columns: readonly Column[],
  cells: (place: PlaceUseResult) => Cell[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const { shown, rest } = splitTop(places, top);
  if (shown.length === 0) return undefined;
  return {
    title,
    table: {
      columns: [...columns, ...WHERE],
      rows: shown.map((place) => ({ cells: [...cells(place), ...whereCells(place, style)] })),
    },
    notes: others(rest.length),
  };
}

import type {
  BlockUseFindings,
  ByteAccesses,
  Doubling,
  PlaceUse,
} from '../../analysis/heap/block-uses.ts';
import { splitTop } from '../../model/split-top.ts';
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
export function useSections(uses: BlockUseFindings, style: StackStyle, top: number): Section[] {
  const wasted = (what: Wasted) => wastedSection(uses.places, what, style, top);
  const sections = [
    wasted('neverUsed'),
    wasted('neverRead'),
    wasted('neverWritten'),
    unwrittenSection(uses.places, style, top),
    shortLivedSection(uses, style, top),
    doublingSection(uses.doublings, style, top),
    ...accessSections(uses.accesses, style, top),
  ].filter((section) => section !== undefined);
  if (sections.length > 0) return sections;
  return [{ title: 'Use of blocks', notes: [['nothing stands out']] }];
}

const whereCells = ({ place }: Pick<PlaceUse, 'place'>, style: StackStyle): Cell[] => [
  frameCell(place, style),
  captured(placeWords(place)),
];

type Wasted = 'neverUsed' | 'neverRead' | 'neverWritten';

const TITLES: Readonly<Record<Wasted, string>> = {
  neverUsed: 'Allocated and never used: neither read nor written',
  neverRead: 'Written and never read',
  neverWritten: 'Read and never written',
};

function wastedSection(
  places: readonly PlaceUse[],
  what: Wasted,
  style: StackStyle,
  top: number,
): Section | undefined {
  const of = ({ accessed }: PlaceUse) => accessed?.[what] ?? 0;
  return placesSection(
    places.filter((place) => of(place) > 0).toSorted((a, b) => of(b) - of(a)),
    TITLES[what],
    [right('bytes', TOPICS.neverReadBytes), right('of')],
    (place) => [bytes(of(place)), bytes(place.allocated)],
    style,
    top,
  );
}

/** Memory that was never written is spare, whoever reads it. */
function unwrittenSection(
  places: readonly PlaceUse[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const of = ({ accessed }: PlaceUse) => accessed?.unwritten ?? 0;
  const section = placesSection(
    places
      .filter((place) => of(place) * LEAST_PART >= place.allocated)
      .toSorted((a, b) => of(b) - of(a)),
    'Written in part',
    [right('not written', TOPICS.neverReadBytes), right('part'), right('of')],
    (place) => [
      bytes(of(place)),
      percent((100 * of(place)) / place.allocated),
      bytes(place.allocated),
    ],
    style,
    top,
  );
  if (section === undefined) return undefined;
  const least = ['at least: a byte that was written twice counts as two'];
  return { ...section, notes: [least, ...(section.notes ?? [])] };
}

/** Of what a place allocates, at least the quarter is worth telling. */
const LEAST_PART = 4;

function shortLivedSection(
  { places, shortLife, clock }: BlockUseFindings,
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
      ...lifeCell(meanLife, clock),
    ],
    style,
    top,
  );
  if (section === undefined || shortLife === undefined) return section;
  const notes = [...(section.notes ?? []), ['freed after at most', ...moment(shortLife, clock)]];
  return { ...section, notes };
}

/** One cell: what the clock counts stands in the note below the table. */
function lifeCell(life: number | undefined, clock: BlockUseFindings['clock']): Cell[] {
  if (life === undefined) return [undefined];
  const [cell] = moment(clock === undefined ? life : Math.round(life * 10) / 10, clock);
  return [cell];
}

function doublingSection(
  doublings: readonly Doubling[],
  style: StackStyle,
  top: number,
): Section | undefined {
  const { shown, rest } = splitTop(doublings, top);
  if (shown.length === 0) return undefined;
  return {
    title: 'Blocks that fit a container which doubled',
    table: {
      columns: [right('containers'), right('blocks each'), right('from'), right('to'), ...WHERE],
      rows: shown.map((one) => ({
        cells: [
          { ...count(one.containers), inferred: true },
          { ...count(one.steps), inferred: true },
          bytes(one.first, true),
          bytes(one.last, true),
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

const others = (hidden: number): Cell[][] =>
  hidden > 0 ? [[...counted(hidden, 'other place')]] : [];

function placesSection(
  places: readonly PlaceUse[],
  title: string,
  columns: readonly Column[],
  cells: (place: PlaceUse) => Cell[],
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

/** Cells of a picture; a longer block has several bytes in each. */
const PICTURE = 32;
const HEIGHTS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

function accessSections(
  accesses: readonly ByteAccesses[],
  style: StackStyle,
  top: number,
): Section[] {
  const { shown, rest } = splitTop(accesses, top);
  if (shown.length === 0) return [];
  return [
    {
      title: 'Accesses by byte of a block',
      table: {
        columns: [right('block'), right('blocks'), right('at most'), left('bytes'), ...WHERE],
        rows: shown.map(({ place, calls, counts }) => ({
          cells: [
            bytes(counts.length),
            count(calls),
            count(highest(counts)),
            `│${picture(counts)}│`,
            ...whereCells({ place }, style),
          ],
        })),
      },
      notes: others(rest.length),
    },
  ];
}

const highest = (counts: Float64Array): number =>
  counts.reduce((most, value) => Math.max(most, value), 0);

/** One character for each byte, or for several; what was accessed at all is never blank. */
function picture(counts: Float64Array): string {
  const cells = Math.min(PICTURE, counts.length);
  const top = Math.max(1, highest(counts));
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((edge) => Math.floor((edge * counts.length) / cells));
    const most = highest(counts.subarray(from, to));
    return HEIGHTS[Math.ceil((most / top) * (HEIGHTS.length - 1))]!;
  }).join('');
}

import { pagesOf } from '../../model/bytes.ts';
import { claimOf } from '../../results/claim.ts';
import type { ContainerResult } from '../../results/story/container-schema.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { adviceCall, claimedBytes, copiedCells, movedCells, savesCells } from '../growth-words.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  counted,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { inUseRange, placeName } from './origin-section.ts';
import type { Places } from './places.ts';

/** What a container's report says of the story beside it. */
export interface ContainerContext extends Pick<StoryResult, 'pageBytes'> {
  readonly overTime: Pick<StoryResult['overTime'], 'recorder'>;
}

/** One container as a ladder, from its elements to the pages in RAM. */
export function containerSection(
  story: ContainerResult,
  places: Places,
  { pageBytes, overTime: { recorder } }: ContainerContext,
): Section {
  const { container, freedOnLine, count: times, cost } = story;
  const title = [
    times > 1 ? `${times} containers such as this` : 'A container that grew',
    `: ≈ ${container ?? 'buffer'}`,
    elementWords(story),
    `, ${freedOnLine === null ? 'alive' : `freed on ${places.logLine(freedOnLine)}`}`,
  ].join('');
  return {
    title,
    table: {
      columns: [right(''), left(''), left('', 'middle')],
      rows: [
        ...ladderRows(story, places, pageBytes),
        ...residentRows(story, places, pageBytes),
        ...chunkRows(story),
      ],
    },
    notes: [growthNote(story, places), ...siteNote(story, recorder ?? ''), ...adviceNote(story)],
    topics: [
      TOPICS.container,
      ...(cost.remaps > 0 ? [TOPICS.remaps] : []),
      ...(cost.copies > 0 ? [TOPICS.growthRule] : []),
    ],
  };
}

/** Where the container's own words were found they replace what the log lets one guess. */
function elementWords({ elementBytes, chunk }: ContainerResult): string {
  const measured = chunk?.container?.elementBytes;
  if (measured !== undefined && measured.least === measured.most) {
    return ` of ${measured.least}-byte elements`;
  }
  return elementBytes === null ? '' : ` of ≈ ${elementBytes}-byte elements`;
}

/** Requested, header, rounding, mapped: they sum up. */
function ladderRows(story: ContainerResult, places: Places, pageBytes: number): Row[] {
  const {
    row,
    requestedBytes,
    headerBytes,
    roundingBytes,
    mappedBytes,
    address: start,
    stepLine,
  } = story;
  const own = row?.kind === 'own' ? `, a row of its own (${rowPlace(row, places)})` : '';
  const total: Row = {
    cells: [
      bytes(mappedBytes),
      `= mapped, ${pagesOf(mappedBytes, pageBytes)} pages`,
      captured(`at ${start}${own}`),
    ],
    strong: true,
    because: [`${places.logLine(stepLine)} left it so`],
    place: places.inLog(stepLine),
  };
  if (requestedBytes === null) return [total];
  const { capacity, elementBytes, chunk } = story;
  const product =
    capacity === null || elementBytes === null || chunk?.container
      ? undefined
      : `capacity ≈ ${capacity} × ≈ ${elementBytes}`;
  return [
    {
      cells: [bytes(requestedBytes, true), 'asked for', product],
      topic: TOPICS.capacity,
      because: story.reasons,
      place: places.inLog(stepLine),
    },
    ...(headerBytes === null
      ? []
      : [{ cells: [bytes(headerBytes), '+ header of the chunk'], topic: TOPICS.headerBytes }]),
    ...(roundingBytes !== null && roundingBytes > 0
      ? [
          {
            cells: [bytes(roundingBytes, true), '+ rounding to whole pages'],
            topic: TOPICS.mappedPages,
          },
        ]
      : []),
    total,
  ];
}

type RowOfContainer = NonNullable<ContainerResult['row']>;

/** Where the container's row was read. */
const rowPlace = ({ capture, line }: RowOfContainer, places: Places): string =>
  `${places.capture(capture)}:${line}`;

function residentRows(story: ContainerResult, places: Places, pageBytes: number): Row[] {
  const { row, notInMapBecause } = story;
  if (row === null) {
    if (notInMapBecause === null) return [];
    return [{ cells: [undefined, 'not in the map:', captured(notInMapBecause)] }];
  }
  return row.kind === 'merged'
    ? mergedRows(row, story, places, pageBytes)
    : ownRows(row, story, places, pageBytes);
}

function mergedRows(
  row: RowOfContainer,
  { chunk }: ContainerResult,
  places: Places,
  pageBytes: number,
): Row[] {
  const { otherContainers, otherBytes } = row;
  const containers =
    otherContainers === 1 ? 'another container' : `${otherContainers} other containers`;
  const others = [
    ...(otherContainers > 0 ? [containers] : []),
    ...(otherBytes > 0 ? [`${pagesOf(otherBytes, pageBytes)} pages of something else`] : []),
  ].join(' and ');
  const words = `in one row of ${pagesOf(row.sizeBytes, pageBytes)} pages with ${others} (${rowPlace(row, places)})`;
  return [
    { cells: [undefined, 'in the map:', captured(words)] },
    // The block itself is measured where the heap was walked.
    ...(chunk === null ? boundsRows(row.containerResident) : []),
  ];
}

function ownRows(
  row: RowOfContainer,
  story: ContainerResult,
  places: Places,
  pageBytes: number,
): Row[] {
  const { residentBytes, sizeBytes } = row;
  if (residentBytes === null) return [];
  const line = `${rowPlace(row, places)} says so`;
  const place = { file: row.capture, line: row.line };
  const inUse = inUseWords(story);
  return [
    {
      cells: [
        bytes(residentBytes),
        `in RAM, ${pagesOf(residentBytes, pageBytes)} pages`,
        inUse === undefined ? undefined : captured(inUse),
      ],
      because: [story.inUse?.because ?? line],
      place,
    },
    ...(sizeBytes > residentBytes
      ? [
          {
            cells: [bytes(sizeBytes - residentBytes), 'never touched', 'address space, no RAM'],
            topic: TOPICS.slackBytes,
            because: [line],
            place,
          },
        ]
      : []),
  ];
}

/** What the touched pages hold, in elements where their size is known well enough. */
function inUseWords(story: ContainerResult): string | undefined {
  const { elementsUnknownBecause: reason } = story;
  const words = inUseRange(story);
  if (words !== undefined) return `so ${words} in use`;
  return reason === null ? undefined : `what is in use is not known: ${reason}`;
}

/** Its block by the account of the heap. */
function chunkRows({ chunk }: ContainerResult): Row[] {
  if (chunk === null) return [];
  const topic = TOPICS.touchedBytes;
  return [
    {
      cells: [bytes(chunk.usableBytes), "usable in malloc's block", 'measured in the heap'],
      topic,
    },
    { cells: [bytes(chunk.touchedBytes), 'of its pages in RAM'], topic },
    ...(chunk.container ? [measuredRow(chunk.container)] : []),
  ];
}

/** The container by its own words, which need no guess. */
function measuredRow({ kind, elementBytes, length, capacity }: MeasuredContainer): Row {
  const { least, most } = elementBytes;
  const size = least === most ? `${least} B` : `${least} to ${most} B`;
  const inBytes = kind === 'bounded' || kind === 'text' || kind === 'pieces';
  const unit = inBytes ? 'bytes of elements' : `elements of ${size}`;
  return {
    cells: [count(length), `of ${capacity} ${unit}`, 'measured: its own words in memory'],
    topic: TOPICS.capacity,
  };
}

type MeasuredContainer = NonNullable<NonNullable<ContainerResult['chunk']>['container']>;

/** What of it is in RAM, as far as the number of the whole row tells. */
function boundsRows(resident: RowOfContainer['containerResident']): Row[] {
  if (resident === null) return [];
  const { leastBytes, mostBytes } = resident;
  const topic = TOPICS.mergedRows;
  if (leastBytes === mostBytes) return [{ cells: [bytes(leastBytes), 'in RAM'], topic }];
  return [
    { cells: [bytes(leastBytes), 'in RAM at least'], topic },
    { cells: [bytes(mostBytes), 'in RAM at most'], topic },
  ];
}

/** How it came to its size. */
function growthNote(story: ContainerResult, places: Places): Cell[] {
  const { capacities, laterSteps, firstLine, lastLine, chunk } = story;
  const copiedBytes = claimOf(story.cost.copiedBytes);
  const cost = { ...story.cost, copiedBytes };
  const isGuessed = capacities.length > 1 && !chunk?.container;
  const sizes = isGuessed ? `: ≈ ${capacities[0]} → ${capacities.at(-1)} elements` : '';
  const moved: Cell[] = cost.remaps > 0 ? ['·', ...movedCells(cost)] : [];
  const copied: Cell[] = cost.copies > 0 ? ['·', ...copiedCells(cost)] : [];
  const isLater: Cell[] =
    laterSteps > 0 ? ['·', ...counted(laterSteps, 'step'), 'after this map'] : [];
  const where = `Grown on ${places.logLine(firstLine)} to ${lastLine}${sizes}`;
  return [captured(where), ...moved, ...copied, ...isLater];
}

function siteNote({ site }: ContainerResult, recorder: string): Cell[][] {
  if (site === null) return [];
  const types = site.elementBytes === null ? '' : `, elements of ${site.elementBytes} bytes`;
  return [[`${recorder} saw these blocks in`, captured(`${placeName(site)}${types}`)]];
}

function adviceNote({ advice }: ContainerResult): Cell[][] {
  if (!advice?.call || !advice.savedSlackBytes || !advice.elements) return [];
  const elements = claimOf(advice.elements);
  const call = adviceCall({ call: advice.call, elements });
  const space = [
    claimedBytes(claimOf(advice.savedSlackBytes)),
    'of address space, of RAM what was touched',
  ];
  return [
    [captured(call ?? '', elements.basis === 'inferred'), 'instead', ...savesCells(advice, space)],
  ];
}

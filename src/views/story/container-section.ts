import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import type { Witnesses } from '../../analysis/story/story.ts';
import { formatAddress } from '../../model/address.ts';
import { pagesOf } from '../../model/bytes.ts';
import type { LargeContainer } from '../../model/heap-account.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  claimedBytes,
  copiedCells,
  insteadCells,
  movedCells,
  savesCells,
} from '../growth-words.ts';
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
import type { Places } from './places.ts';

/** One container as a ladder, from its elements to the pages in RAM. */
export function containerSections(
  story: ContainerStory,
  places: Places,
  { pageBytes, recording }: Pick<Witnesses, 'pageBytes' | 'recording'>,
): Section[] {
  const { grown } = story;
  const { chain, claims, count: times } = grown;
  const what = claims.container?.value ?? 'buffer';
  const title = [
    times > 1 ? `${times} containers such as this` : 'A container that grew',
    `: ≈ ${what}`,
    elementWords(story),
    `, ${chain.endLine === undefined ? 'alive' : `freed on ${places.logLine(chain.endLine)}`}`,
  ].join('');
  return [
    {
      title,
      table: {
        columns: [right(''), left(''), left('', 'middle')],
        rows: [
          ...ladderRows(story, places, pageBytes),
          ...residentRows(story, places, pageBytes),
          ...chunkRows(story),
        ],
      },
      notes: [
        growthNote(story, places),
        ...siteNote(story, recording?.profile.recording.recorder.tool ?? ''),
        ...adviceNote(story),
      ],
      topics: [
        TOPICS.container,
        ...(story.grown.cost.remaps > 0 ? [TOPICS.remaps] : []),
        ...(story.grown.cost.copies > 0 ? [TOPICS.growthRule] : []),
      ],
    },
  ];
}

/** Where the container's own words were found they replace what the log lets one guess. */
function elementWords({ grown, chunk }: ContainerStory): string {
  const measured = chunk?.container?.elementBytes;
  if (measured !== undefined && measured.least === measured.most) {
    return ` of ${measured.least}-byte elements`;
  }
  const size = grown.claims.element?.value;
  return size === undefined ? '' : ` of ≈ ${size}-byte elements`;
}

/** Requested, header, rounding, mapped: they sum up. */
function ladderRows(story: ContainerStory, places: Places, pageBytes: number): Row[] {
  const { grown, row, at, rounding } = story;
  const { chain, estimate, capacities, headers, claims } = grown;
  const block = estimate.blocks[at];
  const header = headers[at];
  const { mapped, start } = chain.steps[at]!;
  const own = row?.kind === 'own' ? `, a row of its own (${rowPlace(story, places)})` : '';
  const total: Row = {
    cells: [
      bytes(mapped),
      `= mapped, ${pagesOf(mapped, pageBytes)} pages`,
      captured(`at ${formatAddress(start)}${own}`),
    ],
    strong: true,
  };
  if (block === undefined) return [total];
  const elements = capacities[at];
  const product =
    elements === undefined || claims.element === undefined || story.chunk?.container
      ? undefined
      : `capacity ≈ ${elements} × ≈ ${claims.element.value}`;
  return [
    { cells: [bytes(block, true), 'asked for', product], topic: TOPICS.capacity },
    ...(header === undefined
      ? []
      : [{ cells: [bytes(header), '+ header of the chunk'], topic: TOPICS.headerBytes }]),
    ...(rounding !== undefined && rounding > 0
      ? [
          {
            cells: [bytes(rounding, true), '+ rounding to whole pages'],
            topic: TOPICS.mappedPages,
          },
        ]
      : []),
    total,
  ];
}

/** Where the container's row was read. */
function rowPlace({ snapshot, row }: ContainerStory, places: Places): string {
  if (!snapshot || !row || row.kind === 'none') return '';
  return `${places.capture(snapshot.name)}:${row.row.mapping.line}`;
}

function residentRows(story: ContainerStory, places: Places, pageBytes: number): Row[] {
  const { row, elements } = story;
  if (row === undefined) return [];
  if (row.kind === 'none')
    return [{ cells: [undefined, 'not in the map:', captured(row.because)] }];
  const { mapping } = row.row;
  if (row.kind === 'merged') {
    const containers = row.others === 1 ? 'another container' : `${row.others} other containers`;
    const others = [
      ...(row.others > 0 ? [containers] : []),
      ...(row.rest > 0 ? [`${pagesOf(row.rest, pageBytes)} pages of something else`] : []),
    ].join(' and ');
    const words = `in one row of ${pagesOf(mapping.size, pageBytes)} pages with ${others} (${rowPlace(story, places)})`;
    // The block itself is measured where the heap was walked.
    const bounds = story.chunk ? [] : boundsRows(row.resident);
    return [{ cells: [undefined, 'in the map:', words] }, ...bounds];
  }
  const { resident, size } = mapping;
  if (resident === undefined) return [];
  const inUse =
    elements === undefined
      ? undefined
      : 'refused' in elements
        ? `how many elements is not known: ${elements.refused}`
        : `so ≈ ${elements.least} to ${elements.most} elements in use`;
  return [
    { cells: [bytes(resident), `in RAM, ${pagesOf(resident, pageBytes)} pages`, inUse] },
    ...(size > resident
      ? [
          {
            cells: [bytes(size - resident), 'never touched', 'address space, no RAM'],
            topic: TOPICS.slackBytes,
          },
        ]
      : []),
  ];
}

/** Its block by the account of the heap. */
function chunkRows({ chunk }: ContainerStory): Row[] {
  if (chunk === undefined) return [];
  const topic = TOPICS.touchedBytes;
  return [
    { cells: [bytes(chunk.usable), "usable in malloc's block", 'measured in the heap'], topic },
    { cells: [bytes(chunk.touched), 'of its pages in RAM'], topic },
    ...(chunk.container ? [measuredRow(chunk.container)] : []),
  ];
}

/** The container by its own words, which need no guess. */
function measuredRow({ kind, elementBytes, length, capacity }: LargeContainer): Row {
  const { least, most } = elementBytes;
  const size = least === most ? `${least} B` : `${least} to ${most} B`;
  const inBytes = kind === 'bounded' || kind === 'text' || kind === 'pieces';
  const unit = inBytes ? 'bytes of elements' : `elements of ${size}`;
  return {
    cells: [count(length), `of ${capacity} ${unit}`, 'measured: its own words in memory'],
    topic: TOPICS.capacity,
  };
}

/** What of it is in RAM, as far as the number of the whole row tells. */
function boundsRows(resident: ResidentBounds | undefined): Row[] {
  if (resident === undefined) return [];
  const { least, most } = resident;
  const topic = TOPICS.mergedRows;
  if (least === most) return [{ cells: [bytes(least), 'in RAM'], topic }];
  return [
    { cells: [bytes(least), 'in RAM at least'], topic },
    { cells: [bytes(most), 'in RAM at most'], topic },
  ];
}

/** How it came to its size. */
function growthNote({ grown, at, chunk }: ContainerStory, places: Places): Cell[] {
  const { chain, capacities, cost } = grown;
  const first = chain.steps[0]!;
  const known = capacities.filter((capacity) => capacity !== undefined);
  const sizes =
    known.length > 1 && chunk?.container === undefined
      ? `: ≈ ${known[0]} → ${known.at(-1)} elements`
      : '';
  const moved: Cell[] = cost.remaps > 0 ? ['·', ...movedCells(cost)] : [];
  const copied: Cell[] = cost.copies > 0 ? ['·', ...copiedCells(cost)] : [];
  const later = chain.steps.length - 1 - at;
  const isLater: Cell[] = later > 0 ? ['·', ...counted(later, 'step'), 'after this map'] : [];
  const where = `Grown on ${places.logLine(first.line)} to ${chain.last.line}${sizes}`;
  return [captured(where), ...moved, ...copied, ...isLater];
}

function siteNote({ site }: ContainerStory, recorder: string): Cell[][] {
  if (site === undefined) return [];
  const { name, file, line } = site.place;
  const where = file === undefined ? '' : ` at ${file}:${line}`;
  const types = site.element ? `, elements of ${site.element.size.value} bytes` : '';
  return [[`${recorder} saw these blocks in`, captured(`${name ?? '(no name)'}${where}${types}`)]];
}

function adviceNote({ grown: { advice } }: ContainerStory): Cell[][] {
  if (!advice?.call) return [];
  const { savedSlack } = advice;
  const space = [claimedBytes(savedSlack), 'of address space, of RAM what was touched'];
  return [[...insteadCells(advice), 'instead', ...savesCells(advice, space)]];
}

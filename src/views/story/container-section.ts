import { type Growth, headerOf } from '../../analysis/growth/growth.ts';
import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { ElementsInUse } from '../../analysis/story/elements-in-use.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import type { Witnesses } from '../../analysis/story/story.ts';
import { formatAddress } from '../../model/address.ts';
import { pagesOf } from '../../model/bytes.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  capacityWords,
  claimedBytes,
  containerWords,
  copiedCells,
  insteadCells,
  movedCells,
  savesCells,
} from '../growth-words.ts';
import {
  bytes,
  type Cell,
  captured,
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
  const { chain, containers } = grown;
  const times = containers.value;
  const title = [
    times > 1 ? `${times} containers such as this` : 'A container that grew',
    `: ${containerWords(grown)}, ${chain.endLine === undefined ? 'alive' : `freed on ${places.logLine(chain.endLine)}`}`,
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

/** Requested, header, rounding, mapped: they sum up. */
function ladderRows(story: ContainerStory, places: Places, pageBytes: number): Row[] {
  const { grown, row, at, rounding } = story;
  const { chain, element } = grown;
  const block = grown.blocks[at]!;
  const { requested, capacity } = block;
  const header = headerOf(block);
  const { mapped, start } = chain.steps[at]!;
  const own = row?.kind === 'own' ? `, a row of its own (${rowPlace(story, places)})` : '';
  const total: Row = {
    cells: [
      bytes(mapped),
      `= mapped, ${pagesOf(mapped, pageBytes)} pages`,
      captured(`at ${formatAddress(start)}${own}`),
    ],
    strong: true,
    because: [`${places.logLine(chain.steps[at]!.line)} left it so`],
    place: places.inLog(chain.steps[at]!.line),
  };
  if (requested === undefined) return [total];
  const product =
    capacity === undefined || element === undefined
      ? undefined
      : `capacity ≈ ${capacity} × ≈ ${element.size.value}`;
  return [
    {
      cells: [bytes(requested, true), 'asked for', product],
      topic: TOPICS.capacity,
      because: reasonsOf(grown),
      place: places.inLog(chain.steps[at]!.line),
    },
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

/** Why it is taken for this container, of elements of this size. */
const reasonsOf = ({ container, element }: Growth): string[] =>
  [element?.size, container].flatMap((claim) =>
    claim?.basis === 'inferred' ? [claim.because] : [],
  );

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
  const line = `${rowPlace(story, places)} says so`;
  const place = story.snapshot && { file: story.snapshot.name, line: mapping.line };
  return [
    {
      cells: [
        bytes(resident),
        `in RAM, ${pagesOf(resident, pageBytes)} pages`,
        elements && inUseWords(elements),
      ],
      because: [elements === undefined || 'refused' in elements ? line : elements.because],
      place,
    },
    ...(size > resident
      ? [
          {
            cells: [bytes(size - resident), 'never touched', 'address space, no RAM'],
            topic: TOPICS.slackBytes,
            because: [line],
            place,
          },
        ]
      : []),
  ];
}

/** What the touched pages hold, in elements where their size is known well enough. */
function inUseWords(inUse: ElementsInUse): string {
  if ('refused' in inUse) return `what is in use is not known: ${inUse.refused}`;
  const { least, most } = inUse.elements ?? inUse.bytes;
  const range = least === 0 ? `at most ≈ ${most}` : `≈ ${least} to ${most}`;
  return `so ${range} ${inUse.elements ? 'elements' : 'bytes'} in use`;
}

/** Its block by the account of the heap. */
function chunkRows({ chunk }: ContainerStory): Row[] {
  if (chunk === undefined) return [];
  const topic = TOPICS.touchedBytes;
  return [
    { cells: [bytes(chunk.usable), "usable in malloc's block", 'measured in the heap'], topic },
    { cells: [bytes(chunk.touched), 'of its pages in RAM'], topic },
  ];
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
function growthNote({ grown, at }: ContainerStory, places: Places): Cell[] {
  const { chain, cost } = grown;
  const first = chain.steps[0]!;
  const capacities = capacityWords(grown);
  const sizes = capacities === undefined ? '' : `: ${capacities} elements`;
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
  if (!advice?.call || !advice.savedSlack) return [];
  const { savedSlack } = advice;
  const space = [claimedBytes(savedSlack), 'of address space, of RAM what was touched'];
  return [[...insteadCells(advice), 'instead', ...savesCells(advice, space)]];
}

import { splitTop } from '../../model/split-top.ts';
import type { MergedRowResult, StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  address,
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

type Part = MergedRowResult['parts'][number];

/** Rows of the map that the kernel joined from several mappings, each with what it is made of. */
export function mergedRowSections(
  { snapshots: [told], mergedRows }: StoryResult,
  places: Places,
  top: number,
): Section[] {
  if (mergedRows.length === 0 || told === undefined) return [];
  const capture = places.capture(told.name);
  const large = mergedRows.filter(({ isSmall }) => !isSmall);
  const { shown } = splitTop(large, top);
  const rest = mergedRows.length - shown.length;
  if (shown.length === 0) {
    const rows = counted(rest, 'small row', 'small rows');
    const are = rest === 1 ? 'is' : 'are';
    return [
      {
        notes: [[...rows, `of the map ${are} several mappings; --json has them`]],
        topics: [TOPICS.mergedRows],
      },
    ];
  }
  return [
    {
      title: 'Rows of the map that are several mappings side by side',
      table: {
        columns: [
          right('bytes'),
          left('', 'middle'),
          right('in RAM'),
          right('up to'),
          left('since', 'start'),
          left('', 'middle'),
        ],
        rows: shown.flatMap((row) => [rowOf(row, capture), ...partRows(row, places, top)]),
      },
      topics: [TOPICS.mergedRows],
      notes: rest > 0 ? [['and', ...counted(rest, 'smaller row')]] : [],
    },
  ];
}

function rowOf(row: MergedRowResult, capture: string): Row {
  const { sizeBytes, residentBytes } = row;
  return {
    cells: [
      bytes(sizeBytes),
      captured(`${capture}:${row.line}`),
      residentBytes === null ? undefined : bytes(residentBytes),
      undefined,
      undefined,
      address(row.address),
    ],
    strong: true,
  };
}

function partRows({ parts }: MergedRowResult, places: Places, top: number): Row[] {
  const largest = parts.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const { shown, rest } = splitTop(largest, top);
  const rows = shown.map((part): Row => {
    const since = part.line === null ? undefined : captured(places.logLine(part.line));
    return {
      cells: [
        bytes(part.sizeBytes),
        nameOf(part),
        ...inRam(part.resident),
        since,
        address(part.address),
      ],
      depth: 1,
      topic: part.isContainer ? TOPICS.container : part.use?.topic,
    };
  });
  if (rest.length === 0) return rows;
  const size = rest.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [...rows, { cells: [bytes(size), `${rest.length} smaller`], depth: 1 }];
}

/** How much of a part is in RAM, as far as the row's own number tells. */
function inRam(resident: Part['resident']): [Cell, Cell] {
  if (resident === null) return [undefined, undefined];
  const { leastBytes, mostBytes } = resident;
  return [bytes(leastBytes), mostBytes > leastBytes ? bytes(mostBytes) : undefined];
}

function nameOf({ use, isContainer, container, elementBytes }: Part): Cell {
  if (isContainer) {
    const of = elementBytes === null ? '' : ` of ${elementBytes}-byte elements`;
    return captured(`${container ?? 'buffer that grew'}${of}`, true);
  }
  // Of the heap alone the calls themselves say what it is.
  return use ? captured(use.title, use.name !== 'brk-heap') : 'not in the log';
}

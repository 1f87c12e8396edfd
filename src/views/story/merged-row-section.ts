import type { MergedRow, RowPart } from '../../analysis/story/merged-rows.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import type { Story } from '../../analysis/story/story.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS, topicOfUse } from '../../results/topics.ts';
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
import { type Places, toldCapture } from './places.ts';

/** Rows of the map that the kernel joined from several mappings, each with what it is made of. */
export function mergedRowSections(story: Story, places: Places, top: number): Section[] {
  const capture = toldCapture(story, places);
  if (story.mergedRows.length === 0 || capture === undefined) return [];
  const large = story.mergedRows.filter(({ isSmall }) => !isSmall);
  const { shown } = splitTop(large, top);
  const rest = story.mergedRows.length - shown.length;
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

function rowOf({ row: { mapping } }: MergedRow, capture: string): Row {
  const { size, resident, start, line } = mapping;
  const known = resident === undefined ? undefined : bytes(resident);
  return {
    cells: [
      bytes(size),
      captured(`${capture}:${line}`),
      known,
      undefined,
      undefined,
      address(start),
    ],
    strong: true,
  };
}

function partRows({ parts }: MergedRow, places: Places, top: number): Row[] {
  const largest = parts.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  const { shown, rest } = splitTop(largest, top);
  const rows = shown.map((part): Row => {
    const { start, end, line, resident } = part;
    const since = line === undefined ? undefined : captured(places.logLine(line));
    return {
      cells: [bytes(end - start), nameOf(part), ...inRam(resident), since, address(start)],
      depth: 1,
      topic: part.container ? TOPICS.container : part.use && topicOfUse(part.use.id),
    };
  });
  if (rest.length === 0) return rows;
  const size = rest.reduce((sum, { start, end }) => sum + end - start, 0);
  return [...rows, { cells: [bytes(size), `${rest.length} smaller`], depth: 1 }];
}

/** How much of a part is in RAM, as far as the row's own number tells. */
function inRam(resident: ResidentBounds | undefined): [Cell, Cell] {
  if (resident === undefined) return [undefined, undefined];
  const { least, most } = resident;
  return [bytes(least), most > least ? bytes(most) : undefined];
}

function nameOf({ use, container: grown }: RowPart): Cell {
  if (grown) {
    const { container, element } = grown;
    const size = element?.size.value;
    const of = size === undefined ? '' : ` of ${size}-byte elements`;
    return captured(`${container?.value.name ?? 'buffer that grew'}${of}`, true);
  }
  // Of the heap alone the calls themselves say what it is.
  return use ? captured(use.title, use.id !== 'brk-heap') : 'not in the log';
}

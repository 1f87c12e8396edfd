import type { CapacityResult } from '../../results/capacity/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  bytes,
  type Cell,
  count,
  counted,
  type Fact,
  left,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';

type Rung = CapacityResult['path'][number];

/** The report of `memtool capacity`. */
export function capacityReport(result: CapacityResult): Report {
  const { container, elementBytes, length, allocatorName, pageBytes } = result;
  return {
    title: [
      container,
      '·',
      ...counted(length, 'element'),
      'of',
      ...counted(elementBytes, 'byte'),
      '·',
      allocatorName,
      '· pages of',
      count(pageBytes),
    ],
    sections: [
      { facts: facts(result) },
      ...(result.path.length > 0 ? [pathSection(result), ladderSection(result)] : []),
    ],
  };
}

function facts(result: CapacityResult): Fact[] {
  const { path, length, slackElements, slackBytes, exact, savedBytes } = result;
  const last = path.at(-1);
  if (last === undefined) return [{ label: 'capacity', cells: ['nothing is allocated'] }];
  const saved =
    savedBytes !== null && savedBytes > 0 ? ['· saves', ...counted(savedBytes, 'byte')] : [];
  return [
    { label: 'capacity', cells: counted(last.capacity, 'element'), topic: TOPICS.capacity },
    { label: 'requested', cells: counted(last.requestedBytes, 'byte') },
    {
      label: last.takes?.kind === 'mapping' ? 'mapped' : 'block',
      cells: placeCells(last),
      topic: last.takes?.kind === 'mapping' ? TOPICS.mappedPages : TOPICS.mmapThreshold,
    },
    {
      label: 'slack',
      cells: [
        ...counted(slackElements, 'element'),
        '·',
        ...counted(slackBytes, 'byte'),
        'hold none',
      ],
      topic: TOPICS.slackBytes,
    },
    ...residentFacts(result, last),
    growingFact(result),
    ...(exact
      ? [
          {
            label: `${exact.call}(${length})`,
            cells: ['instead:', ...placeCells(exact), ...saved],
          },
        ]
      : []),
  ];
}

function residentFacts({ resident }: CapacityResult, { takes }: Rung): Fact[] {
  if (resident === null) return [];
  const { touchedBytes, pages, bytes: touched } = resident;
  const cells = pagesCells(touchedBytes, takes?.headerBytes ?? 0, pages, touched);
  return [
    {
      label: 'resident',
      cells: ['≈', ...cells, 'once all elements are written'],
      topic: TOPICS.residentBytes,
    },
  ];
}

/** `393216 + 16 → 97 pages = 397312 bytes`. */
function pagesCells(data: number, header: number, pages: number, mapped: number): Cell[] {
  return [
    count(data),
    ...(header > 0 ? ['+', count(header)] : []),
    '→',
    ...counted(pages, 'page'),
    '=',
    ...counted(mapped, 'byte'),
  ];
}

function placeCells({ takes, requestedBytes }: Rung): Cell[] {
  if (takes === null) return ['not known for this allocator'];
  const { pages, headerBytes, bytes: size } = takes;
  if (pages === null) return [...counted(size, 'byte'), 'of the heap'];
  return pagesCells(requestedBytes, headerBytes ?? 0, pages, size);
}

function growingFact({ growing: { steps, moves, copies, copiedBytes } }: CapacityResult): Fact {
  const cells: Cell[] = counted(steps, 'step');
  if (copies > 0)
    cells.push('·', ...counted(copies, 'copy', 'copies'), 'of at most', bytes(copiedBytes));
  if (copies > 0) cells.push('in all');
  if (moves > 0) cells.push('·', ...counted(moves, 'by moving pages', 'by moving pages'));
  return { label: 'growing', cells, topic: TOPICS.growthRule };
}

/** Of a long way the first blocks and the last. */
const FIRST_RUNGS = 4;
const LAST_RUNGS = 12;

const known = (value: number | null | undefined): Cell =>
  value === null || value === undefined ? undefined : count(value);

function pathSection({ path, reserved }: CapacityResult): Section {
  const isLong = path.length > FIRST_RUNGS + LAST_RUNGS + 1;
  const shown = isLong ? [...path.slice(0, FIRST_RUNGS), ...path.slice(-LAST_RUNGS)] : path;
  const rows = shown.map(
    ({ capacity, requestedBytes, takes }): Row => ({
      cells: [
        count(capacity),
        count(requestedBytes),
        known(takes?.headerBytes),
        known(takes?.bytes),
        known(takes?.pages),
        takes === null ? 'not known' : takes.kind === 'mapping' ? 'mapping' : 'heap',
      ],
    }),
  );
  if (isLong) {
    const others = path.length - FIRST_RUNGS - LAST_RUNGS;
    rows.splice(FIRST_RUNGS, 0, { cells: [undefined, `${others} others`] });
  }
  return {
    title: reserved === null ? 'From empty' : `From a capacity of ${reserved}`,
    table: {
      columns: [
        right('capacity'),
        right('bytes'),
        right('+ header', TOPICS.headerBytes),
        right('→ takes'),
        right('pages', TOPICS.mappedPages),
        left('in', undefined, TOPICS.mmapThreshold),
      ],
      rows,
    },
  };
}

/** The last block, added up, with the rules behind each part. */
function ladderSection(result: CapacityResult): Section {
  const { path, container, elementBytes, pageBytes, notes, headerNote } = result;
  const last = path.at(-1);
  if (!last?.takes) return { notes: [] };
  const { kind, overheads, bytes: total, pages } = last.takes;
  const words = notes.filter((note) => note !== headerNote);
  const header = kind === 'mapping' && headerNote !== null ? [`header: ${headerNote}`] : [];
  return {
    title: 'The last block',
    table: {
      columns: [right('bytes'), left('what')],
      rows: [
        {
          cells: [
            count(last.requestedBytes),
            `asked for by ${container}: capacity ${last.capacity}, elements of ${elementBytes}`,
          ],
        },
        ...overheads.map(
          ({ what, bytes: size }): Row => ({
            cells: [count(size), what],
            topic: TOPICS.headerBytes,
          }),
        ),
        {
          cells: [
            count(total),
            kind === 'mapping' ? `mapped: ${pages} pages of ${pageBytes}` : 'block',
          ],
          strong: true,
        },
      ],
    },
    notes: [...words, ...header].map((text) => [text]),
  };
}

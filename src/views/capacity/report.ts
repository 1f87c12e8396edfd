import type { CapacityFindings, CapacityRung } from '../../analysis/growth/forward/capacity.ts';
import { pagesOf } from '../../model/bytes.ts';
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

/** The report of `memtool capacity`. */
export function capacityReport(findings: CapacityFindings): Report {
  const { container, elementBytes, length, allocator, pageBytes } = findings.query;
  return {
    title: [
      container.name,
      '·',
      ...counted(length, 'element'),
      'of',
      ...counted(elementBytes, 'byte'),
      '·',
      allocator.name,
      '· pages of',
      count(pageBytes),
    ],
    sections: [
      { facts: facts(findings) },
      ...(findings.rungs.length > 0 ? [pathSection(findings), ladderSection(findings)] : []),
    ],
  };
}

function facts(findings: CapacityFindings): Fact[] {
  const { rungs, query, slackElements, slackBytes, resident, exact } = findings;
  const last = rungs.at(-1);
  if (last === undefined) return [{ label: 'capacity', cells: ['nothing is allocated'] }];
  const { container, length } = query;
  return [
    { label: 'capacity', cells: [...counted(last.capacity, 'element')], topic: 'capacity' },
    { label: 'requested', cells: [...counted(last.requested, 'byte')] },
    {
      label: placeName(last),
      cells: placeCells(last, query.pageBytes),
      topic: last.placement?.kind === 'mapping' ? 'page-rounding' : 'mmap-threshold',
    },
    {
      label: 'slack',
      cells: [
        ...counted(slackElements, 'element'),
        '·',
        ...counted(slackBytes, 'byte'),
        'hold none',
      ],
      topic: 'slack',
    },
    ...(resident ? [residentFact(findings, last, resident.value)] : []),
    growingFact(findings),
    ...(exact && container.reserve
      ? [
          {
            label: `${container.reserve}(${length})`,
            cells: ['instead:', ...placeCells(exact, query.pageBytes), ...saved(last, exact)],
          },
        ]
      : []),
  ];
}

/** What the elements touch; a hash table is touched all over. */
function residentFact(
  { query: { length, elementBytes, pageBytes } }: CapacityFindings,
  { requested, placement }: CapacityRung,
  resident: number,
): Fact {
  const used = length * elementBytes;
  const header = placement?.overheads[0]?.bytes ?? 0;
  const isAll = resident === placement?.bytes;
  const cells = pagesCells(isAll ? requested : used, header, resident, pageBytes);
  return {
    label: 'resident',
    cells: ['≈', ...cells, 'once all elements are written'],
    topic: 'rss-and-pss',
  };
}

const placeName = ({ placement }: CapacityRung): string =>
  placement?.kind === 'mapping' ? 'mapped' : 'block';

/** `393216 + 16 → 97 pages = 397312 bytes`. */
function pagesCells(data: number, header: number, mapped: number, pageBytes: number): Cell[] {
  return [
    count(data),
    ...(header > 0 ? ['+', count(header)] : []),
    '→',
    ...counted(pagesOf(mapped, pageBytes), 'page'),
    '=',
    ...counted(mapped, 'byte'),
  ];
}

function placeCells({ placement, requested }: CapacityRung, pageBytes: number): Cell[] {
  if (placement === undefined) return ['not known for this allocator'];
  const { kind, bytes: size, overheads } = placement;
  if (kind === 'block') return [...counted(size, 'byte'), 'of the heap'];
  return pagesCells(requested, overheads[0]?.bytes ?? 0, size, pageBytes);
}

function saved(last: CapacityRung, exact: CapacityRung): Cell[] {
  const bytesSaved = (last.placement?.bytes ?? 0) - (exact.placement?.bytes ?? 0);
  return bytesSaved > 0 ? ['· saves', ...counted(bytesSaved, 'byte')] : [];
}

function growingFact({ moves, copies, copiedBytes, rungs }: CapacityFindings): Fact {
  const cells: Cell[] = [...counted(rungs.length - 1, 'step')];
  if (copies > 0)
    cells.push('·', ...counted(copies, 'copy', 'copies'), 'of at most', bytes(copiedBytes));
  if (copies > 0) cells.push('in all');
  if (moves > 0) cells.push('·', ...counted(moves, 'by moving pages', 'by moving pages'));
  return { label: 'growing', cells, topic: 'vec-growth' };
}

/** Of a long way the first blocks and the last. */
const FIRST_RUNGS = 4;
const LAST_RUNGS = 12;

function pathSection({ rungs, query }: CapacityFindings): Section {
  const isLong = rungs.length > FIRST_RUNGS + LAST_RUNGS + 1;
  const shown = isLong ? [...rungs.slice(0, FIRST_RUNGS), ...rungs.slice(-LAST_RUNGS)] : rungs;
  const rows = shown.map(({ capacity, requested, placement }): Row => {
    const header = placement?.overheads[0]?.bytes;
    const total = placement?.bytes;
    const isMapping = placement?.kind === 'mapping';
    return {
      cells: [
        count(capacity),
        count(requested),
        header === undefined ? undefined : count(header),
        total === undefined ? undefined : count(total),
        isMapping ? count(pagesOf(total!, query.pageBytes)) : undefined,
        placement === undefined ? 'not known' : isMapping ? 'mapping' : 'heap',
      ],
    };
  });
  if (isLong) {
    const others = rungs.length - FIRST_RUNGS - LAST_RUNGS;
    rows.splice(FIRST_RUNGS, 0, { cells: [undefined, `${others} others`] });
  }
  return {
    title: query.reserved === undefined ? 'From empty' : `From a capacity of ${query.reserved}`,
    table: {
      columns: [
        right('capacity'),
        right('bytes'),
        right('+ header', 'chunk-header'),
        right('→ takes'),
        right('pages', 'page-rounding'),
        left('in', undefined, 'mmap-threshold'),
      ],
      rows,
    },
  };
}

/** The last block, added up, with the rules behind each part. */
function ladderSection({ rungs, query }: CapacityFindings): Section {
  const last = rungs.at(-1);
  const { container, elementBytes, allocator } = query;
  if (last?.placement === undefined) return { notes: [] };
  const { overheads, bytes: total } = last.placement;
  const table = {
    columns: [right('bytes'), left('what')],
    rows: [
      {
        cells: [
          count(last.requested),
          `asked for by ${container.name}: capacity ${last.capacity}, elements of ${elementBytes}`,
        ],
      },
      ...overheads.map(
        ({ what, bytes: size }): Row => ({ cells: [count(size), what], topic: 'chunk-header' }),
      ),
      {
        cells: [
          count(total),
          last.placement.kind === 'mapping'
            ? `mapped: ${pagesOf(total, query.pageBytes)} pages of ${query.pageBytes}`
            : 'block',
        ],
        strong: true,
      },
    ],
  };
  const isMapping = last.placement.kind === 'mapping';
  const header = isMapping && allocator.headerWords;
  const notes = header ? [...allocator.words, `header: ${header}`] : allocator.words;
  return { title: 'The last block', table, notes: notes.map((text) => [text]) };
}

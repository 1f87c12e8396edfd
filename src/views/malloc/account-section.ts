import type { Bytes } from '../../model/bytes.ts';
import {
  type AccountPart,
  type FreePlace,
  freeBlocks,
  type HeapAccount,
  residentOfOthers,
} from '../../model/heap-account.ts';
import type { TopicId } from '../../model/topic.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  bytes,
  count,
  counted,
  type Fact,
  left,
  type Row,
  right,
  type Section,
  type Table,
} from '../report.ts';

export const ALLOCATOR_WORDS: Readonly<Record<HeapAccount['allocator'], string>> = {
  glibc: 'glibc malloc',
  jemalloc: 'jemalloc',
  tcmalloc: 'tcmalloc',
};

const FREE_WORDS: Readonly<Record<FreePlace, { label: string; topic?: TopicId }>> = {
  bins: { label: 'Free in bins', topic: TOPICS.binned },
  'bins-and-top': { label: 'Free in bins, and top', topic: TOPICS.binned },
  'fast-bins': { label: 'Free in fast bins', topic: TOPICS.binned },
  'thread-caches': { label: 'Free in thread caches', topic: TOPICS.cached },
  top: { label: 'Not given out yet (top)', topic: TOPICS.topBytes },
  'central-caches': { label: 'Free in central caches' },
  'transfer-caches': { label: 'Free in transfer caches' },
  'used-pages': { label: 'Free in pages with live blocks', topic: TOPICS.largestFreeBytes },
  'free-pages': { label: 'Whole pages that are free' },
};

/** What is live, what is free and where it waits: what its teller says, and nothing else. */
export function accountSections(account: HeapAccount): Section[] {
  const { allocator, system, live, mapped, headers, records, foreign, lost } = account;
  // Headers and records are written to.
  const touched = (size: Bytes | undefined) =>
    live.resident === undefined ? untold(size) : inRam(size);
  const rows = [
    row('Live blocks', live),
    part('of them with a mapping of their own', mapped, TOPICS.mmapThreshold),
    row('Headers of live blocks', touched(headers), TOPICS.headerBytes),
    ...account.free.map((free) => {
      const { label, topic } = FREE_WORDS[free.place];
      return row(label, free, topic);
    }),
    row(`${allocator === 'glibc' ? 'malloc' : allocator}'s own records`, touched(records)),
    row('Taken by others with brk', untold(foreign)),
    row('Not accounted for', untold(lost)),
  ].filter((one) => one !== undefined);
  const all: Row[] = system
    ? [{ cells: ['From the system', undefined, bytes(system.bytes), told(system)], strong: true }]
    : [];
  const columns = [
    left(ALLOCATOR_WORDS[allocator]),
    right('blocks'),
    right('bytes'),
    right('in RAM'),
  ];
  const notes = account.remarks.map((remark) => [remark]);
  const table = withoutEmptyColumns({ columns, rows: [...rows, ...all] });
  const found = facts(account);
  return [
    { table, ...(notes.length > 0 && { notes }) },
    ...(found.length > 0 ? [{ facts: found }] : []),
  ];
}

/** A column of which nothing was told goes. */
function withoutEmptyColumns({ columns, rows }: Table): Table {
  const isTold = (_: unknown, at: number) => rows.some(({ cells }) => cells[at] !== undefined);
  return {
    columns: columns.filter(isTold),
    rows: rows.map((one) => ({ ...one, cells: one.cells.filter(isTold) })),
  };
}

const inRam = (size: Bytes | undefined): AccountPart | undefined =>
  size === undefined ? undefined : { count: undefined, bytes: size, resident: size };

const untold = (size: Bytes | undefined): AccountPart | undefined =>
  size === undefined ? undefined : { count: undefined, bytes: size, resident: undefined };

const told = ({ resident }: AccountPart) =>
  resident === undefined ? undefined : bytes(Math.max(0, resident));

/** What is none of malloc's is not shown, but for live blocks. */
function row(label: string, of: AccountPart | undefined, topic?: TopicId): Row | undefined {
  if (of === undefined || (of.bytes === 0 && label !== 'Live blocks')) return undefined;
  const blocks = of.count === undefined ? undefined : count(of.count);
  return { cells: [label, blocks, bytes(of.bytes), told(of)], ...(topic && { topic }) };
}

function part(label: string, of: AccountPart | undefined, topic: TopicId): Row | undefined {
  const shown = row(label, of, topic);
  return shown && { ...shown, depth: 1 };
}

/** What is free in pieces, what could be given back, and what is none of malloc's. */
function facts(account: HeapAccount): Fact[] {
  const { largestFree, trimmable, returned } = account;
  const blocks = freeBlocks(account) ?? 0;
  const other = residentOfOthers(account);
  const found: Fact[] = [];
  if (largestFree !== undefined && blocks > 0) {
    found.push({
      label: 'largest free block',
      cells: [bytes(largestFree), 'of', ...counted(blocks, 'free block'), '(top apart)'],
      topic: TOPICS.largestFreeBytes,
    });
  }
  if (trimmable !== undefined) {
    found.push({
      label: 'malloc_trim gives back',
      cells:
        trimmable === 0
          ? ['nothing: no whole page is free']
          : [bytes(trimmable), 'in whole free pages'],
      topic: TOPICS.trimmableBytes,
    });
  }
  if (returned !== undefined && returned > 0) {
    const cells = [bytes(returned), 'of address space, whose pages are no longer in RAM'];
    found.push({ label: 'given back', cells, topic: TOPICS.sizeBytes });
  }
  if (other !== undefined) {
    const cells = [bytes(other), 'in RAM: files, stacks and other memory'];
    found.push({ label: 'not of malloc', cells });
  }
  return found;
}

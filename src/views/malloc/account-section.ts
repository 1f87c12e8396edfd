import type { HeapSums } from '../../analysis/malloc/heap-sums.ts';
import type { Bytes } from '../../model/bytes.ts';
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
} from '../report.ts';

/**
 * What is live, what is free and where it waits.
 *
 * @param inRam of the whole process.
 */
export function accountSections(sums: HeapSums, inRam: Bytes | undefined): Section[] {
  const { live, liveHeaders, mapped, binned, fast, cached, resident } = sums;
  const rows = [
    row('Live blocks', live.count, live.bytes - liveHeaders, resident.live - liveHeaders),
    part('of them with a mapping of their own', mapped.count, mapped.bytes, TOPICS.mmapThreshold),
    row('Headers of live blocks', undefined, liveHeaders, liveHeaders, TOPICS.headerBytes),
    row('Free in bins', binned.count, binned.bytes, resident.binned, TOPICS.binned),
    row('Free in fast bins', fast.count, fast.bytes, fast.bytes, TOPICS.binned),
    row('Free in thread caches', cached.count, cached.bytes, cached.bytes, TOPICS.cached),
    row('Not given out yet (top)', undefined, sums.top, resident.top, TOPICS.topBytes),
    row("malloc's own records", undefined, sums.bookkeeping, sums.bookkeeping),
    row('Taken by others with brk', undefined, sums.foreign, undefined),
    row('Not accounted for', undefined, sums.lost, undefined),
  ].filter((one) => one !== undefined);
  const all = {
    cells: ['From the system', undefined, bytes(sums.systemBytes), bytes(resident.all)],
    strong: true,
  };
  const columns = [left('glibc malloc'), right('blocks'), right('bytes'), right('in RAM')];
  return [{ table: { columns, rows: [...rows, all] } }, { facts: facts(sums, inRam) }];
}

/** What is none of malloc's is not shown, but for live blocks. */
function row(
  label: string,
  blocks: number | undefined,
  size: Bytes,
  resident: Bytes | undefined,
  topic?: TopicId,
): Row | undefined {
  if (size === 0 && label !== 'Live blocks') return undefined;
  return {
    cells: [
      label,
      blocks === undefined ? undefined : count(blocks),
      bytes(size),
      resident === undefined ? undefined : bytes(Math.max(0, resident)),
    ],
    ...(topic && { topic }),
  };
}

const part = (label: string, blocks: number, size: Bytes, topic: TopicId): Row | undefined => {
  const shown = row(label, blocks, size, undefined, topic);
  return shown && { ...shown, depth: 1 };
};

/** What is free in pieces, what could be given back, and what is none of malloc's. */
function facts(sums: HeapSums, inRam: Bytes | undefined): Fact[] {
  const { binned, fast, cached, largestFree, trimmable, resident } = sums;
  const blocks = binned.count + fast.count + cached.count;
  const other = (inRam ?? 0) - resident.all;
  return [
    ...(blocks === 0
      ? []
      : [
          {
            label: 'largest free block',
            cells: [bytes(largestFree), 'of', ...counted(blocks, 'free block'), '(top apart)'],
            topic: TOPICS.largestFreeBytes,
          },
        ]),
    {
      label: 'malloc_trim gives back',
      cells:
        trimmable === 0
          ? ['nothing: no whole page is free']
          : [bytes(trimmable), 'in whole free pages'],
      topic: TOPICS.trimmableBytes,
    },
    ...(other > 0
      ? [
          {
            label: 'not of malloc',
            cells: [bytes(other), 'in RAM: files, stacks and other memory'],
          },
        ]
      : []),
  ];
}

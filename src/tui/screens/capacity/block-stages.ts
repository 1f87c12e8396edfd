/** What a container asks for, part by part. */
import type { BlockParts } from '../../../analysis/growth/forward/block-parts.ts';
import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import type { KnownBlock } from '../../../analysis/growth/growth.ts';
import { TOPICS } from '../../../results/topics.ts';
import { counted } from '../../../views/report.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { type Found, plain, type Stage } from './stage.ts';

const isOfNodes = ({ findings }: CapacityAccount): boolean => findings.rule.value.id === 'primes';

export function lengthStage(account: CapacityAccount, { atMost }: Found): Stage {
  const { length, elementBytes } = account.findings.query;
  if (isOfNodes(account)) {
    return {
      label: 'length',
      formula: plain(...counted(length, 'element')),
      bytes: undefined,
      why: 'elements are nodes of their own, which lie elsewhere; here are the buckets alone',
      topic: TOPICS.capacity,
    };
  }
  const often = account.elementWords;
  return {
    label: 'length',
    formula: `${length} × ${elementBytes}${atMost ? ' at most' : ''}`,
    bytes: account.used,
    why: [atMost?.because, often && `${elementBytes} bytes are ${often}`]
      .filter(Boolean)
      .join('; '),
    topic: TOPICS.capacity,
  };
}

/** Capacities that are named on the way to one. */
const FIRST = 3;

export function blockStages(
  account: CapacityAccount,
  parts: BlockParts,
  block: KnownBlock,
): Stage[] {
  const { query, container, rule, blocks, slackElements } = account.findings;
  const { elementBytes } = query;
  const way = blocks.map(({ capacity }) => capacity);
  const before = way.at(-2);
  const path =
    way.length > FIRST + 2
      ? `${way.slice(0, FIRST).join(' ')} … ${before} ▸${block.capacity}`
      : way.map((one, i) => (i === way.length - 1 ? `▸${one}` : one)).join(' ');
  const { name } = container.value;
  const it = isOfNodes(account) ? 'the table' : name.startsWith('a ') ? name : `a ${name}`;
  const full =
    before === undefined ? 'its first block' : `${before} were full, and ${it} ${rule.value.title}`;
  const topic = TOPICS.growthRule;
  const stages: Stage[] = [
    {
      label: isOfNodes(account) ? 'buckets' : 'capacity',
      formula: path,
      bytes: parts.used + parts.spare,
      why: isOfNodes(account)
        ? `${full}; a bucket is a pointer of 8 bytes, and all are written when they are made`
        : `${full}; ${slackElements === 0 ? 'it is full' : `room for ${slackElements} more (${formatBytes(parts.spare, 'human')})`}`,
      topic,
    },
  ];
  if (parts.kept > 0) {
    const kept = parts.slots - block.capacity;
    stages.push({
      label: '+ free',
      formula: `+ ${kept} × ${elementBytes}`,
      bytes: parts.used + parts.spare + parts.kept,
      why: `of ${parts.slots} buckets an eighth is never filled, so that a search soon ends`,
      topic,
    });
  }
  if (parts.bookkeeping > 0) {
    const [label, why] = BOOKKEEPING[rule.value.id] ?? ['+ own', `${name} keeps it`];
    stages.push({ label, formula: `+ ${parts.bookkeeping}`, bytes: block.requested, why, topic });
  }
  return stages;
}

/** What the rest of a block is for. */
const BOOKKEEPING: Partial<Record<string, readonly [label: string, why: string]>> = {
  hashbrown: [
    '+ control',
    'a control byte for each bucket, and 16 more so that they are read in groups',
  ],
  'python-dict': ['+ index', 'a header, and an index for each slot, of which 2 in 3 are filled'],
  string: ['+ end', 'a zero behind the last character'],
  'python-bytearray': ['+ end', 'a zero behind the last byte'],
};

import { hashbrownBuckets } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { CapacityAccount } from './capacity-account.ts';

/** What a container's block is made of; the parts sum to what it asked for. */
export interface BlockParts {
  /** Elements that are there. */
  readonly used: Bytes;
  /** Room for more of them. */
  readonly spare: Bytes;
  /** Room that its rule never fills: a hash table keeps an eighth of its buckets free. */
  readonly kept: Bytes;
  /** What it keeps of its elements beside them: control bytes, indexes, a zero at the end. */
  readonly bookkeeping: Bytes;
  /** Places for elements, `kept` ones among them. */
  readonly slots: number;
}

/** The parts of the block; undefined where the container has none. */
export function blockParts({ block, findings, used }: CapacityAccount): BlockParts | undefined {
  if (block === undefined) return undefined;
  const { capacity, requested } = block;
  const { elementBytes } = findings.query;
  const { id } = findings.rule.value;
  // Elements are nodes of their own: the block has a pointer for each bucket, all of them in use.
  if (id === 'primes') {
    return { used: requested, spare: 0, kept: 0, bookkeeping: 0, slots: capacity };
  }
  const slots = id === 'hashbrown' ? hashbrownBuckets(capacity, elementBytes) : capacity;
  return {
    used,
    spare: capacity * elementBytes - used,
    kept: (slots - capacity) * elementBytes,
    bookkeeping: requested - slots * elementBytes,
    slots,
  };
}

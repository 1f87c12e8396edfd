import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS, type ContainerKind } from '../../../knowledge/containers.ts';
import { sizeWeight } from '../../../knowledge/element-sizes.ts';
import {
  GROWTH_RULES,
  type GrowthRuleId,
  hashbrownBytes,
  usableBuckets,
} from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import {
  blocksFrom,
  containerWeight,
  type GrowthEvidence,
  type Hypothesis,
  hasRatio,
  isWithin,
  SMALL_ELEMENTS,
} from './hypothesis.ts';

/**
 * Whether a table of so many buckets can have been needed: its elements are all different, and it grew
 * when the one of half as many buckets was full.
 */
const hasSoManyValues = (elementBytes: Bytes, buckets: number): boolean =>
  usableBuckets(buckets / 2) < 256 ** elementBytes;

/** A hash table, by its control bytes: (size + 1) × buckets + 16. */
export function hashTableHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const container = CONTAINERS['rust-hash-table'];
  const own = containerWeight(container, evidence);
  const [first] = evidence.requests as [ByteInterval];
  if (own === 0) return [];
  return SMALL_ELEMENTS.flatMap((elementBytes) => {
    const buckets = 2 ** Math.floor(Math.log2(first.most / (elementBytes + 1)));
    if (!hasSoManyValues(elementBytes, buckets * 2 ** (evidence.requests.length - 1))) return [];
    const block = hashbrownBytes(elementBytes, buckets);
    const blocks = blocksFrom('hashbrown', block, elementBytes, evidence.requests);
    if (blocks === undefined) return [];
    const weight = own * sizeWeight(elementBytes);
    return [{ container, rule: 'hashbrown', origin: 'empty', elementBytes, blocks, weight }];
  });
}

/** Containers whose blocks are one fixed row of sizes: each is followed from empty. */
const FIXED_ROWS: readonly { readonly kind: ContainerKind; readonly rule: GrowthRuleId }[] = [
  { kind: 'cpp-string', rule: 'string' },
  { kind: 'cpp-unordered', rule: 'primes' },
  { kind: 'python-list', rule: 'python-list' },
];

const ENTRY_BYTES = [24, 16];

export function fixedRowHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const rows = FIXED_ROWS.flatMap(({ kind, rule }) =>
    fixedRow(kind, rule, CONTAINERS[kind].elementBytes!, evidence),
  );
  const dicts = ENTRY_BYTES.flatMap((entryBytes) =>
    fixedRow('python-dict', 'python-dict', entryBytes, evidence),
  );
  return [...rows, ...dicts];
}

function fixedRow(
  kind: ContainerKind,
  rule: GrowthRuleId,
  elementBytes: Bytes,
  evidence: GrowthEvidence,
): Hypothesis[] {
  const container = CONTAINERS[kind];
  const own = containerWeight(container, evidence);
  const { requests } = evidence;
  const { blockOf, successors } = GROWTH_RULES[rule];
  let block = blockOf(container.smallest!(elementBytes), elementBytes);
  while (own > 0 && block !== undefined && block <= requests[0]!.most) {
    const blocks = blocksFrom(rule, block, elementBytes, requests);
    const weight = own * sizeWeight(elementBytes);
    if (blocks) return [{ container, rule, origin: 'empty', elementBytes, blocks, weight }];
    block = successors(block, elementBytes)[0];
  }
  return [];
}

/** Few programs but Python grow by its rule; those that do have elements of any size. */
const RULE_TAKEN_OVER = 0.05;

/** Capacities of a list that grows from empty, up to more than any memory holds. */
const LIST_CAPACITIES: readonly number[] = (() => {
  const { blockOf, capacityOf, successors } = GROWTH_RULES['python-list'];
  const capacities = [CONTAINERS['python-list'].smallest!(8)];
  while (capacities.at(-1)! < 2 ** 40) {
    const [next] = successors(blockOf(capacities.at(-1)!, 8)!, 8);
    capacities.push(capacityOf(next!, 8)!);
  }
  return capacities;
})();

/** An array that someone grows by the rule of Python's lists. */
export function listRuleHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  const container = CONTAINERS.array;
  const own = containerWeight(container, evidence);
  if (own === 0 || requests.length < 3 || !hasRatio(requests, 1.12, 1.2)) return [];
  return SMALL_ELEMENTS.flatMap((elementBytes) => {
    const start = LIST_CAPACITIES.findIndex((one) => one * elementBytes >= requests[0]!.least);
    const blocks = requests.map((_, i) => LIST_CAPACITIES[start + i]! * elementBytes);
    if (start < 0 || !blocks.every((block, i) => isWithin(block, requests[i]!))) return [];
    const weight = own * sizeWeight(elementBytes) * RULE_TAKEN_OVER;
    return [{ container, rule: 'python-list', origin: 'empty', elementBytes, blocks, weight }];
  });
}

import type { ByteInterval } from '../../knowledge/allocators.ts';
import { CONTAINERS, type ContainerKind } from '../../knowledge/containers.ts';
import { countWeight, sizeWeight } from '../../knowledge/element-sizes.ts';
import { GROWTH_RULES, type GrowthRuleId, hashbrownBytes } from '../../knowledge/growth-rules.ts';
import type { Bytes } from '../../model/bytes.ts';
import {
  blocksFrom,
  type CapacityOrigin,
  containerWeight,
  type GrowthEvidence,
  type Hypothesis,
  isWithin,
} from './hypothesis.ts';

/** Element sizes that are tried where the count of elements is not a power of two. */
const LARGEST_ELEMENT = 256;

/** A hash table, by its control bytes: (size + 1) × buckets + 16. */
export function hashTableHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const container = CONTAINERS['rust-hash-table'];
  const own = containerWeight(container, evidence);
  const [first] = evidence.requests as [ByteInterval];
  if (own === 0) return [];
  return sizes().flatMap((elementBytes) => {
    const buckets = 2 ** Math.floor(Math.log2(first.most / (elementBytes + 1)));
    const block = hashbrownBytes(elementBytes, buckets);
    const blocks = blocksFrom('hashbrown', block, elementBytes, evidence.requests);
    if (blocks === undefined) return [];
    const weight = own * sizeWeight(elementBytes);
    return [{ container, rule: 'hashbrown', origin: 'empty', elementBytes, blocks, weight }];
  });
}

const sizes = (): Bytes[] => Array.from({ length: LARGEST_ELEMENT }, (_, i) => i + 1);

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
  return sizes().flatMap((elementBytes) => {
    const start = LIST_CAPACITIES.findIndex((one) => one * elementBytes >= requests[0]!.least);
    const blocks = requests.map((_, i) => LIST_CAPACITIES[start + i]! * elementBytes);
    if (start < 0 || !blocks.every((block, i) => isWithin(block, requests[i]!))) return [];
    const weight = own * sizeWeight(elementBytes) * RULE_TAKEN_OVER;
    return [{ container, rule: 'python-list', origin: 'empty', elementBytes, blocks, weight }];
  });
}

/** How often a list begins with what was in another, and not empty. */
const LIST_FROM_ANOTHER = 0.05;

/** Bytes that are appended to a bytearray at once: each of these as often as the others. */
const PIECES = Array.from({ length: 13 }, (_, i) => 2 ** i);

/** Python's buffers that grow by an eighth from any first length. */
export function eighthHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  return [
    ...anyStart('python-list', [8], LIST_FROM_ANOTHER, evidence),
    ...anyStart('python-bytearray', PIECES, 1, evidence),
  ];
}

function anyStart(
  kind: 'python-list' | 'python-bytearray',
  units: readonly Bytes[],
  share: number,
  evidence: GrowthEvidence,
): Hypothesis[] {
  const container = CONTAINERS[kind];
  const own = containerWeight(container, evidence);
  if (own === 0 || evidence.requests.length < 3) return [];
  if (!hasRatio(evidence.requests, 1.12, 1.2)) return [];
  const elementBytes = container.elementBytes!;
  // Of a bytearray's starts, each eighth says enough.
  const starts = startsIn(evidence.requests[0]!, 8);
  const found = units.flatMap((unit) =>
    starts.flatMap((block) => {
      const blocks = blocksFrom(kind, block, unit, evidence.requests);
      return blocks === undefined ? [] : [blocks];
    }),
  );
  if (found.length === 0) return [];
  const blocks = found[found.length >> 1]!;
  const fitting = found.length / (starts.length * units.length);
  const weight = own * sizeWeight(elementBytes) * share * fitting;
  return [{ container, rule: kind, origin: 'chosen', elementBytes, blocks, weight }];
}

/** Whether each block can be so many times the one before; a look that saves trying thousands of starts. */
function hasRatio(requests: readonly ByteInterval[], least: number, most: number): boolean {
  return requests.every((interval, i) => {
    const before = requests[i - 1];
    if (before === undefined) return true;
    return interval.most >= least * before.least && interval.least <= most * before.most;
  });
}

function startsIn({ least, most }: ByteInterval, unit: Bytes): Bytes[] {
  const first = Math.ceil(least / unit) * unit;
  const count = Math.max(0, Math.floor((most - first) / unit) + 1);
  return Array.from({ length: count }, (_, i) => first + i * unit);
}

/** Growth by half: which sizes it can be is hardly told, that it is by half is. */
export function halfAgainHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  if (requests.length < 3 || !hasRatio(requests, 1.5, 1.6)) return [];
  return (['cpp-vector', 'array'] as const).flatMap((kind) => {
    const container = CONTAINERS[kind];
    const own = containerWeight(container, evidence);
    if (own === 0) return [];
    return sizes().flatMap((elementBytes) => {
      const starts = startsIn(requests[0]!, elementBytes);
      const found = starts.flatMap((block) => {
        const blocks = blocksFrom('half-again', block, elementBytes, requests);
        return blocks === undefined ? [] : [blocks];
      });
      if (found.length === 0) return [];
      // Of a size that fits with more starts, more would be seen.
      const share = (found.length / starts.length) * 0.1;
      const blocks = found[found.length >> 1]!;
      const weight = own * sizeWeight(elementBytes) * share;
      const rule = 'half-again' as const;
      return [{ container, rule, origin: 'empty' as const, elementBytes, blocks, weight }];
    });
  });
}

/** Growth by a constant amount from nothing, perhaps with a doubling at its end. */
export function constantHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  return [requests.length, requests.length - 1].flatMap((members) => {
    const steps = members < 3 ? [] : constantSteps(requests.slice(0, members));
    return steps.flatMap(({ amount, first }) => {
      const blocks = requests
        .slice(0, members)
        .map((_, i): Bytes => first + i * amount)
        .concat(members < requests.length ? [2 * (first + (members - 1) * amount)] : []);
      if (!blocks.every((block, i) => isWithin(block, requests[i]!))) return [];
      return stepSizes(evidence, amount, blocks);
    });
  });
}

/** Amounts by which all mappings can have grown, the roundest per element size. */
function constantSteps(requests: readonly ByteInterval[]): { amount: Bytes; first: Bytes }[] {
  const last = requests.length - 1;
  const [from, to] = [requests[0]!, requests[last]!];
  const roughly = (to.least - from.least) / last;
  if (roughly < 1) return [];
  const before = Math.round((from.least + from.most) / 2 / roughly) - 1;
  if (before < 0) return [];
  const range = requests.reduce(
    ({ least, most }, interval, i) => ({
      least: Math.max(least, Math.ceil(interval.least / (before + 1 + i))),
      most: Math.min(most, Math.floor(interval.most / (before + 1 + i))),
    }),
    { least: 1, most: Number.POSITIVE_INFINITY },
  );
  if (range.least > range.most) return [];
  return startsIn(range, 1).map((amount) => ({ amount, first: amount * (before + 1) }));
}

function stepSizes(
  evidence: GrowthEvidence,
  amount: Bytes,
  blocks: readonly Bytes[],
): Hypothesis[] {
  const rule: GrowthRuleId = 'constant';
  const origin: CapacityOrigin = 'chosen';
  return (['rust-vec', 'array'] as const).flatMap((kind) => {
    const container = CONTAINERS[kind];
    const own = containerWeight(container, evidence);
    if (own === 0) return [];
    return sizes()
      .filter((elementBytes) => amount % elementBytes === 0)
      .map((elementBytes) => {
        const weight = own * sizeWeight(elementBytes) * countWeight(amount / elementBytes);
        return { container, rule, origin, elementBytes, blocks, weight };
      });
  });
}

import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS } from '../../../knowledge/containers.ts';
import { sizeWeight } from '../../../knowledge/element-sizes.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { countOf, fittingStarts, memberAt, onGrid } from './fitting-starts.ts';
import {
  blocksFrom,
  containerWeight,
  type GrowthEvidence,
  type Hypothesis,
  hasRatio,
  SMALL_ELEMENTS,
} from './hypothesis.ts';

/** How often a list begins with what was in another, and not empty. */
const LIST_FROM_ANOTHER = 0.02;

/** Bytes that are appended to a bytearray at once: each of these as often as the others. */
const PIECES = Array.from({ length: 13 }, (_, i) => 2 ** i);

/** Python's buffers that grow by an eighth from any first length. */
export function eighthHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  return [
    ...anyLength('python-list', 8, [8], LIST_FROM_ANOTHER, evidence),
    ...anyLength('python-bytearray', 1, PIECES, 1, evidence),
  ];
}

/** Of a bytearray's first lengths, each eighth says enough. */
const FIRST_LENGTHS = 8;

function anyLength(
  kind: 'python-list' | 'python-bytearray',
  grid: Bytes,
  units: readonly Bytes[],
  share: number,
  evidence: GrowthEvidence,
): Hypothesis[] {
  const container = CONTAINERS[kind];
  const own = containerWeight(container, evidence);
  const { requests } = evidence;
  if (own === 0 || requests.length < 3 || !hasRatio(requests, 1.12, 1.2)) return [];
  const fits = units.flatMap((unit) =>
    fittingStarts(kind, unit, grid, requests)
      .flatMap((range) => onGrid(range, FIRST_LENGTHS))
      .map((range) => ({ ...range, unit })),
  );
  const fitting = countOf(fits, FIRST_LENGTHS);
  const middle = memberAt(fits, FIRST_LENGTHS, Math.floor(fitting / 2));
  if (middle === undefined) return [];
  const blocks = blocksFrom(kind, middle.value, middle.range.unit, requests)!;
  const possible = countOf(onGrid(requests[0]!, FIRST_LENGTHS), FIRST_LENGTHS) * units.length;
  const elementBytes = container.elementBytes!;
  const weight = own * share * (fitting / possible);
  return [{ container, rule: kind, origin: 'chosen', elementBytes, blocks, weight }];
}

/** Rules by which a block is so many times the one before, with the least and the most of that. */
const BY_A_FACTOR = [
  { rule: 'half-again', kinds: ['cpp-vector', 'array'], least: 1.5, most: 1.6 },
  { rule: 'quarter-again', kinds: ['array'], least: 1.2, most: 1.26 },
] as const;

/** Growth by a half or a quarter: which sizes it can be is hardly told, by what factor it is, is. */
export function factorHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  return BY_A_FACTOR.flatMap(({ rule, kinds, least, most }) => {
    if (requests.length < 3 || !hasRatio(requests, least, most)) return [];
    const sizes = SMALL_ELEMENTS.flatMap((size) => byAFactor(rule, size, requests) ?? []);
    return kinds.flatMap((kind) => {
      const container = CONTAINERS[kind];
      const own = containerWeight(container, evidence);
      if (own === 0) return [];
      return sizes.map(({ elementBytes, blocks, share }) => {
        const weight = own * sizeWeight(elementBytes) * share;
        return { container, rule, origin: 'empty' as const, elementBytes, blocks, weight };
      });
    });
  });
}

function byAFactor(
  rule: GrowthRuleId,
  elementBytes: Bytes,
  requests: readonly ByteInterval[],
): { elementBytes: Bytes; blocks: Bytes[]; share: number } | undefined {
  const starts = fittingStarts(rule, elementBytes, elementBytes, requests);
  const fitting = countOf(starts, elementBytes);
  const middle = memberAt(starts, elementBytes, Math.floor(fitting / 2));
  if (middle === undefined) return undefined;
  const blocks = blocksFrom(rule, middle.value, elementBytes, requests)!;
  // Of a size that fits with more starts, more would be seen.
  const possible = countOf(onGrid(requests[0]!, elementBytes), elementBytes);
  return { elementBytes, blocks, share: (fitting / possible) * 0.1 };
}

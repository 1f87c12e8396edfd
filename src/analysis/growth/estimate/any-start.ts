import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS } from '../../../knowledge/containers.ts';
import { sizeWeight } from '../../../knowledge/element-sizes.ts';
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
const LIST_FROM_ANOTHER = 0.05;

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
  const weight = own * sizeWeight(elementBytes) * share * (fitting / possible);
  return [{ container, rule: kind, origin: 'chosen', elementBytes, blocks, weight }];
}

/** Growth by half: which sizes it can be is hardly told, that it is by half is. */
export function halfAgainHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  if (requests.length < 3 || !hasRatio(requests, 1.5, 1.6)) return [];
  const sizes = SMALL_ELEMENTS.flatMap((elementBytes) => halfAgain(elementBytes, requests) ?? []);
  return (['cpp-vector', 'array'] as const).flatMap((kind) => {
    const container = CONTAINERS[kind];
    const own = containerWeight(container, evidence);
    if (own === 0) return [];
    return sizes.map(({ elementBytes, blocks, share }) => {
      const weight = own * sizeWeight(elementBytes) * share;
      const rule = 'half-again' as const;
      return { container, rule, origin: 'empty' as const, elementBytes, blocks, weight };
    });
  });
}

function halfAgain(
  elementBytes: Bytes,
  requests: readonly ByteInterval[],
): { elementBytes: Bytes; blocks: Bytes[]; share: number } | undefined {
  const starts = fittingStarts('half-again', elementBytes, elementBytes, requests);
  const fitting = countOf(starts, elementBytes);
  const middle = memberAt(starts, elementBytes, Math.floor(fitting / 2));
  if (middle === undefined) return undefined;
  const blocks = blocksFrom('half-again', middle.value, elementBytes, requests)!;
  // Of a size that fits with more starts, more would be seen.
  const possible = countOf(onGrid(requests[0]!, elementBytes), elementBytes);
  return { elementBytes, blocks, share: (fitting / possible) * 0.1 };
}

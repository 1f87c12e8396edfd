import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS, type Container } from '../../../knowledge/containers.ts';
import { countWeight, sizeWeight } from '../../../knowledge/element-sizes.ts';
import type { Bytes } from '../../../model/bytes.ts';
import {
  type CapacityOrigin,
  containerWeight,
  type GrowthEvidence,
  type Hypothesis,
} from './hypothesis.ts';

/** Element sizes that are tried; larger ones are rare, and told by --element-size. */
const LARGEST_ELEMENT = 2048;

/** Larger elements are not tried with capacities that someone chose: too many would fit. */
const LARGEST_CHOSEN_ELEMENT = 256;

/** How often a growing container began with a capacity that was chosen, by where it was first seen. */
const CHOSEN: Readonly<Record<GrowthEvidence['entry'], number>> = {
  grown: 0.04,
  unknown: 0.08,
  made: 0.6,
};

/** The share of one number among those that people write. */
const ROUND_SHARE = 0.02;

/**
 * A buffer that is filled by pieces begins with the first of them, which has any small length: often
 * one of text, sometimes one of a few elements.
 */
const FIRST_CHUNK_SHARE = { bytes: 0.1, others: 0.02 };
const LARGEST_CHUNK = 65536;
const LARGEST_CHUNK_ELEMENT = 64;

/** The smallest block for which all mappings fit when each is twice the one before. */
export function firstOfDoubling(requests: readonly ByteInterval[]): ByteInterval | undefined {
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const [i, interval] of requests.entries()) {
    least = Math.max(least, Math.ceil(interval.least / 2 ** i));
    most = Math.min(most, Math.floor(interval.most / 2 ** i));
  }
  return least <= most ? { least, most } : undefined;
}

const DOUBLING = Object.values(CONTAINERS).filter(({ rules }) => rules[0] === 'double');

/** Containers that double: from empty, so that the capacity is a power of two, or from one that was chosen. */
export function doublingHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  const first = firstOfDoubling(requests);
  if (first === undefined) return [];
  const found: Hypothesis[] = [];
  const isChosen = CHOSEN[evidence.entry];
  for (const container of DOUBLING) {
    const own = containerWeight(container, evidence);
    if (own === 0) continue;
    const add = (elementBytes: Bytes, block: Bytes, origin: CapacityOrigin, share: number) => {
      const weight = own * sizeWeight(elementBytes) * share;
      const blocks = requests.map((_, i) => block * 2 ** i);
      found.push({ container, rule: 'double', origin, elementBytes, blocks, weight });
    };
    for (const elementBytes of elementSizes(container, first.most, evidence)) {
      const block = powerOfTwoBlock(elementBytes, first);
      if (block !== undefined) add(elementBytes, block, 'empty', 1 - isChosen);
      if (elementBytes > LARGEST_CHOSEN_ELEMENT && evidence.elementBytes === undefined) continue;
      const chosen = chosenBlock(elementBytes, first);
      if (chosen) add(elementBytes, chosen.block, 'chosen', isChosen * chosen.share);
      if (elementBytes > LARGEST_CHUNK_ELEMENT) continue;
      const chunk = firstChunk(elementBytes, first);
      if (chunk) add(elementBytes, chunk.block, 'chosen', chunk.share);
    }
  }
  return found;
}

function elementSizes(
  { elementBytes }: Container,
  most: Bytes,
  { elementBytes: only }: GrowthEvidence,
): Bytes[] {
  if (only !== undefined) return elementBytes === undefined || elementBytes === only ? [only] : [];
  if (elementBytes !== undefined) return [elementBytes];
  return Array.from({ length: Math.min(LARGEST_ELEMENT, most) }, (_, i) => i + 1);
}

function powerOfTwoBlock(elementBytes: Bytes, { least, most }: ByteInterval): Bytes | undefined {
  const block = elementBytes * 2 ** Math.floor(Math.log2(most / elementBytes));
  return block >= least ? block : undefined;
}

/** The capacity that someone would most likely have written, itself or doubled a few times. */
function chosenBlock(
  elementBytes: Bytes,
  { least, most }: ByteInterval,
): { block: Bytes; share: number } | undefined {
  let best: { block: Bytes; share: number } | undefined;
  for (let doubled = 1; doubled * elementBytes <= most; doubled *= 2) {
    const unit = doubled * elementBytes;
    const count = roundest(Math.ceil(least / unit), Math.floor(most / unit));
    if (count === undefined || Number.isInteger(Math.log2(count))) continue;
    const share = (countWeight(count) * ROUND_SHARE) / Math.sqrt(doubled);
    if (share > (best?.share ?? 0)) best = { block: count * unit, share };
  }
  return best;
}

/** The number with the fewest digits before its zeros. */
export function roundest(least: number, most: number): number | undefined {
  if (least > most || most < 1) return undefined;
  for (let unit = 10 ** Math.floor(Math.log10(most)); unit >= 1; unit /= 10) {
    const count = Math.ceil(least / unit) * unit;
    if (count <= most) return count;
  }
  return undefined;
}

/** The smallest first piece from which doubling leads here. */
function firstChunk(
  elementBytes: Bytes,
  { least, most }: ByteInterval,
): { block: Bytes; share: number } | undefined {
  for (let doubled = 2 ** Math.floor(Math.log2(most)); doubled >= 1; doubled /= 2) {
    const unit = doubled * elementBytes;
    const count = Math.ceil(least / unit);
    if (count * unit > most) continue;
    if (count > LARGEST_CHUNK || Number.isInteger(Math.log2(count))) return undefined;
    const share = elementBytes === 1 ? FIRST_CHUNK_SHARE.bytes : FIRST_CHUNK_SHARE.others;
    return { block: count * unit, share: share / count };
  }
  return undefined;
}

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

/** Arrays that are grown by hand begin with a small number that someone wrote, 8 or 64, else 10 or 100. */
const BY_HAND_DECIMAL = 0.2;
const LARGEST_HAND_START = 1000;
/** The share of one such number, if it has one digit before its zeros: there are about forty. */
const HAND_SHARE = 0.03;

/** The share of one number among those that people write. */
const ROUND_SHARE = 0.02;

/**
 * How often a container of the library begins with a first piece of any length, and not empty. Half of
 * all buffers of bytes are filled by lines, records or packets; the others by single bytes, by pieces
 * so short that the smallest capacity holds them, or by reads of a power of two.
 */
const BY_PIECES = { bytes: 0.5, others: 0.1 };
const LARGEST_PIECE = 65536;
const LARGEST_PIECE_ELEMENT = 64;
/** Pieces are as often below 100 elements as above: one of n has this share, divided by n. */
const PIECE_SHARE = 1 / Math.log(LARGEST_PIECE);

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
    const add = (
      elementBytes: Bytes,
      block: Bytes,
      origin: CapacityOrigin,
      share: number,
      others = 0,
    ) => {
      const ofSize = own * sizeWeight(elementBytes);
      const [weight, besides] = [ofSize * share, ofSize * others];
      const blocks = requests.map((_, i) => block * 2 ** i);
      found.push({ container, rule: 'double', origin, elementBytes, blocks, weight, besides });
    };
    for (const elementBytes of elementSizes(container, first, evidence)) {
      const byPieces = piecesShare(container, elementBytes);
      const block = powerOfTwoBlock(elementBytes, first);
      const isPushed = (1 - isChosen) * (1 - byPieces);
      if (block !== undefined) add(elementBytes, block, 'empty', isPushed);
      if (elementBytes > LARGEST_CHOSEN_ELEMENT && evidence.elementBytes === undefined) continue;
      const chosen = chosenBlock(elementBytes, first);
      if (chosen) add(elementBytes, chosen.block, 'chosen', isChosen * chosen.share);
      const byHand = container.language === undefined && handStart(elementBytes, first);
      if (byHand) add(elementBytes, byHand.block, 'chosen', BY_HAND_DECIMAL * byHand.share);
      const pieces = byPieces > 0 ? firstPieces(elementBytes, first) : undefined;
      if (pieces === undefined) continue;
      const isAdded = (1 - isChosen) * byPieces;
      add(elementBytes, pieces.block, 'chosen', isAdded * pieces.share, isAdded * pieces.besides);
    }
  }
  return found;
}

function elementSizes(
  { elementBytes }: Container,
  first: ByteInterval,
  { elementBytes: only, elements, requests, recordedSizes = [] }: GrowthEvidence,
): Bytes[] {
  if (only !== undefined) return elementBytes === undefined || elementBytes === only ? [only] : [];
  if (elementBytes !== undefined) return [elementBytes];
  const sizes = Array.from({ length: Math.min(LARGEST_ELEMENT, first.most) }, (_, i) => i + 1);
  const large = elements === undefined ? [] : largeSizes(elements, requests.at(-1)!);
  const isUntried = (size: Bytes) => size > LARGEST_ELEMENT && size <= first.most;
  return [...sizes, ...new Set([...large, ...recordedSizes].filter(isUntried))];
}

/** So few elements leave too many sizes that are about as likely. */
const FEWEST_LARGE = 16;

/** Sizes beyond those that are tried, of which so many elements need the last block. */
function largeSizes(elements: number, { least, most }: ByteInterval): Bytes[] {
  const capacity = 2 ** Math.ceil(Math.log2(elements));
  if (elements < FEWEST_LARGE) return [];
  const from = Math.max(LARGEST_ELEMENT + 1, Math.ceil(least / capacity));
  const count = Math.max(0, Math.floor(most / capacity) - from + 1);
  return Array.from({ length: count }, (_, i) => from + i);
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

/** The roundest small first capacity from which doubling leads here. */
function handStart(
  elementBytes: Bytes,
  { least, most }: ByteInterval,
): { block: Bytes; share: number } | undefined {
  let best: { block: Bytes; share: number } | undefined;
  for (let doubled = 2 ** Math.floor(Math.log2(most)); doubled >= 1; doubled /= 2) {
    const unit = doubled * elementBytes;
    const count = roundest(Math.ceil(least / unit), Math.floor(most / unit));
    if (count === undefined || count > LARGEST_HAND_START) continue;
    if (Number.isInteger(Math.log2(count))) continue;
    const share = countWeight(count) * HAND_SHARE;
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

/** An array that someone grows by hand begins with a capacity of theirs. */
function piecesShare({ language }: Container, elementBytes: Bytes): number {
  if (language === undefined || elementBytes > LARGEST_PIECE_ELEMENT) return 0;
  return elementBytes === 1 ? BY_PIECES.bytes : BY_PIECES.others;
}

/** The first pieces from which doubling leads here: the block of the smallest, and what others weigh. */
function firstPieces(
  elementBytes: Bytes,
  { least, most }: ByteInterval,
): { block: Bytes; share: number; besides: number } | undefined {
  // Shorter pieces are put into the smallest capacity.
  const smallest = elementBytes === 1 ? 8 : 4;
  let found: { block: Bytes; share: number } | undefined;
  let all = 0;
  for (let doubled = 2 ** Math.floor(Math.log2(most)); doubled >= 1; doubled /= 2) {
    const unit = doubled * elementBytes;
    const from = Math.max(smallest + 1, Math.ceil(least / unit));
    const to = Math.min(LARGEST_PIECE, Math.floor(most / unit));
    if (from > to) continue;
    // Pieces of a power of two are those that grow from empty.
    if (from === to && Number.isInteger(Math.log2(from))) continue;
    // The sum of 1 / n over a range.
    all += PIECE_SHARE * Math.log((to + 0.5) / (from - 0.5));
    // The same block is twice as long a piece, doubled once less, and so on.
    found ??= { block: from * unit, share: (2 * PIECE_SHARE) / from };
  }
  return found && { ...found, besides: Math.max(0, all - found.share) };
}

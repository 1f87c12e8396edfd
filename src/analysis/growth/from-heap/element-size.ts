import type { Container } from '../../../knowledge/containers.ts';
import { countWeight, type NamedType, sizeWeight } from '../../../knowledge/element-sizes.ts';
import {
  type GrowthRuleId,
  hashbrownBytes,
  pythonDictKeys,
} from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { inferred } from '../../../model/claim.ts';
import type { ElementSize } from '../growth.ts';

export interface ElementEvidence {
  readonly container: Container;
  readonly rule: GrowthRuleId;
  /** Block sizes of the series, smallest first. */
  readonly blocks: readonly Bytes[];
  /** Divides all blocks. */
  readonly unit: Bytes;
  readonly elementType: NamedType | undefined;
  /**
   * The smallest block of the series was made from nothing, not by a `realloc`; undefined where no
   * name tells.
   */
  readonly startsFresh: boolean | undefined;
  /** The first capacity in bytes; half of the smallest block where that was made by a `realloc`. */
  readonly initial: Bytes;
  readonly growsByMany: boolean;
  readonly growsExactly: boolean;
  /** Made by Rust's `collect`. */
  readonly collects: boolean;
}

const MOST_RIVALS = 6;

/** Rust's vectors begin with 4 elements, those of bytes with 8, those above 1024 bytes with 1. */
const RUST_LARGE_ELEMENT = 1024;

/** The size of a container's elements, from its type's name or its first block; undefined if nothing tells. */
export function elementSize(evidence: ElementEvidence): ElementSize | undefined {
  const { container, elementType, rule } = evidence;
  if (elementType?.size !== undefined && fits(evidence, elementType.size)) {
    const because = `the function's name says elements of type ${elementType.name}`;
    return { size: inferred(elementType.size, because), certainty: 'certain', rivals: [] };
  }
  if (container.elementBytes !== undefined) {
    const because =
      container.elementBytes === 1
        ? `a ${container.name} holds bytes`
        : `a ${container.name} holds pointers of 8 bytes`;
    return { size: inferred(container.elementBytes, because), certainty: 'certain', rivals: [] };
  }
  if (rule === 'hashbrown') return hashTableElement(evidence);
  if (rule === 'python-dict') return dictEntry(evidence);
  if (rule === 'half-again' || rule === 'quarter-again') return commonDivisor(evidence);
  if (container.firstCapacity !== undefined && rule === 'double' && !evidence.growsExactly) {
    const known = firstBlock(evidence);
    if (known) return known;
  }
  return common(evidence);
}

function fits({ unit, rule }: ElementEvidence, size: Bytes): boolean {
  return rule === 'hashbrown' || unit % size === 0;
}

/** The first block of a vector that grew from empty. */
function firstBlock(evidence: ElementEvidence): ElementSize | undefined {
  const { container, blocks, startsFresh, growsByMany, unit } = evidence;
  const first = blocks[0]!;
  if (container.firstCapacity === 1) {
    const because = `a ${container.name} that grows from empty begins with 1 element, and the first block has ${first} bytes`;
    // A first block of 256 bytes may also be a reserve of 32 elements of 8.
    if (first > RUST_LARGE_ELEMENT || growsByMany) return undefined;
    return { size: inferred(first, because), certainty: 'likely', rivals: divisors(unit, first) };
  }
  if (startsFresh === false) return evidence.collects ? collected(evidence) : undefined;
  // What is added at once makes the first block as long as itself.
  if (growsByMany) return undefined;
  if (first === 8) {
    const because = `a ${container.name} begins with 8 elements of 1 byte or 4 of 2; bytes are more common`;
    return { size: inferred(1, because), certainty: 'guess', rivals: [2], isOneOf: true };
  }
  const quarter = first / 4;
  const isQuarter = Number.isInteger(quarter) && quarter <= RUST_LARGE_ELEMENT;
  if (first > RUST_LARGE_ELEMENT) return largeElement(container, first, isQuarter);
  if (!isQuarter) return undefined;
  const because = `a ${container.name} begins with 4 elements, and the first block has ${first} bytes`;
  const isLone = startsFresh === true;
  const rivals = isLone ? [] : divisors(unit, quarter);
  return { size: inferred(quarter, because), certainty: isLone ? 'certain' : 'likely', rivals };
}

/** Elements above 1024 bytes begin with one, those of a quarter of the block with four. */
function largeElement({ name }: Container, first: Bytes, isQuarter: boolean): ElementSize {
  if (!isQuarter) {
    const because = `a ${name} of elements above 1024 bytes begins with 1, and the first block has ${first} bytes`;
    return { size: inferred(first, because), certainty: 'certain', rivals: [] };
  }
  const quarter = first / 4;
  const [size, rival] =
    sizeWeight(first) >= sizeWeight(quarter) ? [first, quarter] : [quarter, first];
  const because = `a ${name} begins with 1 element above 1024 bytes or 4 smaller ones, and the first block has ${first} bytes`;
  return { size: inferred(size, because), certainty: 'guess', rivals: [rival], isOneOf: true };
}

/** `collect` made the first block elsewhere: for at least 4 elements, more if the iterator promised them. */
function collected({ container, initial, unit }: ElementEvidence): ElementSize | undefined {
  const quarter = initial / 4;
  if (!Number.isInteger(quarter) || quarter > RUST_LARGE_ELEMENT) return undefined;
  const because = `collect() begins a ${container.name} with 4 elements, and the first growth was from ${initial} bytes`;
  return { size: inferred(quarter, because), certainty: 'likely', rivals: divisors(unit, quarter) };
}

/** The smallest table has 4 buckets (8 or 16 for elements of 1 to 3 bytes); each adds a control byte. */
function hashTableElement({ blocks }: ElementEvidence): ElementSize | undefined {
  const last = blocks.at(-1)!;
  const candidates: { size: Bytes; buckets: number }[] = [];
  for (let buckets = 2 ** (blocks.length + 1); buckets * 2 <= last; buckets *= 2) {
    const size = Math.round((last - 16) / buckets) - 1;
    const isIt = blocks.every(
      (bytes, i) => hashbrownBytes(size, buckets / 2 ** (blocks.length - 1 - i)) === bytes,
    );
    if (size >= 1 && isIt) candidates.push({ size, buckets });
  }
  if (candidates.length === 0) return undefined;
  const smallest = (size: Bytes) => (size >= 4 ? 4 : size > 1 ? 8 : 16);
  const first = ({ buckets }: { buckets: number }) => buckets / 2 ** (blocks.length - 1);
  const fromEmpty = candidates.find((candidate) => first(candidate) === smallest(candidate.size));
  const ranked = candidates.map(({ size }) => size).sort((a, b) => sizeWeight(b) - sizeWeight(a));
  const size = fromEmpty?.size ?? ranked[0]!;
  const rivals = ranked.filter((rival) => rival !== size).slice(0, MOST_RIVALS);
  const because = fromEmpty
    ? `tables have (size + 1) × buckets + 16 bytes, and the first one of ${blocks[0]} bytes has ${first(fromEmpty)} buckets`
    : `tables have (size + 1) × buckets + 16 bytes; of the sizes that fit, ${size} is the most common`;
  const certainty = rivals.length === 0 ? 'certain' : fromEmpty ? 'likely' : 'guess';
  return { size: inferred(size, because), certainty, rivals };
}

function dictEntry({ blocks }: ElementEvidence): ElementSize | undefined {
  const [known, ...others] = pythonDictKeys(blocks.at(-1)!);
  if (known === undefined || others.length > 0) return undefined;
  const because = `only a table of 2^${known.log2} slots with entries of ${known.entryBytes} bytes has ${blocks.at(-1)} bytes`;
  return { size: inferred(known.entryBytes, because), certainty: 'certain', rivals: [] };
}

/** Capacities that grow by half are odd and even in turn, so that only the element size divides all. */
function commonDivisor({ blocks, unit }: ElementEvidence): ElementSize {
  const because = `${unit} is the greatest size that divides all ${blocks.length} blocks`;
  return { size: inferred(unit, because), certainty: 'likely', rivals: divisors(unit, unit) };
}

/** Nothing tells the first capacity: what is common, and makes a capacity that someone would write. */
function common({ initial, unit, rule }: ElementEvidence): ElementSize | undefined {
  const first = rule === 'constant' ? unit : initial;
  const ranked = divisorsOf(unit)
    .map((size) => ({ size, weight: sizeWeight(size) * countWeight(first / size) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const elements = first / best.size;
  const because =
    rule === 'constant'
      ? `${elements} × ${best.size} bytes is the likeliest way to grow by ${unit} bytes`
      : `${elements} × ${best.size} bytes is the likeliest way to ask for ${first} bytes at first`;
  const rivals = ranked.slice(1, 1 + MOST_RIVALS).map(({ size }) => size);
  return { size: inferred(best.size, because), certainty: 'guess', rivals };
}

const LARGEST_ELEMENT = 4096;

function divisorsOf(unit: Bytes): Bytes[] {
  const found: Bytes[] = [];
  for (let size = 1; size <= Math.min(unit, LARGEST_ELEMENT); size++) {
    if (unit % size === 0) found.push(size);
  }
  return found;
}

/** Other sizes that divide all blocks, the most common first. */
function divisors(unit: Bytes, besides: Bytes): Bytes[] {
  return divisorsOf(unit)
    .filter((size) => size !== besides)
    .sort((a, b) => sizeWeight(b) - sizeWeight(a))
    .slice(0, MOST_RIVALS);
}

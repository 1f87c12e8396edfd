import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import type { Container, Language } from '../../../knowledge/containers.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { blockSeries } from '../block-series.ts';
import type { GrowthMethod } from '../growth.ts';

/** What is known of the steps that a hypothesis must explain. */
export interface GrowthEvidence {
  /** The requests that fit each mapping, in order; each larger than the one before. */
  readonly requests: readonly ByteInterval[];
  /** How the buffer grew: by mremap, by copies, or both. */
  readonly method: Exclude<GrowthMethod, 'unknown'>;
  readonly language: Language | undefined;
  /** The only element size that is to be tried, where it is known. */
  readonly elementBytes?: Bytes | undefined;
  /** Sizes that a recording names, which are tried however large they are. */
  readonly recordedSizes?: readonly Bytes[] | undefined;
  /** How many elements it holds at the end, where that is known. */
  readonly elements?: number | undefined;
  /**
   * Whether it came out of the heap at its first mapping (`grown`), was made larger than growth out
   * of the heap can make it (`made`), or nothing tells.
   */
  readonly entry: 'grown' | 'made' | 'unknown';
}

/** How a container came to its first capacity. */
export type CapacityOrigin =
  /** It grew from empty. */
  | 'empty'
  /** The program chose a capacity, or added many elements at once. */
  | 'chosen';

/** One way in which a container can have made these mappings. */
export interface Hypothesis {
  readonly container: Container;
  readonly rule: GrowthRuleId;
  readonly origin: CapacityOrigin;
  readonly elementBytes: Bytes;
  /** The request of each step. */
  readonly blocks: readonly Bytes[];
  /** How likely it is, relative to the others. */
  readonly weight: number;
  /**
   * What more weighs for the same container and element size, in blocks too many to be named one by
   * one, each no likelier than these.
   */
  readonly besides?: number;
}

/** Element sizes that are tried where the count of elements is not a power of two. */
export const SMALL_ELEMENTS: readonly Bytes[] = Array.from({ length: 256 }, (_, i) => i + 1);

export const isWithin = (value: Bytes, { least, most }: ByteInterval): boolean =>
  value >= least && value <= most;

/** Whether each block can be so many times the one before; a look that saves trying all starts. */
export function hasRatio(requests: readonly ByteInterval[], least: number, most: number): boolean {
  return requests.every((interval, i) => {
    const before = requests[i - 1];
    if (before === undefined) return true;
    return interval.most >= least * before.least && interval.least <= most * before.most;
  });
}

/** The blocks that a rule makes of a first one, if each fits its mapping. */
export function blocksFrom(
  rule: GrowthRuleId,
  first: Bytes,
  unit: Bytes,
  requests: readonly ByteInterval[],
): Bytes[] | undefined {
  if (!isWithin(first, requests[0]!)) return undefined;
  const fits = (block: Bytes, at: number) => at < requests.length && isWithin(block, requests[at]!);
  const blocks = blockSeries(rule, first, unit, fits);
  return blocks.length === requests.length ? blocks : undefined;
}

/** What a container of another language, or of one that grows otherwise, weighs. */
const OTHER_LANGUAGE = 0.005;
/**
 * A container that grows by realloc copies where its elements are aligned to more than malloc's blocks
 * are (Rust library/std/src/sys/alloc/unix.rs, aligned_malloc), or its allocator has no realloc.
 */
const COPYING_REALLOC = { aligned: 0.04, other: 0.001 };
const ALIGNED = 32;
/** Where the language has containers, arrays that are grown by hand are those of libraries in C. */
const BY_HAND = 0.03;
/** Who grows an array by hand has realloc, which moves its pages. */
const COPIED_BY_HAND = 0.2;

/** How likely a container is before its sizes are looked at; 0 where it cannot be. */
export function containerWeight(
  container: Container,
  { language, method }: GrowthEvidence,
): number {
  if (container.method === 'copy' && method !== 'copy') return 0;
  return container.weight * languageShare(container.language, language);
}

/** How likely elements of a size have such steps, in a container that would grow by realloc. */
export function methodShare(
  { kind, method: own, language }: Container,
  elementBytes: Bytes,
  { method }: GrowthEvidence,
): number {
  if (own !== 'realloc' || method === 'realloc') return 1;
  if (kind === 'array') return COPIED_BY_HAND;
  const isAligned = language === 'rust' && elementBytes % ALIGNED === 0;
  return isAligned ? COPYING_REALLOC.aligned : COPYING_REALLOC.other;
}

function languageShare(own: Language | undefined, seen: Language | undefined): number {
  if (seen === undefined || own === seen) return 1;
  // C and C++ leave the same marks.
  if (seen === 'c') return own === 'c++' || own === undefined ? 1 : OTHER_LANGUAGE;
  return own === undefined ? BY_HAND : OTHER_LANGUAGE;
}

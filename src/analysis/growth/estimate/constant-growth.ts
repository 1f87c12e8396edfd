import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS, type Container } from '../../../knowledge/containers.ts';
import {
  countWeight,
  plainWeight,
  sizeWeight,
  writtenCounts,
} from '../../../knowledge/element-sizes.ts';
import type { Bytes } from '../../../model/bytes.ts';
import {
  containerWeight,
  type GrowthEvidence,
  type Hypothesis,
  SMALL_ELEMENTS,
} from './hypothesis.ts';

/** Growth by any amount of a range: each block is so many times the amount. */
interface ConstantGrowth {
  readonly amounts: ByteInterval;
  readonly multiples: readonly number[];
}

interface Weighed {
  readonly container: Container;
  readonly weight: number;
}

/** The amounts of a range in elements of one size. */
interface Counts extends ByteInterval {
  readonly elementBytes: Bytes;
  /** The counts that weigh most, the smallest first. */
  readonly roundest: readonly number[];
  /** What all counts weigh together. */
  readonly weight: number;
}

/** Growth by a constant amount from nothing, perhaps with a doubling at its end. */
export function constantHypotheses(evidence: GrowthEvidence): Hypothesis[] {
  const { requests } = evidence;
  return [requests.length, requests.length - 1].flatMap((members) => {
    const growth = members < 3 ? undefined : constantGrowth(requests, members);
    return growth === undefined ? [] : hypothesesOf(growth, evidence);
  });
}

/** The amounts by which all mappings can have grown. */
function constantGrowth(
  requests: readonly ByteInterval[],
  members: number,
): ConstantGrowth | undefined {
  const [from, to] = [requests[0]!, requests[members - 1]!];
  const roughly = (to.least - from.least) / (members - 1);
  if (roughly < 1) return undefined;
  const first = Math.round((from.least + from.most) / 2 / roughly);
  if (first < 1) return undefined;
  const multiples = requests.map((_, i) => (i < members ? first + i : 2 * (first + i - 1)));
  const least = Math.max(...requests.map((one, i) => Math.ceil(one.least / multiples[i]!)));
  const most = Math.min(...requests.map((one, i) => Math.floor(one.most / multiples[i]!)));
  return least <= most ? { amounts: { least, most }, multiples } : undefined;
}

/** As many amounts are held against all element sizes, one by one. */
const MOST_AMOUNTS = 4096;

function hypothesesOf(growth: ConstantGrowth, evidence: GrowthEvidence): Hypothesis[] {
  const { least, most } = growth.amounts;
  const isNarrow = most - least < MOST_AMOUNTS;
  return isNarrow ? ofEachAmount(growth, evidence) : ofEachSize(growth, evidence);
}

function ofEachAmount(growth: ConstantGrowth, evidence: GrowthEvidence): Hypothesis[] {
  const { least, most } = growth.amounts;
  const containers = containersOf(evidence);
  return Array.from({ length: most - least + 1 }, (_, i) => least + i).flatMap((amount) =>
    containers.flatMap((container) =>
      SMALL_ELEMENTS.filter((size) => amount % size === 0).map((size) =>
        hypothesisOf(growth, container, size, amount / size),
      ),
    ),
  );
}

/** The amount that weighs most over all sizes, the roundest of each size, and what weighs besides. */
function ofEachSize(growth: ConstantGrowth, evidence: GrowthEvidence): Hypothesis[] {
  const sizes = SMALL_ELEMENTS.flatMap((size) => countsOf(size, growth, evidence) ?? []);
  const heaviest = heaviestAmount(growth.amounts, sizes);
  return containersOf(evidence).flatMap((container) =>
    sizes.flatMap((counts) => {
      const { elementBytes, roundest, weight } = counts;
      const ofHeaviest = has(counts, heaviest) ? [heaviest / elementBytes] : [];
      const [first, ...others] = [...new Set([roundest[0]!, ...ofHeaviest])].map((count) =>
        hypothesisOf(growth, container, elementBytes, count),
      );
      const all = container.weight * sizeWeight(elementBytes) * weight;
      const named = others.reduce((sum, one) => sum + one.weight, first!.weight);
      return [{ ...first!, besides: Math.max(0, all - named) }, ...others];
    }),
  );
}

/** Containers that grow by a constant amount, with what they weigh before their sizes are looked at. */
function containersOf(evidence: GrowthEvidence): Weighed[] {
  return [CONTAINERS['rust-vec'], CONTAINERS['cpp-vector'], CONTAINERS.array]
    .map((container) => ({ container, weight: containerWeight(container, evidence) }))
    .filter(({ weight }) => weight > 0);
}

function hypothesisOf(
  { multiples }: ConstantGrowth,
  { container, weight }: Weighed,
  elementBytes: Bytes,
  count: number,
): Hypothesis {
  return {
    container,
    rule: 'constant',
    origin: 'chosen',
    elementBytes,
    blocks: multiples.map((multiple) => multiple * count * elementBytes),
    weight: weight * sizeWeight(elementBytes) * countWeight(count),
  };
}

/** Where it is known how many elements there are: if possible, counts that needed the last step for them. */
function countsOf(
  elementBytes: Bytes,
  { amounts, multiples }: ConstantGrowth,
  { elements = 0 }: GrowthEvidence,
): Counts | undefined {
  const [before, last] = multiples.slice(-2) as [number, number];
  const most = Math.floor(amounts.most / elementBytes);
  const least = Math.max(Math.ceil(amounts.least / elementBytes), Math.ceil(elements / last));
  if (least > most) return undefined;
  const mostBefore = Math.ceil(elements / before) - 1;
  const range = { least, most: mostBefore < least ? most : Math.min(most, mostBefore) };
  const written = writtenCounts(range.least, range.most);
  const weights = written.map(countWeight);
  const heaviest = Math.max(...weights);
  return {
    ...range,
    elementBytes,
    roundest:
      written.length === 0 ? [range.least] : written.filter((_, i) => weights[i] === heaviest),
    weight: weights.reduce((sum, weight) => sum + weight, plainCounts(range, written)),
  };
}

/** What the numbers of a range weigh together that are not among those written. */
function plainCounts({ least, most }: ByteInterval, written: readonly number[]): number {
  let weight = 0;
  for (let decade = 10 ** Math.floor(Math.log10(least)); decade <= most; decade *= 10) {
    const [from, to] = [Math.max(least, decade), Math.min(most, 10 * decade - 1)];
    const others = written.filter((count) => count >= from && count <= to).length;
    weight += (to - from + 1 - others) * plainWeight(decade);
  }
  return weight;
}

const has = ({ elementBytes, least, most }: Counts, amount: Bytes): boolean =>
  amount % elementBytes === 0 && amount >= least * elementBytes && amount <= most * elementBytes;

/**
 * Of amounts that nobody would write those weigh most that many common element sizes divide. Each
 * range of 2880 numbers has a multiple of 2880, and no number outweighs it that 96 does not divide;
 * each of 80640 has one of 80640, and none outweighs it that 480 does not divide.
 */
const DIVISIBLE: readonly { readonly by: Bytes; readonly upTo: Bytes }[] = [
  { by: 96, upTo: 80_640 },
  { by: 480, upTo: 1_000_000 },
];

/** The amount that weighs most, among those that are round or divisible by many sizes. */
function heaviestAmount({ least, most }: ByteInterval, sizes: readonly Counts[]): Bytes {
  const candidates = new Set<Bytes>();
  for (const { elementBytes, roundest } of sizes) {
    for (const count of roundest) candidates.add(count * elementBytes);
  }
  const by = DIVISIBLE.find(({ upTo }) => most - least < upTo)?.by ?? most;
  for (let amount = Math.ceil(least / by) * by; amount <= most; amount += by) {
    candidates.add(amount);
  }
  let heaviest = { amount: least, weight: 0 };
  for (const amount of candidates) {
    let weight = 0;
    for (const counts of sizes) {
      if (!has(counts, amount)) continue;
      weight += sizeWeight(counts.elementBytes) * countWeight(amount / counts.elementBytes);
    }
    if (weight > heaviest.weight) heaviest = { amount, weight };
  }
  return heaviest.amount;
}

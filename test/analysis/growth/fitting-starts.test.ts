/** First blocks and amounts that fit, found from the ends of ranges: against trying every byte. */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { constantHypotheses } from '../../../src/analysis/growth/estimate/constant-growth.ts';
import { fittingStarts } from '../../../src/analysis/growth/estimate/fitting-starts.ts';
import {
  blocksFrom,
  type GrowthEvidence,
  type Hypothesis,
} from '../../../src/analysis/growth/estimate/hypothesis.ts';
import { growthFindings } from '../../../src/analysis/growth/from-log/findings.ts';
import type { ByteInterval } from '../../../src/knowledge/allocators/allocator.ts';
import { ALLOCATORS, KNOWN_ALLOCATORS } from '../../../src/knowledge/allocators/index.ts';
import {
  countWeight,
  plainWeight,
  sizeWeight,
  writtenCounts,
} from '../../../src/knowledge/element-sizes.ts';
import { GROWTH_RULES } from '../../../src/knowledge/growth-rules.ts';
import { replayLog } from '../../support/strace.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const multiples = ({ least, most }: ByteInterval, unit: number): number[] => {
  const first = Math.ceil(least / unit);
  return Array.from({ length: Math.max(0, Math.floor(most / unit) - first + 1) }, (_, i) => {
    return (first + i) * unit;
  });
};

/** Lengths that grow about by a factor, each known to within a width or from nothing on. */
const growing = (least: number, most: number) =>
  fc
    .record({
      first: fc.integer({ min: 200, max: 6000 }),
      factor: fc.double({ min: least, max: most, noNaN: true }),
      blur: fc.array(fc.integer({ min: -12, max: 40 }), { minLength: 3, maxLength: 8 }),
      width: fc.integer({ min: 0, max: 900 }),
      open: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    })
    .map(({ first, factor, blur, width, open }): ByteInterval[] =>
      blur.map((off, i) => {
        const value = Math.round(first * factor ** i) + off;
        return { least: open[i] === true && i % 3 === 2 ? 1 : value, most: value + width };
      }),
    );

describe('first blocks from which a rule leads through all mappings', () => {
  test.each([
    ['half-again', fc.integer({ min: 1, max: 64 }), growing(1.45, 1.62)],
    ['python-list', fc.constant(8), growing(1.11, 1.2)],
    ['python-bytearray', fc.integer({ min: 1, max: 4096 }), growing(1.11, 1.3)],
  ] as const)('%s: just those that are found one by one', (rule, units, lengths) => {
    let fitting = 0;
    fc.assert(
      fc.property(units, lengths, (unit, requests) => {
        const grid = rule === 'python-bytearray' ? 1 : unit;
        const ranges = fittingStarts(rule, unit, grid, requests);
        const oneByOne = multiples(requests[0]!, grid).filter(
          (block) => blocksFrom(rule, block, unit, requests) !== undefined,
        );
        expect(ranges.flatMap((range) => multiples(range, grid))).toEqual(oneByOne);
        fitting += oneByOne.length;
      }),
      { numRuns: 300 },
    );
    expect(fitting).toBeGreaterThan(300);
  });

  test.each(['half-again', 'python-list', 'python-bytearray'] as const)(
    '%s: no more blocks are tried for terabytes',
    (rule) => {
      const successors = vi.spyOn(GROWTH_RULES[rule], 'successors');
      const factor = rule === 'half-again' ? 1.5 : 1.125;
      const tried = [2 ** 20, 2 ** 44].map((first) => {
        const before = successors.mock.calls.length;
        const requests = [0, 1, 2, 3, 4, 5].map((i) => {
          const most = Math.round(first * factor ** i);
          return { least: Math.round(most * 0.8), most };
        });
        expect(fittingStarts(rule, 8, 8, requests).length).toBeGreaterThan(0);
        return successors.mock.calls.length - before;
      });
      // Each end of a range costs as many as its number has bits.
      expect(tried[1]!).toBeLessThan(3 * tried[0]!);
      expect(tried[1]!).toBeLessThan(5 * 50 * 20);
    },
  );
});

const evidenceOf = (requests: readonly ByteInterval[], elements?: number): GrowthEvidence => {
  return { requests, method: 'realloc', language: undefined, entry: 'unknown', elements };
};

const sumBy = (
  hypotheses: readonly Hypothesis[],
  keyOf: (one: Hypothesis) => number,
  weightOf: (one: Hypothesis) => number,
): Map<number, number> => {
  const sums = new Map<number, number>();
  for (const one of hypotheses) {
    sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + weightOf(one));
  }
  return sums;
};

const COUNTED = { 'rust-vec': 1, array: 0.3 };

/** What every amount of a range weighs, by the last block and by the element size. */
function oneByOne(first: number, amounts: ByteInterval, members: number, least: number) {
  const byBlock = new Map<number, number>();
  const bySize = new Map<number, number>();
  for (const amount of multiples(amounts, 1)) {
    const block = (first + members - 1) * amount;
    for (let size = 1; size <= 256; size++) {
      if (amount % size !== 0 || block / size < least) continue;
      const counted = COUNTED['rust-vec'] + COUNTED.array;
      const weight = counted * sizeWeight(size) * countWeight(amount / size);
      byBlock.set(block, (byBlock.get(block) ?? 0) + weight);
      bySize.set(size, (bySize.get(size) ?? 0) + weight);
    }
  }
  return { byBlock, bySize };
}

describe('growth by a constant amount', () => {
  /** Lengths for which just the amounts of a range fit: the first and the last tell its ends. */
  const requestsFor = ({ least, most }: ByteInterval, first: number, members: number) =>
    Array.from({ length: members }, (_, i) => {
      return { least: least * (first + i), most: most * (first + i) };
    });

  test.each([
    ['narrow', 300, 0.02],
    ['wide', 12_000, 0.03],
  ] as const)('a %s range weighs as its amounts do one by one', (_, width, share) => {
    fc.assert(
      fc.property(
        fc.integer({ min: Math.round(width / share), max: 3_000_000 }),
        fc.integer({ min: 1, max: width }),
        fc.integer({ min: 3, max: 5 }),
        (least, beyond, members) => {
          const amounts = { least, most: least + beyond };
          const requests = requestsFor(amounts, 2, members);
          const found = constantHypotheses(evidenceOf(requests)).filter(
            ({ blocks }) => blocks.at(-1)! === (blocks[0]! / 2) * (members + 1),
          );
          const expected = oneByOne(2, amounts, members, 0);
          const sizes = sumBy(
            found,
            ({ elementBytes }) => elementBytes,
            ({ weight, besides = 0 }) => weight + besides,
          );
          for (const [size, weight] of expected.bySize) {
            expect(sizes.get(size)).toBeCloseTo(weight, 9);
          }
          expect(sizes.size).toBe(expected.bySize.size);
          const blocks = sumBy(
            found,
            (one) => one.blocks.at(-1)!,
            ({ weight }) => weight,
          );
          expect(Math.max(...blocks.values())).toBeCloseTo(
            Math.max(...expected.byBlock.values()),
            9,
          );
        },
      ),
      { numRuns: 12 },
    );
  });

  test('counts that cannot hold all elements weigh nothing', () => {
    const amounts = { least: 1_000_000, most: 1_050_000 };
    const requests = requestsFor(amounts, 2, 4);
    const elements = 640_000;
    const found = constantHypotheses(evidenceOf(requests, elements));
    expect(found.length).toBeGreaterThan(0);
    const sizes = sumBy(
      found,
      ({ elementBytes }) => elementBytes,
      ({ weight, besides = 0 }) => weight + besides,
    );
    const { bySize } = oneByOne(2, amounts, 4, elements);
    for (const size of [8, 7]) expect(sizes.get(size)).toBeCloseTo(bySize.get(size)!, 9);
    expect(sizes.has(9)).toBe(false);
  });

  test('as many hypotheses for terabytes as for megabytes', () => {
    const [megabytes, terabytes] = [2 ** 20, 2 ** 44].map((least) =>
      constantHypotheses(evidenceOf(requestsFor({ least, most: 1.03 * least }, 2, 4))),
    );
    expect(terabytes!.length).toBeLessThanOrEqual(1.1 * megabytes!.length);
    expect(terabytes!.length).toBeGreaterThan(256);
  });
});

test('the counts that people write are those that weigh more than any other', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(3000), (least, width) => {
      const range = multiples({ least: least + 1, most: least + 1 + width }, 1);
      const written = range.filter((count) => countWeight(count) > plainWeight(count));
      expect(writtenCounts(least + 1, least + 1 + width)).toEqual(written);
    }),
    { numRuns: 50 },
  );
});

test.each(KNOWN_ALLOCATORS.map((id) => ALLOCATORS[id]))(
  'buffers of terabytes are told, of $id',
  async (allocator) => {
    const grown = async (lengths: readonly number[]) => {
      const at = (i: number) => `0x${(2 ** 44 + (i % 2) * 2 ** 46).toString(16)}`;
      const lines = lengths.map((length, i) =>
        i === 0
          ? `mmap(NULL, ${length}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ${at(0)}`
          : `mremap(${at(i - 1)}, ${lengths[i - 1]}, ${length}, MREMAP_MAYMOVE) = ${at(i)}`,
      );
      const { spaces } = await replayLog(...lines);
      return growthFindings(spaces[0]!.buffers, { allocator, pageBytes: 4096 }).containers;
    };
    for (const factor of [1.125, 1.5, 2]) {
      const lengths = [0, 1, 2, 3, 4].map((i) => Math.ceil(factor ** i * 2 ** 28) * 4096);
      const [container] = await grown(lengths.map((length) => length + 4096));
      expect(container!.chain.steps).toHaveLength(5);
      expect(container!.estimate.rule).toBeDefined();
    }
  },
);

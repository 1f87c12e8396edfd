import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementSize } from '../../../src/analysis/growth/from-heap/element-size.ts';
import { bestLadder, unitOf } from '../../../src/analysis/growth/from-heap/size-series.ts';
import { CONTAINERS } from '../../../src/knowledge/containers.ts';
import {
  GROWTH_RULES,
  type GrowthRuleId,
  hashbrownBytes,
  mayFollow,
} from '../../../src/knowledge/growth-rules.ts';

const ALL_RULES: readonly GrowthRuleId[] = [
  'primes',
  'python-dict',
  'python-list',
  'double',
  'string',
  'hashbrown',
  'half-again',
  'quarter-again',
];

const sizes = (blocks: readonly number[]) => blocks.map((bytes) => ({ bytes }));

/** Capacities from `first` on, in elements. */
function capacities(first: number, count: number, next: (capacity: number) => number): number[] {
  const found = [first];
  while (found.length < count) found.push(next(found.at(-1)!));
  return found;
}

const elementBytes = fc.integer({ min: 1, max: 300 });
const steps = fc.integer({ min: 5, max: 16 });

describe('series of a rule', () => {
  test('a Vec from empty: recognised, and its element size', () => {
    fc.assert(
      fc.property(elementBytes, steps, (size, count) => {
        const first = size === 1 ? 8 : 4;
        const blocks = capacities(first, count, (c) => 2 * c).map((c) => c * size);
        const ladder = bestLadder(ALL_RULES, sizes(blocks));
        expect(ladder).toMatchObject({ rule: 'double' });
        expect(ladder!.members.length).toBe(count);
        const element = elementSize({
          container: CONTAINERS['rust-vec'],
          rule: 'double',
          blocks,
          unit: unitOf(sizes(blocks)),
          elementType: undefined,
          startsFresh: true,
          initial: blocks[0]!,
          growsByMany: false,
          growsExactly: false,
          collects: false,
        })!;
        expect([element.size.value, ...element.rivals]).toContain(size);
        if (element.certainty === 'certain') expect(element.size.value).toBe(size);
      }),
    );
  });

  test('a hash table from empty: recognised, and its element size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 300 }), steps, (size, count) => {
        const buckets = capacities(4, count, (c) => 2 * c);
        const blocks = buckets.map((nb) => hashbrownBytes(size, nb));
        const ladder = bestLadder(['hashbrown'], sizes(blocks));
        expect(ladder!.members.length).toBe(count);
        const element = elementSize({
          container: CONTAINERS['rust-hash-table'],
          rule: 'hashbrown',
          blocks,
          unit: 1,
          elementType: undefined,
          startsFresh: true,
          initial: blocks[0]!,
          growsByMany: false,
          growsExactly: false,
          collects: false,
        })!;
        expect([element.size.value, ...element.rivals]).toContain(size);
      }),
    );
  });

  test.each<[GrowthRuleId, (c: number) => number, number, number]>([
    ['string', (c) => 2 * c - 1, 31, 1],
    ['deque-map', (c) => 2 * c + 2, 18, 8],
    ['python-list', (c) => (c + 1 + ((c + 1) >> 3) + 6) & ~3, 4, 8],
    ['half-again', (c) => c + (c >> 1), 10, 24],
    ['quarter-again', (c) => c + (c >> 2), 12, 24],
  ])('%s', (rule, next, first, size) => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 30 }), (count) => {
        const blocks = capacities(first, count, next).map((c) => c * size);
        const ladder = bestLadder([...ALL_RULES, 'deque-map'], sizes(blocks));
        expect(ladder).toMatchObject({ rule });
        expect(ladder!.members.length).toBe(count);
      }),
    );
  });

  test('growth by a constant amount', () => {
    const blocks = capacities(60000, 12, (bytes) => bytes + 60000);
    expect(bestLadder([...ALL_RULES, 'constant'], sizes(blocks))).toMatchObject({
      rule: 'constant',
    });
  });
});

test('random sizes make no series worth the name', () => {
  const someSizes = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), {
    minLength: 5,
    maxLength: 40,
  });
  fc.assert(
    fc.property(someSizes, (blocks) => {
      blocks.sort((a, b) => a - b);
      const ladder = bestLadder(ALL_RULES, sizes(blocks));
      // Where no name tells a container, four fifths of the sizes must belong to the series.
      expect((ladder?.members.length ?? 0) / blocks.length).toBeLessThan(0.8);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('the cheap test lets every rule pass', () => {
  const blocks: Record<Exclude<GrowthRuleId, 'constant' | 'python-bytearray'>, number[]> = {
    primes: [104, 232, 472],
    'python-dict': [568, 1104, 2200],
    'python-list': [736, 864, 1024],
    double: [96, 192, 384],
    string: [31, 61, 121],
    hashbrown: [560, 1104, 2192],
    'deque-map': [144, 304, 624],
    'half-again': [160, 240, 360],
    'quarter-again': [160, 200, 248],
  };
  for (const [rule, [a, b, c]] of Object.entries(blocks)) {
    const { successors } = GROWTH_RULES[rule as GrowthRuleId];
    expect(successors(a!, 8), rule).toContain(b);
    expect(mayFollow(a!, b!) && mayFollow(b!, c!), rule).toBe(true);
  }
});

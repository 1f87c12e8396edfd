import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bottomUpTree,
  type CallNode,
  type CallTree,
  topDownTree,
} from '../../../src/analysis/heap/call-tree.ts';
import { COST_KINDS, type CostKind } from '../../../src/analysis/heap/costs.ts';
import {
  type FlameBox,
  type FlameLevel,
  flameGraph,
  NARROW,
  nodeAt,
  pathOf,
  placeOf,
} from '../../../src/analysis/heap/flame-graph.ts';
import { anyCostedStacks, callStacks, costsFor, readRecording } from '../../support/call-stacks.ts';

/** `main` calls functions with so many bytes each. */
function program(bytes: readonly number[]): CallTree {
  const names = ['main', ...bytes.map((_, i) => `f${i}`)];
  const stacks = callStacks(
    names.map((name) => ({ frames: [{ function: name }] })),
    [[1, 0], ...bytes.map((_, i) => [i + 2, 1] as const)],
  );
  const costs = Object.fromEntries(bytes.map((peak, i) => [i + 2, { peak }]));
  return topDownTree(stacks, costsFor(stacks, costs).costs);
}

const drawn = (tree: CallTree, level: FlameLevel) =>
  level.map((box) => [
    box.kind === 'frame'
      ? tree.frame(box.node).name
      : box.kind === 'whole'
        ? 'all'
        : `+${box.count}`,
    box.start,
    box.columns,
  ]);

describe('a flame graph', () => {
  test('has boxes as wide as what they cost', () => {
    const tree = program([10, 60, 30]);
    const levels = flameGraph(tree, 'peak', undefined, 20);
    expect(levels.map((level) => drawn(tree, level))).toEqual([
      [['all', 0, 20]],
      [['main', 0, 20]],
      [
        ['f1', 0, 12],
        ['f2', 12, 6],
        ['f0', 18, 2],
      ],
    ]);
  });

  test('leaves free what a function costs itself', () => {
    const stacks = callStacks(
      [{ frames: [{ function: 'main' }] }, { frames: [{ function: 'f' }] }],
      [
        [1, 0],
        [2, 1],
      ],
    );
    const { costs } = costsFor(stacks, { 1: { peak: 75 }, 2: { peak: 25 } });
    const tree = topDownTree(stacks, costs);
    expect(drawn(tree, flameGraph(tree, 'peak', undefined, 8)[2]!)).toEqual([['f', 0, 2]]);
  });

  test('gathers what is narrower than a column, and counts it', () => {
    const tree = program([900, 2, 1, 1, 1, 95]);
    expect(drawn(tree, flameGraph(tree, 'peak', undefined, 20)[2]!)).toEqual([
      ['f0', 0, 18],
      ['f5', 18, 1],
      ['+4', 19, 1],
    ]);
  });

  test('takes a column for the gathered from a box that has several', () => {
    const tree = program([9999, 1]);
    expect(drawn(tree, flameGraph(tree, 'peak', undefined, 10)[2]!)).toEqual([
      ['f0', 0, 9],
      ['+1', 9, 1],
    ]);
    // Where there is none to take, they are known all the same.
    expect(drawn(tree, flameGraph(tree, 'peak', undefined, 1)[2]!)).toEqual([['+2', 0, 1]]);
  });

  test('begins with the zoomed frame', () => {
    const tree = program([10, 60, 30]);
    const main = nodeAt(tree, 'peak', [tree.roots('peak').nodes[0]!.symbol])!;
    const levels = flameGraph(tree, 'peak', main, 10);
    expect(drawn(tree, levels[0]!)).toEqual([['main', 0, 10]]);
    expect(levels.length).toBe(2);
    const f1 = levels[1]![0]!;
    expect(f1.kind === 'frame' && drawn(tree, flameGraph(tree, 'peak', f1.node, 10)[0]!)).toEqual([
      ['f1', 0, 10],
    ]);
  });

  test('of nothing is one box', () => {
    const tree = program([0]);
    expect(flameGraph(tree, 'leaked', undefined, 80).length).toBe(1);
    expect(nodeAt(tree, 'peak', [12345])).toBeUndefined();
    expect(nodeAt(tree, 'peak', [])).toBeUndefined();
  });

  test('ends where stacks have no end', () => {
    const deep = 5000;
    const stacks = callStacks(
      [{ frames: [{ function: 'f' }] }],
      Array.from({ length: deep }, (_, i) => [1, i] as const),
    );
    const tree = topDownTree(stacks, costsFor(stacks, { [deep]: { peak: 1 } }).costs);
    expect(flameGraph(tree, 'peak', undefined, 80).length).toBe(1000);
  });
});

const childrenOf = (tree: CallTree, by: CostKind, box: FlameBox) => {
  if (box.kind === 'narrow') return { count: 0, cost: 0 };
  const { nodes, others } =
    box.kind === 'frame' ? tree.children(box.node, by, 0) : tree.roots(by, 0);
  const costly = nodes.filter(({ costs }) => costs[by] !== 0);
  const cost = costly.reduce((sum, { costs }) => sum + costs[by], others.costs[by]);
  return { count: costly.length + others.count, cost };
};

/** No overlap, nothing beyond the parent, nothing lost. */
function expectWhole(tree: CallTree, by: CostKind, levels: readonly FlameLevel[]): void {
  for (const [depth, level] of levels.entries()) {
    let end = 0;
    for (const box of level) {
      expect(Number.isInteger(box.start) && Number.isInteger(box.columns)).toBe(true);
      expect(box.start).toBeGreaterThanOrEqual(end);
      end = box.start + box.columns;
      if (box.kind !== 'narrow') expect(box.columns).toBeGreaterThan(0);
      const above = levels[depth - 1]?.[box.parent];
      if (above === undefined) continue;
      const aboveEnd = Math.round(above.exactStart + above.exactColumns + 1e-6);
      expect(box.start).toBeGreaterThanOrEqual(above.start);
      expect(end).toBeLessThanOrEqual(Math.max(aboveEnd, above.start + above.columns));
    }
    for (const [index, box] of level.entries()) {
      const below = (levels[depth + 1] ?? []).filter(({ parent }) => parent === index);
      const expected = childrenOf(tree, by, box);
      const count = below.reduce((sum, one) => sum + (one.kind === 'narrow' ? one.count : 1), 0);
      const cost = below.reduce((sum, one) => sum + one.cost, 0);
      expect(count).toBe(expected.count);
      expect(cost).toBeCloseTo(expected.cost);
      expect(below.filter(({ kind }) => kind === 'narrow').length).toBeLessThanOrEqual(1);
    }
  }
}

/** Each box is as wide as its part of the whole, but for a column that gathered frames took. */
function expectToScale(levels: readonly FlameLevel[], columns: number): void {
  const whole = levels[0]![0]!.cost;
  for (const box of levels.flat()) {
    if (box.kind !== 'frame') continue;
    expect(Math.abs(box.columns - (box.cost / whole) * columns)).toBeLessThan(2);
  }
}

const treeOf = fc.constantFrom(topDownTree, bottomUpTree);
const kindOf = fc.constantFrom(...COST_KINDS);

test('boxes neither overlap nor leave their parents, and all frames are in one', () => {
  fc.assert(
    fc.property(
      anyCostedStacks,
      treeOf,
      kindOf,
      fc.integer({ min: 1, max: 40 }),
      ({ stacks, costs }, make, by, columns) => {
        const tree = make(stacks, costs);
        expectWhole(tree, by, flameGraph(tree, by, undefined, columns));
      },
    ),
  );
});

test('a box is found again by its path, also where it was zoomed', () => {
  fc.assert(
    fc.property(anyCostedStacks, kindOf, fc.nat(), ({ stacks, costs }, by, pick) => {
      const tree = topDownTree(stacks, costs);
      const levels = flameGraph(tree, by, undefined, 60);
      const places = levels.flatMap((level, at) =>
        level.flatMap(({ columns }, index) => (columns > 0 ? [{ level: at, index }] : [])),
      );
      const place = places[pick % places.length]!;
      const path = pathOf(levels, place);
      expect(path.length).toBe(place.level);
      expect(placeOf(levels, path)).toEqual(place);
      const box = levels[place.level]![place.index]!;
      if (box.kind === 'frame') expectSame(nodeAt(tree, by, path), box.node);
      if (box.kind === 'narrow') expect(path.at(-1)).toBe(NARROW);
      // Of a frame that is not there, the last of its callers that is.
      expect(placeOf(levels, [...path, 987654])).toEqual(place);
    }),
  );
});

function expectSame(a: CallNode | undefined, b: CallNode): void {
  expect(a).toEqual(b);
}

describe.each([80, 100, 200])('real recordings in %i columns', (columns) => {
  test.each([
    'fixtures/stories/seed/heaptrack.zst',
    'fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst',
  ])('%s', async (file) => {
    const { stacks, costs } = await readRecording(file);
    for (const by of COST_KINDS) {
      for (const make of [topDownTree, bottomUpTree]) {
        const tree = make(stacks, costs);
        const levels = flameGraph(tree, by, undefined, columns);
        expectWhole(tree, by, levels);
        expectToScale(levels, columns);
      }
    }
  });
});

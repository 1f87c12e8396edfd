import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bottomUpTree,
  type CallNode,
  type CallTree,
  topDownTree,
} from '../../../src/analysis/heap/call-tree.ts';
import {
  addCosts,
  COST_KINDS,
  type CostedStacks,
  costsOf,
  NO_COSTS,
  totalCosts,
} from '../../../src/analysis/heap/costs.ts';
import { mergedStacks } from '../../../src/analysis/heap/merged-stacks.ts';
import {
  anyCostedStacks,
  callStacks,
  costsFor,
  framesOf,
  readRecording,
  Sums,
} from '../../support/call-stacks.ts';

const label = ({ name, module }: { name: string | undefined; module: string | undefined }) =>
  `${name ?? '?'}@${module ?? '?'}`;

/** All nodes by their way from the root. */
function allNodes(tree: CallTree): Map<string, CallNode> {
  const found = new Map<string, CallNode>();
  const add = (nodes: readonly CallNode[], way: string) => {
    for (const node of nodes) {
      const here = `${way}/${label(tree.frame(node))}`;
      expect(found.has(here), 'siblings differ').toBe(false);
      found.set(here, node);
      add(tree.children(node, 'calls', 0).nodes, here);
    }
  };
  add(tree.roots('calls', 0).nodes, '');
  return found;
}

/** What the nodes must be: every stack written out, every beginning of it a node. */
function expectedNodes({ stacks, costs }: CostedStacks, order: 'bottom-up' | 'top-down') {
  const inclusive = new Sums();
  const self = new Sums();
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    const labels = framesOf(stacks, trace).map(label);
    if (order === 'top-down') labels.reverse();
    let way = '';
    for (const part of labels) {
      way += `/${part}`;
      inclusive.add(way, costsOf(costs, trace));
    }
    self.add(way, costsOf(costs, trace));
  }
  return { inclusive: inclusive.entries(), self: self.entries() };
}

function expectTree(tree: CallTree, costed: CostedStacks, order: 'bottom-up' | 'top-down') {
  const inclusive = new Sums();
  const self = new Sums();
  for (const [way, node] of allNodes(tree)) {
    inclusive.add(way, node.costs);
    self.add(way, node.self);
  }
  const expected = expectedNodes(costed, order);
  expect(inclusive.entries()).toEqual(expected.inclusive);
  expect(self.entries()).toEqual(expected.self);
}

const RECORDINGS = [
  'fixtures/stories/seed/heaptrack.zst',
  'fixtures/heaptrack/inlined-frames/input.txt',
  'fixtures/heaptrack/malformed-records/input.txt',
  'fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst',
];

describe('call trees', () => {
  test('have every way through the stacks, with its costs', () => {
    fc.assert(
      fc.property(anyCostedStacks, (costed) => {
        const { stacks, costs } = costed;
        expectTree(bottomUpTree(stacks, costs), costed, 'bottom-up');
        expectTree(topDownTree(stacks, costs), costed, 'top-down');
      }),
      { numRuns: 300 },
    );
  });

  test.each(RECORDINGS)('of %s are complete', async (file) => {
    const costed = await readRecording(file);
    const { stacks, costs } = costed;
    expectTree(bottomUpTree(stacks, costs), costed, 'bottom-up');
    expectTree(topDownTree(stacks, costs), costed, 'top-down');
  });

  test('have roots, and rests of roots, that sum up to the whole', () => {
    fc.assert(
      fc.property(
        anyCostedStacks,
        fc.constantFrom(...COST_KINDS),
        fc.nat(8),
        ({ stacks, costs }, by, atLeast) => {
          for (const tree of [bottomUpTree(stacks, costs), topDownTree(stacks, costs)]) {
            const { nodes, others } = tree.roots(by, atLeast);
            const sum = { ...others.costs };
            for (const node of nodes) addCosts(sum, node.costs);
            expect(sum[by]).toBe(totalCosts(costs)[by]);
            expect(nodes.every((node) => Math.abs(node.costs[by]) >= atLeast)).toBe(true);
            const ranked = nodes.map((node) => Math.abs(node.costs[by]));
            expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
          }
        },
      ),
    );
  });

  test('have self costs that sum up to the whole', () => {
    fc.assert(
      fc.property(anyCostedStacks, ({ stacks, costs }) => {
        for (const tree of [bottomUpTree(stacks, costs), topDownTree(stacks, costs)]) {
          const sum = { ...NO_COSTS };
          for (const node of allNodes(tree).values()) addCosts(sum, node.self);
          expect(sum).toEqual(totalCosts(costs));
        }
      }),
    );
  });

  test('know what each function allocates itself, from both ends', () => {
    fc.assert(
      fc.property(anyCostedStacks, ({ stacks, costs }) => {
        const byFunction = [bottomUpTree(stacks, costs), topDownTree(stacks, costs)].map((tree) => {
          const sums = new Sums();
          for (const node of allNodes(tree).values()) sums.add(`${node.symbol}`, node.own);
          return sums.entries();
        });
        expect(byFunction[0]).toEqual(byFunction[1]);
      }),
    );
  });

  test('show inlined functions as their callers saw them', () => {
    const stacks = callStacks(
      [
        { frames: [{ function: 'main' }] },
        { frames: [{ function: 'inner' }, { function: 'outer' }] },
      ],
      [
        [1, 0],
        [2, 1],
      ],
    );
    const { costs } = costsFor(stacks, { 2: { calls: 1 } });
    expect([...allNodes(bottomUpTree(stacks, costs)).keys()].at(-1)).toBe(
      '/inner@?/outer@?/main@?',
    );
    expect([...allNodes(topDownTree(stacks, costs)).keys()].at(-1)).toBe('/main@?/outer@?/inner@?');
  });

  test('end with main, and put recursion below itself', () => {
    const stacks = callStacks(
      ['_start', 'main', 'walk'].map((name) => ({ frames: [{ function: name }] })),
      [
        [1, 0],
        [2, 1],
        [3, 2],
        [3, 3],
      ],
    );
    const { costs } = costsFor(stacks, { 3: { peak: 1 }, 4: { peak: 10 } });
    const nodes = allNodes(topDownTree(stacks, costs));
    expect([...nodes].map(([way, node]) => [way, node.costs.peak, node.self.peak])).toEqual([
      ['/main@?', 11, 0],
      ['/main@?/walk@?', 11, 1],
      ['/main@?/walk@?/walk@?', 10, 10],
    ]);
  });

  test('say how many branches are below the threshold', () => {
    const stacks = callStacks(
      ['a', 'b', 'c', 'd'].map((name) => ({ frames: [{ function: name }] })),
      [
        [1, 0],
        [2, 0],
        [3, 0],
        [4, 0],
      ],
    );
    const { costs } = costsFor(stacks, {
      1: { peak: 5, calls: 1 },
      2: { peak: 50, calls: 1 },
      3: { peak: 4, calls: 1 },
      4: { calls: 1 },
    });
    const { nodes, others } = bottomUpTree(stacks, costs).roots('peak', 6);
    expect(nodes.map(({ costs: { peak } }) => peak)).toEqual([50]);
    expect(others).toMatchObject({ count: 2, costs: { peak: 9 } });
  });

  test('read stacks as deep as a recording makes them', () => {
    const depth = 200_000;
    const stacks = callStacks(
      [{ frames: [{ function: 'walk' }] }],
      Array.from({ length: depth }, (_, i) => [1, i] as const),
    );
    const { costs } = costsFor(stacks, { [depth]: { calls: 1 } });
    const [merged] = mergedStacks(topDownTree(stacks, costs), 'calls');
    expect(merged!.symbols).toHaveLength(depth);
  });
});

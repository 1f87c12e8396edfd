import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bottomUpTree, topDownTree } from '../../../src/analysis/heap/call-tree.ts';
import { groupStacks } from '../../../src/analysis/heap/grouping.ts';
import { InnerStacks } from '../../../src/analysis/heap/inner-stack.ts';
import { mergedStacks } from '../../../src/analysis/heap/merged-stacks.ts';
import { rank } from '../../../src/analysis/heap/rankings.ts';
import { stackOf } from '../../../src/analysis/heap/stacks.ts';
import { treeOutline } from '../../../src/analysis/heap/tree-outline.ts';
import { anyCostedStacks, callStacks, costsFor } from '../../support/call-stacks.ts';

test('the inner part of a stack is its beginning, and knows what it leaves out', () => {
  fc.assert(
    fc.property(anyCostedStacks, fc.integer({ min: 1, max: 12 }), ({ stacks }, most) => {
      const inner = new InnerStacks(stacks);
      for (let trace = 1; trace < stacks.traces.count; trace++) {
        const whole = stackOf(stacks, trace);
        const count = whole.length - most;
        expect(inner.read(trace, most)).toEqual({
          frames: whole.slice(0, most),
          beyond: count > 0 ? { count, bottom: whole.at(-1) } : undefined,
        });
      }
    }),
  );
});

/** A function that calls itself, and what allocates at the end. */
const DEEP = 50_000;
const recursion = () => {
  const ips = [{ frames: [{ function: 'walk' }] }];
  const stacks = callStacks(
    ips,
    Array.from({ length: DEEP }, (_, caller) => [1, caller] as const),
  );
  return costsFor(stacks, { [DEEP]: { calls: 1, peak: 64 } });
};

test('a stack of any depth is ranked by its inner part', () => {
  const [spot] = rank(groupStacks(recursion(), 'place'), 'peak', {
    spots: 1,
    stacks: 1,
    frames: 10,
  }).spots;
  expect(spot!.stacks[0]!.frames).toHaveLength(11);
  expect(spot!.stacks[0]!.beyond).toMatchObject({ count: DEEP - 11, bottom: { name: 'walk' } });
});

test('a stack of any depth is walked without recursion', () => {
  const { stacks, costs } = recursion();
  const limits = { depth: DEEP, nodes: 3, part: 0 };
  for (const treeOf of [bottomUpTree, topDownTree]) {
    const tree = treeOf(stacks, costs);
    expect(treeOutline(tree, 'peak', limits)).toHaveLength(DEEP);
    expect([...mergedStacks(tree, 'peak')].map(({ symbols }) => symbols.length)).toEqual([DEEP]);
  }
});

test('any number of functions may be inlined at one address', () => {
  const frames = Array.from({ length: DEEP }, () => ({ function: 'inlined' }));
  const { stacks } = costsFor(callStacks([{ frames }], [[1, 0]]), {});
  expect(stackOf(stacks, 1)).toHaveLength(DEEP);
  expect(new InnerStacks(stacks).read(1, 5).beyond?.count).toBe(DEEP - 5);
});

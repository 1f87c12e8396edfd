import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionCosts } from '../../../src/analysis/heap/callers.ts';
import { addCosts, NO_COSTS, totalCosts } from '../../../src/analysis/heap/costs.ts';
import { costsByFile, costsByFunction, costsByModule } from '../../../src/analysis/heap/groups.ts';
import { anyCostedStacks, callStacks, costsFor } from '../../support/call-stacks.ts';

describe('groups', () => {
  test('have all costs', () => {
    fc.assert(
      fc.property(anyCostedStacks, ({ stacks, costs }) => {
        for (const costsBy of [costsByModule, costsByFile, costsByFunction]) {
          const groups = costsBy(stacks, costs);
          const sum = { ...NO_COSTS };
          for (const group of groups) addCosts(sum, group.costs);
          expect(sum).toEqual(totalCosts(costs));
        }
      }),
    );
  });

  test('by function are what functions cost themselves', () => {
    fc.assert(
      fc.property(anyCostedStacks, ({ stacks, costs }) => {
        const key = (one: object) => JSON.stringify(one);
        const groups = costsByFunction(stacks, costs).map(key);
        const selves = functionCosts(stacks, costs).map(({ name, module, self }) =>
          key({ name, module, costs: self }),
        );
        expect(selves).toEqual(expect.arrayContaining(groups));
      }),
    );
  });

  test('by file take the innermost function that has one', () => {
    const stacks = callStacks(
      [
        { module: 'prog', frames: [{ function: 'alloc' }, { function: 'load', file: 'load.c' }] },
        { module: 'libc.so' },
        { module: 'prog', frames: [{ function: 'read', file: 'load.c' }] },
      ],
      [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    );
    const { costs } = costsFor(stacks, {
      1: { calls: 1 },
      2: { calls: 10 },
      3: { calls: 100 },
    });
    const names = (groups: ReturnType<typeof costsByFile>) =>
      groups.map((group) => [group.name, group.costs.calls]);
    expect(names(costsByFile(stacks, costs))).toEqual([
      ['load.c', 101],
      [undefined, 10],
    ]);
    expect(names(costsByModule(stacks, costs))).toEqual([
      ['prog', 101],
      ['libc.so', 10],
    ]);
  });
});

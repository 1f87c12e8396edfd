import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { totalCosts } from '../../../src/analysis/heap/costs.ts';
import { groupStacks } from '../../../src/analysis/heap/grouping.ts';
import { rank } from '../../../src/analysis/heap/rankings.ts';
import { filterStacks, NO_FILTER } from '../../../src/analysis/heap/stack-filter.ts';
import { anyCostedStacks, callStacks, costsFor } from '../../support/call-stacks.ts';

const OWN_CODE = { ...NO_FILTER, hideLibraries: true };

const app = (name: string, line: number) => ({
  module: '/home/me/app',
  frames: [{ function: name, file: 'src/main.rs', line }],
});

describe('without the functions of libraries', () => {
  // main → load → two ways through the library.
  const stacks = callStacks(
    [
      app('main', 9),
      app('load', 18),
      { module: '/home/me/app', frames: [{ function: 'alloc::vec::Vec<T>::push' }] },
      { module: '/home/me/app', frames: [{ function: 'alloc::vec::Vec<T>::reserve' }] },
      // A thread begins in code of libstdc++ that has no name.
      { module: '/usr/lib/libstdc++.so.6' },
      { module: '/usr/lib/libc.so.6', frames: [{ function: 'start_thread' }] },
    ],
    [
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 2],
      [6, 0],
      [5, 5],
      [2, 6],
    ],
  );
  const costed = costsFor(stacks, {
    3: { peak: 30, calls: 3 },
    4: { peak: 12, calls: 1 },
    6: { peak: 4, calls: 1 },
    7: { peak: 5, calls: 1 },
  });
  const own = filterStacks(costed, OWN_CODE).costed;
  const { spots } = rank(groupStacks(own, 'place'), 'peak', { spots: 9, stacks: 9 });

  test('stacks that have become equal are one', () => {
    expect(spots[0]!.stacks.map(({ costs }) => [costs.peak, costs.calls])).toEqual([
      [42, 4],
      [5, 1],
    ]);
  });

  test('code of the C and C++ libraries goes by its module, where it has no name', () => {
    const [, ofThread] = spots[0]!.stacks;
    expect(ofThread!.frames.map(({ name }) => name)).toEqual(['load']);
  });

  test('a stack of which nothing is left is a place without a name or a module', () => {
    expect(spots[1]).toMatchObject({ costs: { peak: 4 }, place: [{ module: undefined }] });
  });
});

test('the sums stay as they are, whatever is hidden', () => {
  fc.assert(
    fc.property(anyCostedStacks, fc.constantFrom([/a/], [/main/, /libc/], []), (costed, hide) => {
      const { costed: shown } = filterStacks(costed, { ...OWN_CODE, hide });
      expect(totalCosts(shown.costs)).toEqual(totalCosts(costed.costs));
    }),
  );
});

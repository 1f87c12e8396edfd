import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AddressRange, intersection, without } from '../../src/model/range.ts';

const range = fc
  .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]): AddressRange => ({ start, end: start + length }));

const members = (...ranges: readonly AddressRange[]) =>
  ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));

test('what two ranges share and what is left of the first make up the first', () => {
  fc.assert(
    fc.property(range, range, (a, b) => {
      const common = intersection(a, b);
      const parts = [...without(a, b), ...(common ? [common] : [])];
      expect(members(...parts).sort((x, y) => x - y)).toEqual(members(a));
    }),
  );
});

test('what is left of a range has nothing of the other', () => {
  fc.assert(
    fc.property(range, range, (a, b) => {
      for (const rest of without(a, b)) expect(intersection(rest, b)).toBeUndefined();
    }),
  );
});

test('ranges that touch share nothing', () => {
  expect(intersection({ start: 0, end: 4 }, { start: 4, end: 8 })).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { residentBounds } from '../../../src/analysis/story/resident-bounds.ts';
import { type Mapping, UNKNOWN_FOOTPRINT } from '../../../src/model/memory-map.ts';

const PAGE = 4096;

const row = (pages: number, resident: number | undefined): Mapping => ({
  ...UNKNOWN_FOOTPRINT,
  start: 0,
  size: pages * PAGE,
  resident: resident === undefined ? undefined : resident * PAGE,
  permissions: 'rw-p',
  offset: undefined,
  backing: { kind: 'anonymous', name: undefined },
  line: 1,
});

test('whatever pages of a row are in RAM, those of a part are within its bounds', () => {
  const parts = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(parts, (all) => {
      const inRam = (pages: readonly boolean[]) => pages.filter(Boolean).length;
      const whole = row(all.flat().length, inRam(all.flat()));
      for (const part of all) {
        const { least, most } = residentBounds(part.length * PAGE, whole)!;
        expect(inRam(part) * PAGE).toBeGreaterThanOrEqual(least);
        expect(inRam(part) * PAGE).toBeLessThanOrEqual(most);
      }
    }),
  );
});

test('a row that is in RAM as a whole, or not at all, tells all of its parts', () => {
  expect(residentBounds(3 * PAGE, row(8, 8))).toEqual({ least: 3 * PAGE, most: 3 * PAGE });
  expect(residentBounds(3 * PAGE, row(8, 0))).toEqual({ least: 0, most: 0 });
  expect(residentBounds(3 * PAGE, row(8, undefined))).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pagesOf, roundUpToPage } from '../../src/model/bytes.ts';

test('rounding up gives the smallest whole number of pages that holds the bytes', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.constantFrom(4096, 16384, 65536), (bytes, page) => {
      const rounded = roundUpToPage(bytes, page);
      expect(rounded % page).toBe(0);
      expect(rounded).toBeGreaterThanOrEqual(bytes);
      expect(rounded - bytes).toBeLessThan(page);
      expect(pagesOf(bytes, page)).toBe(rounded / page);
    }),
  );
});

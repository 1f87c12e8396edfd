import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from '../../src/views/json-pieces.ts';

const written = (document: unknown, atOnce?: number) => [...jsonPieces(document, atOnce)].join('');

/** How much is written at once decides nothing. */
const anyAmount = fc.constantFrom(undefined, 0, 20, 50, 300);

test('documents are written as JSON.stringify writes them', () => {
  const member = fc.oneof(
    fc.jsonValue({ maxDepth: 5 }),
    fc.double(),
    fc.constantFrom(undefined, [undefined], {}, [], [[]], [{}], { a: undefined }),
  );
  fc.assert(
    fc.property(fc.array(member), anyAmount, (document, atOnce) => {
      expect(written(document, atOnce)).toBe(JSON.stringify(document, null, 2));
    }),
  );
});

test('any text in them comes back as it was, and holds nothing that a terminal obeys', () => {
  const text = fc.string({ unit: 'binary' });
  const unsafe =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(text, text, { maxKeys: 3 }), { maxLength: 3 }),
      anyAmount,
      (document, atOnce) => {
        const json = written(document, atOnce);
        expect(JSON.parse(json)).toEqual(document);
        expect(json).not.toMatch(unsafe);
      },
    ),
  );
});

test.each([
  ['\u0085', '"\\u0085"'],
  ['\u009b31m', '"\\u009b31m"'],
  ['\u202egnp.exe', '"\\u202egnp.exe"'],
  ['\u2028', '"\\u2028"'],
  ['\u001b[2J', '"\\u001b[2J"'],
  ['zażółć 地址 🦀', '"zażółć 地址 🦀"'],
])('%j is written as %s', (text, expected) => {
  expect(written(text)).toBe(expected);
});

test('a document of any length is written in short pieces', () => {
  const name = 'x'.repeat(1000);
  const rows = Array.from({ length: 20_000 }, () => name);
  let length = 0;
  let longest = 0;
  for (const piece of jsonPieces({ rows })) {
    length += piece.length;
    longest = Math.max(longest, piece.length);
  }
  expect(length).toBeGreaterThan(20_000_000);
  expect(longest).toBeLessThan(100_000);
});

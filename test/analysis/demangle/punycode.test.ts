import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePunycode } from '../../../src/analysis/demangle/punycode.ts';

// The rustc book's table and RFC 3492, section 7.1, with `_` for `-`.
test.each([
  ['f_5ga', 'fø'],
  ['__ylb7e', 'α_ω'],
  ['n84amf', '铁锈'],
  ['fq9h', '🤦'],
  ['2xaedc', 'ρυστ'],
  ['gdel_5qa', 'gödel'],
  ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
  ['proprostnemluvesky_uyb24dma41a', 'pročprostěnemluvíčesky'],
  ['de_jg4avhby1noc0d', 'パフィーdeルンバ'],
])('%s is %s', (encoded, decoded) => expect(decodePunycode(encoded)).toBe(decoded));

test.each(['', 'abc_', 'a-b', 'A', '9999999', 'gdel_5q', 'a'.repeat(1001)])(
  '%s is none',
  (encoded) => expect(decodePunycode(encoded)).toBeUndefined(),
);

test('any text is decoded or refused', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9_]{0,60}$/), (text) => {
      const decoded = decodePunycode(text);
      if (decoded !== undefined) expect(decoded).not.toMatch(/\p{Cs}/u);
    }),
  );
});

/** Names from captures are anyone's bytes: each is read or refused, and soon. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demangleRust } from '../../../src/ingest/demangle/demangle.ts';
import { ROOT } from '../../support/paths.ts';

const MAX_OUTPUT = 1 << 16;

/** A symbol's suffix is shown as it is. */
function expectBounded(symbol: string): void {
  const name = demangleRust(symbol);
  if (name !== undefined) expect(name.length).toBeLessThan(MAX_OUTPUT + symbol.length);
}

const REAL = readFileSync(`${ROOT}fixtures/symbols/names.txt`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t')[0]!);

const TAGS = fc.constantFrom(...'ABCDEFGIKLMNOPQRSTUVWXYabcehijlmnopstuvz0123459_$.');

describe('any text', () => {
  test.each(['', '_R', '_RNv', '_RINvC1a1f', '_RINvC1a1fK', '_ZN'])('after %o', (prefix) => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(TAGS, { maxLength: 200 }));
    fc.assert(
      fc.property(text, (rest) =>
        expectBounded(prefix + (Array.isArray(rest) ? rest.join('') : rest)),
      ),
      { numRuns: 2000 },
    );
  });
});

test('real names with damage', () => {
  const damage = fc.record({
    at: fc.nat(300),
    remove: fc.nat(3),
    insert: fc.array(TAGS, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...REAL),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      (name, parts) => {
        let symbol = name;
        for (const { at, remove, insert } of parts) {
          const start = 2 + (at % (symbol.length - 1));
          symbol = symbol.slice(0, start) + insert.join('') + symbol.slice(start + remove);
        }
        expectBounded(symbol);
      },
    ),
    { numRuns: 5000 },
  );
});

test('real names cut anywhere', () => {
  for (const symbol of REAL.filter((name) => name.startsWith('_R')).slice(0, 100)) {
    for (let end = 0; end < symbol.length; end++) expectBounded(symbol.slice(0, end));
  }
});

/** The number that a back reference to `offset` holds. */
function base62(offset: number): string {
  if (offset === 0) return '_';
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let text = '';
  for (let rest = offset - 1; ; rest = Math.floor(rest / 62)) {
    text = digits[rest % 62] + text;
    if (rest < 62) return `${text}_`;
  }
}

/** Each of `levels` types is a pair of the one before, so the last is two to that power long. */
function doubled(levels: number, wrap: (one: string) => string): string {
  let symbol = 'INvC1a1f';
  let last = symbol.length;
  symbol += wrap('h');
  for (let i = 0; i < levels; i++) {
    const here = symbol.length;
    symbol += wrap(`B${base62(last)}`);
    last = here;
  }
  return `_R${symbol}E`;
}

/** A C++ name with the hash of a Rust one, in which each type is a pair of the one before. */
function cppPairs(levels: number): string {
  const id = (n: number) => `S${(n - 1).toString(36).toUpperCase()}_`;
  const pairs = Array.from({ length: levels }, (_, i) => `S1_I${id(i + 3)}${id(i + 3)}E`);
  return `_ZN1a1bEP1ASt4pairIS0_S0_ES1_IS2_S2_E${pairs.join('')}17h0123456789abcdefE`;
}

const LONG = `NtC1a20000${'x'.repeat(20_000)}`;

describe('names that would', () => {
  test.each([
    ['nest without end', `_RINvC1a1f${'R'.repeat(60_000)}hE`],
    ['nest paths without end', `_R${'Nv'.repeat(30_000)}C1a${'1b'.repeat(1000)}`],
    ['nest slices', `_RINvC1a1f${'S'.repeat(501)}hE`],
    ['nest constants', `_RINvC1a1fK${'R'.repeat(1000)}h1_E`],
    ['nest patterns', `_RINvC1a1fWh${'O'.repeat(1000)}Rh1_h2_E`],
    ['refer to themselves', '_RNvB_1a'],
    ['refer to what they are in', '_RINvC1a1fTB7_EE'],
    ['refer ahead', '_RINvC1a1fBzz_hE'],
    ['refer between two', '_RMB2_B1_'],
    ['grow by pairs', doubled(40, (one) => `T${one}${one}E`)],
    ['grow by functions', doubled(40, (one) => `F${one}E${one}`)],
    ['grow by generics', doubled(40, (one) => `INtC1b1c${one}${one}E`)],
    ['bind without end', '_RINvC1a1fFGzzzzzzz_EuE'],
    ['overflow a number', `_RNvCs${'z'.repeat(40)}_1a1b`],
    ['overflow a closure', '_RNCNvC1a1bszzzzzzzzzzzz_0'],
    ['name more than they have', '_RNvC1a999999b'],
    ['be very long', `_RNvC1a70000${'b'.repeat(70_000)}`],
    ['repeat a long name', `_RINvC1a1fNtC1b30000${'x'.repeat(30_000)}B7_B7_E`],
    ['pair C++ types without end', cppPairs(40)],
    ['be a long legacy name', `_ZN${'1a'.repeat(32_000)}`],
  ])('%s are refused at once', (_, symbol) => {
    const start = performance.now();
    expect(demangleRust(symbol)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('nest less deep than the limit are read', () => {
    expect(demangleRust(`_RINvC1a1f${'S'.repeat(400)}hE`)).toBe(
      `a::f::<${'['.repeat(400)}u8${']'.repeat(400)}>`,
    );
    expect(demangleRust(doubled(10, (one) => `T${one}${one}E`))).toContain('(u8, u8)');
  });

  test.each([
    ['skip a long part often', `_RINvC1a1fM${LONG}h${'B7_'.repeat(14_000)}E`],
    ['skip deep parts', `_RINvC1a1f${'M'.repeat(400)}${'C1a'.repeat(400)}${'h'.repeat(400)}E`],
    ['double behind what is not shown', doubled(60, (one) => `NtMC1b${one}1c`)],
    ['have many escapes', `_ZN60000${'$LT'.repeat(20_000)}17h0123456789abcdefE`],
    ['have many dots', `_ZN60000${'.'.repeat(60_000)}17h0123456789abcdefE`],
    ['have many clones', `a::h${' [clone '.repeat(8000)}]`],
  ])('%s end soon', (_, symbol) => {
    const start = performance.now();
    expectBounded(symbol);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

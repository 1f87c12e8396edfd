import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../src/model/address.ts';

const PAGE = 4096n;

test('every page of the 64-bit address space survives reading and writing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }), (page) => {
      const hex = (page * PAGE).toString(16);
      expect(formatAddress(parseAddress(hex)!)).toBe(`0x${hex}`);
    }),
  );
});

test('every address of user space survives reading and writing', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (address) => {
      expect(parseAddress(address.toString(16))).toBe(address);
    }),
  );
});

test('an address that a double cannot hold is refused, never rounded', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (address) => {
      const parsed = parseAddress(address.toString(16));
      if (parsed !== undefined) expect(BigInt(parsed)).toBe(address);
    }),
  );
  expect(parseAddress('ffffffffff600001')).toBeUndefined();
  expect(parseAddress('ffffffffff600000')).toBe(0xffffffffff600000);
});

test.each(['', 'xyz', '0x12', '12 34', '10000000000000000'])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test('leading zeros do not count, as in the Georgian pmap', () => {
  expect(parseAddress('000000000000000559ae274d000')).toBe(0x559ae274d000);
});

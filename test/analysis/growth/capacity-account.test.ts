import { describe, expect, test } from 'vitest';
import type { CapacityQuery } from '../../../src/analysis/growth/forward/capacity.ts';
import {
  CAPACITY_ALLOCATORS,
  CAPACITY_CONTAINERS,
  capacityAccount,
} from '../../../src/analysis/growth/forward/capacity-account.ts';

const VEC: CapacityQuery = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
};

const LENGTHS = [0, 1, 4, 5, 100, 5461, 5462, 12426, 16384, 16385, 1_000_000];

/** Of the story of the README: its program printed the capacity, its log has the mappings. */
test('a Vec of 12426 Strings has 97 pages, of which 73 are touched', () => {
  const account = capacityAccount(VEC);
  expect(account).toMatchObject({
    used: 298224,
    spare: 94992,
    header: 16,
    rounding: 4080,
    total: 97 * 4096,
    isMapping: true,
    untouched: 24 * 4096,
  });
  expect(account.resident?.value).toBe(73 * 4096);
});

test('its next push moves pages, and there is never a second block', () => {
  const { next } = capacityAccount({ ...VEC, length: 16384 });
  expect(next).toMatchObject({
    length: 16385,
    way: 'pages-move',
    moved: 393216,
    together: undefined,
  });
  expect(next?.block).toMatchObject({ capacity: 32768, requested: 786432 });
});

test('a std::vector copies what is in it, and both blocks exist meanwhile', () => {
  const { next, total } = capacityAccount({ ...VEC, container: 'cpp-vector' });
  expect(next).toMatchObject({ way: 'copies', moved: 16384 * 24 });
  expect(next?.together).toBe(total + next!.block.placement!.bytes);
});

test('a small block grows inside the heap, or out of it', () => {
  expect(capacityAccount({ ...VEC, length: 5 }).next?.way).toBe('extends-or-copies');
  expect(capacityAccount({ ...VEC, length: 4096 }).next?.way).toBe('copies');
});

test('a String has elements of one byte, whatever was asked for', () => {
  expect(capacityAccount({ ...VEC, container: 'rust-string' }).used).toBe(12426);
});

describe.each(CAPACITY_CONTAINERS)('%s', (container) => {
  test.each(CAPACITY_ALLOCATORS)('with %s: every byte is in one part', (allocator) => {
    for (const length of LENGTHS) {
      for (const elementBytes of [1, 8, 24, 1000]) {
        const account = capacityAccount({ ...VEC, container, allocator, length, elementBytes });
        const { block, used, spare, header, rounding, total, resident, next } = account;
        if (block === undefined) continue;
        const place = JSON.stringify({ length, elementBytes });
        expect(block.capacity, place).toBeGreaterThanOrEqual(length);
        expect(used + spare + header + rounding, place).toBe(total);
        for (const part of [spare, header, rounding]) expect(part, place).toBeGreaterThanOrEqual(0);
        if (resident) expect(resident.value, place).toBeLessThanOrEqual(total);
        if (next) expect(next.block.requested, place).toBeGreaterThan(block.requested);
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountSteps } from '../../../src/analysis/story/account-steps.ts';
import type { HeapAccount } from '../../../src/model/heap-account.ts';

const PROCESS = {
  pid: 12,
  name: 'a',
  threads: 1,
  resident: 1000,
  swapped: 0,
};

/** An account that says of all what is in RAM. */
const walked = (live: number, free: number, trimmable: number, swapped = 0): HeapAccount => ({
  kind: 'heap-account',
  allocator: 'glibc',
  process: { ...PROCESS, swapped },
  system: { count: undefined, bytes: live + free, resident: live + free },
  live: { count: 3, bytes: live, resident: live },
  mapped: undefined,
  largeBlocks: undefined,
  containers: undefined,
  headers: 24,
  free: [],
  freeInAll: { bytes: free, resident: free },
  largestFree: undefined,
  trimmable,
  records: 8,
  foreign: 0,
  lost: 0,
  returned: undefined,
  remarks: [],
});

/** The same as an allocator counts it. */
const counted = (live: number, free: number): HeapAccount => {
  const { system, ...account } = walked(live, free, 0);
  return {
    ...account,
    system: { ...system!, resident: undefined },
    live: { count: undefined, bytes: live, resident: undefined },
    freeInAll: { bytes: free, resident: undefined },
    trimmable: undefined,
  };
};

const told = (account: HeapAccount, heap: number, other = 0) =>
  accountSteps(account, { heap, other }, 'private memory, mmapped');

describe('what an account tells of the RAM of a map', () => {
  const size = fc.integer({ min: 0, max: 1e9 });
  const account = fc.oneof(
    fc.tuple(size, size, size).map(([live, free, trim]) => walked(live, free, trim)),
    fc.tuple(size, size).map(([live, free]) => counted(live, free)),
  );

  test('sums to what the map has, or is refused', () => {
    fc.assert(
      fc.property(account, size, size, (account, heap, other) => {
        const found = told(account, heap, other);
        if ('refused' in found) return;
        const sum = found.steps.reduce((bytes, step) => bytes + step.bytes.value, found.other);
        expect(sum).toBe(heap + other);
        for (const { bytes } of found.steps) expect(bytes.value).toBeGreaterThanOrEqual(0);
        expect(found.other).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('is measured where the account was walked, and inferred where the allocator counts', () => {
    const bases = (account: HeapAccount) => {
      const found = told(account, 1000);
      return 'steps' in found ? found.steps.slice(0, 2).map(({ bytes }) => bytes.basis) : [];
    };
    expect(bases(walked(500, 100, 50))).toEqual(['measured', 'measured']);
    expect(bases(counted(500, 100))).toEqual(['inferred', 'inferred']);
  });

  test('is refused where more is in RAM than the map has, or a part is in swap', () => {
    expect(told(walked(900, 90, 0), 900, 100)).toMatchObject({
      refused: expect.stringMatching(/other moments/),
    });
    expect(told(walked(900, 60, 0), 900, 100)).toHaveProperty('other', 8);
    expect(told(walked(500, 90, 0, 4096), 1000)).toMatchObject({
      refused: expect.stringMatching(/in swap/),
    });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mallocSplit, overheadPerByte } from '../../../src/analysis/story/malloc-split.ts';
import { ALLOCATORS } from '../../../src/knowledge/allocators/index.ts';

const live = (least: number, most: number) => ({ least, most, because: 'x', at: undefined });
const ram = (resident: number, mapped = 0, untouched = 0, elsewhere = 0) => ({
  resident,
  mapped,
  untouched,
  elsewhere,
});

describe('what malloc has in RAM, by a recording', () => {
  test('is live, headers and free, to the byte, or an interval within it', () => {
    const size = fc.nat(1e9);
    fc.assert(
      fc.property(size, size, size, size, size, (resident, mapped, untouched, a, b) => {
        const found = mallocSplit(
          ram(resident, Math.min(mapped, resident), untouched),
          live(Math.min(a, b), Math.max(a, b)),
          0.1,
        );
        expect(found.live.least).toBeGreaterThanOrEqual(0);
        expect(found.live.most).toBeLessThanOrEqual(resident);
        expect(found.live.least).toBeLessThanOrEqual(found.live.most);
        if (found.parts === undefined) return;
        const { live: held, overhead, free } = found.parts;
        for (const { value } of [held, overhead, free]) expect(value).toBeGreaterThanOrEqual(0);
        expect(held.value + overhead.value + free.value).toBe(resident);
      }),
    );
  });

  test('has no untouched capacity in it', () => {
    // 4008 bytes were asked for, 640 of them never touched.
    expect(mallocSplit(ram(3500, 3000, 640), live(4008, 4008), 0).live.least).toBe(3368);
  });

  test('is an interval where the recording is: neither of its ends alone', () => {
    const { live: told, parts } = mallocSplit(ram(60e6), live(4e6, 58e6), 0.01);
    expect(told).toMatchObject({ least: 4e6, most: 58e6 });
    expect(parts).toBeUndefined();
  });

  test('holds all mapped blocks as live, also those that the program mapped itself', () => {
    expect(mallocSplit(ram(3e6, 2e6), live(0, 3e6), 0).live.least).toBe(2e6);
    expect(mallocSplit(ram(30e6, 20e6), live(4e6, 4e6), 0).live).toMatchObject({
      least: 20e6,
      most: 24e6,
    });
  });

  test('may lie in other private memory as well, as far as that goes', () => {
    expect(mallocSplit(ram(10e6, 0, 0, 5e6), live(8e6, 8e6), 0).live).toMatchObject({
      least: 3e6,
      most: 8e6,
    });
  });
});

test('what malloc takes beside each byte follows from the sizes of the blocks', () => {
  const columns = (...values: number[]) => Float64Array.from(values);
  const allocations = {
    count: 2,
    size: columns(8, 1000),
    atPeak: columns(10, 1),
    trace: Uint32Array.of(1, 1),
    calls: columns(10, 5),
    live: columns(0, 0),
    temporary: columns(0, 0),
  };
  const profile = { allocations, costs: { peak: columns(0, 1080) } };
  // Ten chunks of 32 bytes and one of 1008, for 1080 bytes.
  expect(overheadPerByte(profile, ALLOCATORS.glibc, 4096)).toBe((320 + 1008 - 1080) / 1080);
  expect(overheadPerByte(profile, undefined, 4096)).toBe(0);
});

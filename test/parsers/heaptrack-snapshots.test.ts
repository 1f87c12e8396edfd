import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeapSnapshots } from '../../src/parsers/heaptrack/heap-snapshots.ts';

const columns = (length: number) => {
  const column = new Float64Array(length);
  return { live: column, calls: column, temporary: column, allocated: column };
};

function kept(stamps: number, most: number, stacks: number, mostBytes?: number) {
  const snapshots = new HeapSnapshots(most, mostBytes);
  for (let time = 0; time < stamps; time++) snapshots.at(time, () => columns(stacks));
  return snapshots.finish();
}

test('snapshots are spread evenly, and never too many', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 2, max: 70 }),
      (stamps, most) => {
        const times = kept(stamps, most, 1).map(({ time }) => time);
        expect(times.length).toBeLessThanOrEqual(most);
        expect(times.length).toBeGreaterThanOrEqual(Math.min(stamps, Math.floor(most / 2)));
        const gaps = times.slice(1).map((time, i) => time - times[i]!);
        expect(new Set(gaps).size).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('their memory does not grow with the stacks of a recording', () => {
  const bytesOf = (stacks: number) => stacks * 4 * 8;
  for (const stacks of [1, 10, 100, 1000]) {
    const snapshots = kept(500, 64, stacks, 20_000);
    expect(snapshots.length * bytesOf(stacks)).toBeLessThanOrEqual(
      Math.max(20_000, bytesOf(stacks)),
    );
    expect(snapshots.length).toBeGreaterThan(0);
  }
  expect(kept(500, 64, 10, 1e6).length).toBe(63);
});

test('none are taken where none are wanted', () => {
  expect(kept(10, 0, 5)).toEqual([]);
});

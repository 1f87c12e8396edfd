import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeapSnapshots } from '../../src/parsers/heaptrack/heap-snapshots.ts';

const TABLE = { trace: Uint32Array.from([1, 2, 1]), size: Float64Array.from([10, 5, 100]) };

const counts = (traceCount: number) => {
  const column = new Uint32Array(0);
  return { traceCount, calls: column, temporary: column, live: Int32Array.from(column) };
};

function kept(stamps: number, most: number, stacks: number, mostBytes?: number) {
  const snapshots = new HeapSnapshots(most, mostBytes);
  for (let time = 0; time < stamps; time++) snapshots.at(time, () => counts(stacks));
  return snapshots.finish(TABLE);
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

test('they have the costs of each call stack', () => {
  const snapshots = new HeapSnapshots(4);
  snapshots.at(1, () => ({
    traceCount: 3,
    calls: Uint32Array.from([7, 3]),
    temporary: Uint32Array.from([1, 0]),
    live: Int32Array.from([2, 3]),
  }));
  snapshots.at(2, () => ({
    traceCount: 3,
    calls: Uint32Array.from([7, 3, 2]),
    temporary: Uint32Array.from([1, 0, 1]),
    live: Int32Array.from([0, 3, -1]),
  }));
  const costs = snapshots
    .finish(TABLE)
    .map(({ time, live, calls, temporary, allocated }) => [
      time,
      [...live],
      [...calls],
      [...temporary],
      [...allocated],
    ]);
  expect(costs).toEqual([
    [1, [0, 20, 15], [0, 7, 3], [0, 1, 0], [0, 70, 15]],
    [2, [0, -100, 15], [0, 9, 3], [0, 2, 0], [0, 270, 15]],
  ]);
});

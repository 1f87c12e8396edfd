import { describe, expect, test } from 'vitest';
import { liveHeap } from '../../../src/analysis/story/live-heap.ts';
import { recordingDoubt } from '../../../src/analysis/story/recording-doubts.ts';
import type { HeapTotals } from '../../../src/model/heap-profile.ts';

/** Seconds and bytes that were live. */
function recording(...points: readonly (readonly [number, number])[]) {
  const live = Float64Array.from(points, ([, bytes]) => bytes);
  const totals: HeapTotals = {
    calls: undefined,
    temporary: undefined,
    allocated: undefined,
    peak: Math.max(...live),
    peakTime: points.toSorted(([, a], [, b]) => b - a)[0]![0],
    leaked: live.at(-1)!,
    peakResident: undefined,
    runtime: points.at(-1)![0],
  };
  const time = Float64Array.from(points, ([seconds]) => seconds);
  const resident = new Float64Array(points.length).fill(Number.NaN);
  return { totals, timeline: { time, live, resident, calls: undefined, temporary: undefined } };
}

const at = (from: number, to: number, runSeconds: number) => ({
  from,
  to,
  runSeconds,
  isPeak: false,
});

/** A burst of 65 MB, 15 MB from then on, all freed at the end. */
const BURST = recording(
  [0, 0],
  [0.1, 30e6],
  [0.3, 65e6],
  [0.5, 15e6],
  [1, 15e6],
  [2, 15e6],
  [3, 15e6],
  [3.1, 100],
);

describe('what was live when a map was taken', () => {
  test('is that of its phase, by time', () => {
    const told = liveHeap(BURST, { ...at(1.5, 1.6, 3), isExit: false }, true)!;
    expect([told.least, told.most]).toEqual([15e6, 15e6]);
  });

  test('is an interval where the map can be of several phases', () => {
    const told = liveHeap(BURST, { ...at(0.62, 1.5, 3), isExit: false }, true)!;
    expect([told.least, told.most]).toEqual([15e6, 65e6]);
  });

  test('at most RSS can be the peak, though another run was faster', () => {
    const late = recording([0, 0], [0.5, 1e6], [0.9, 2e6], [1, 5e6], [1.05, 5e6]);
    const told = liveHeap(late, { ...at(0.2, 0.2, 0.32), isExit: false, isPeak: true }, true)!;
    expect(told.most).toBe(5e6);
    expect(told.least).toBeLessThanOrEqual(2e6);
  });

  test('at the exit is what the recording ends with', () => {
    const told = liveHeap(BURST, { ...at(3, 3, 3), isExit: true }, true)!;
    expect([told.least, told.most]).toEqual([100, 100]);
  });

  test('is that of the longest steady phase after the peak where no clock tells', () => {
    const told = liveHeap(BURST, undefined, true)!;
    expect([told.least, told.most]).toEqual([15e6, 15e6]);
    expect(told.because).toContain('constant for 2.5 s');
  });

  test('is anything up to the peak where the map is older than that, or nothing is steady', () => {
    const before = liveHeap(BURST, undefined, false)!;
    expect([before.least, before.most]).toEqual([100, 65e6]);
    const rising = recording([0, 0], [1, 50e6], [2, 10e6], [3, 30e6], [4, 20e6]);
    expect(liveHeap(rising, undefined, true)).toMatchObject({ least: 20e6, most: 50e6 });
  });

  test('fits a run that was slower or faster, as far as it computed', () => {
    // The same second or the same part of the run: 2 s of 6 are 1 to 2 s of this one.
    const told = liveHeap(BURST, { ...at(2, 2, 6), isExit: false }, true)!;
    expect([told.least, told.most]).toEqual([15e6, 15e6]);
  });
});

describe('a recording is distrusted', () => {
  const doubt = (peak: number, runtime: number, mallocBytes: number, seconds: number) =>
    recordingDoubt({ peak, runtime }, { mallocBytes, seconds });

  test('where its peak is nothing beside what malloc has: its run had no input', () => {
    expect(doubt(83e3, 0.1, 32e6, 0.3)).toMatch(/^its peak is 0.3 % of what malloc has/);
  });

  test('where it ran for a moment, or both are small', () => {
    expect(doubt(30e6, 0.2, 32e6, 5)).toMatch(/^it ran for 4.0 % of the other run/);
    expect(doubt(6e6, 1, 32e6, 5)).toMatch(/and it ran for/);
  });

  test('but not a program that freed most, or was slowed down, or is small', () => {
    expect(doubt(8e6, 5, 64e6, 5)).toBeUndefined();
    expect(doubt(60e6, 1, 64e6, 5)).toBeUndefined();
    expect(doubt(1e3, 0.1, 400e3, 0.3)).toBeUndefined();
    expect(
      recordingDoubt({ peak: undefined, runtime: undefined }, { mallocBytes: 1e9, seconds: 9 }),
    ).toBeUndefined();
  });
});

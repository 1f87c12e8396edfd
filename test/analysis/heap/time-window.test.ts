import { describe, expect, test } from 'vitest';
import { totalCosts } from '../../../src/analysis/heap/costs.ts';
import { heapMoments, heapWindow, highestBetween } from '../../../src/analysis/heap/time-window.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import type { HeapProfile } from '../../../src/model/heap-profile.ts';
import { readRecording } from '../../support/written-recording.ts';

const SEED = 'fixtures/stories/seed/heaptrack.zst';

async function profileOf(file: string, window?: { from: number; to: number }) {
  const heap = { snapshots: 64, ...(window ? { window } : {}) };
  const { capture } = await ingest({
    source: file,
    wants: 'heap-profile',
    asks: { 'heap-profile': heap },
  });
  return capture!.artifact;
}

const SHARED = { totals: { runtime: 4 }, timeline: { time: [1, 2, 3], live: [7, 90, 40] } };

/** Two stacks at two kept moments; at the end the first has 30 bytes, the second 10. */
const PROFILE = {
  ...SHARED,
  traces: { count: 3 },
  costs: {
    calls: Float64Array.of(0, 9, 4),
    temporary: Float64Array.of(0, 1, 0),
    peak: Float64Array.of(0, 0, 0),
    leaked: Float64Array.of(0, 30, 10),
    allocated: Float64Array.of(0, 90, 20),
  },
  snapshots: [
    { time: 1, live: [0, 50], calls: [0, 5], temporary: [0, 0], allocated: [0, 50] },
    { time: 2, live: [0, 80, 5], calls: [0, 8, 1], temporary: [0, 1, 0], allocated: [0, 80, 5] },
  ].map(({ time, ...columns }) => ({
    time,
    ...(Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
    ) as Record<keyof typeof columns, Float64Array>),
  })),
} as unknown as HeapProfile;

describe('a window', () => {
  const moments = heapMoments(PROFILE);

  test('begins and ends at kept moments, or where the recording does', () => {
    expect(moments.map(({ time }) => time)).toEqual([0, 1, 2, 4]);
  });

  test('has what was allocated between them', () => {
    const { costed, fromTime, toTime } = heapWindow(PROFILE, moments, { from: 1, to: 3 });
    expect([fromTime, toTime]).toEqual([1, 4]);
    expect([...costed.costs.calls]).toEqual([0, 4, 4]);
    expect([...costed.costs.temporary]).toEqual([0, 1, 0]);
    expect([...costed.costs.allocated]).toEqual([0, 40, 20]);
  });

  test('tells what grew, and apart from it what shrank', () => {
    const { costed, shrunk } = heapWindow(PROFILE, moments, { from: 2, to: 3 });
    expect([...costed.costs.leaked]).toEqual([0, 0, 5]);
    expect(shrunk).toBe(50);
  });

  test('shows the fullest of its moments', () => {
    const late = heapWindow(PROFILE, moments, { from: 1, to: 3 });
    expect([...late.costed.costs.peak]).toEqual([0, 80, 5]);
    expect(late.fullestTime).toBe(2);
    const early = heapWindow(PROFILE, moments, { from: 0, to: 1 });
    expect([...early.costed.costs.peak]).toEqual([0, 50, 0]);
  });

  test('knows from the clock how high the heap was inside', () => {
    expect(highestBetween(PROFILE.timeline!, 0, 2)).toBe(90);
    expect(highestBetween(PROFILE.timeline!, 2, 4)).toBe(40);
    expect(highestBetween(PROFILE.timeline!, 5, 6)).toBe(0);
  });
});

describe('of a real recording', () => {
  test('all windows together are the whole', async () => {
    const profile = await profileOf(SEED);
    const moments = heapMoments(profile);
    expect(moments.length).toBeGreaterThan(32);
    let [calls, temporary, allocated, live] = [0, 0, 0, 0];
    for (let to = 1; to < moments.length; to++) {
      const { costed, shrunk } = heapWindow(profile, moments, { from: to - 1, to });
      const total = totalCosts(costed.costs);
      calls += total.calls;
      temporary += total.temporary;
      allocated += total.allocated;
      live += total.leaked - shrunk;
    }
    const { totals } = profile;
    expect({ calls, temporary, allocated, live }).toEqual({
      calls: totals.calls,
      temporary: totals.temporary,
      allocated: totals.allocated,
      live: totals.leaked,
    });
  });

  test('is what reading that part alone gives', async () => {
    const profile = await profileOf(SEED);
    const moments = heapMoments(profile);
    for (const [from, to] of [
      [3, 20],
      [10, 11],
      [25, moments.length - 2],
    ] as const) {
      const { costed, fromTime, toTime } = heapWindow(profile, moments, { from, to });
      const { totals } = await profileOf(SEED, { from: fromTime, to: toTime });
      const { calls, temporary, allocated } = totalCosts(costed.costs);
      expect({ calls, temporary, allocated }).toEqual({
        calls: totals.calls,
        temporary: totals.temporary,
        allocated: totals.allocated,
      });
    }
  });
});

describe('a window between two stamps', () => {
  const EVENTS = 'v 10400 3\ns 1 f\ni 1000 0 1\nt 1 0\na 10 1\n';

  test('counts a temporary allocation only where both halves lie in it', async () => {
    const text = `${EVENTS}c 5\n+ 0\nc a\n- 0\n+ 0\n- 0\nc 14\n`;
    const { profile } = await readRecording(text, { window: { from: 0.01, to: 0.02 } });
    expect(profile.totals).toMatchObject({ calls: 1, temporary: 1 });
    const raw =
      'v 10400 3\nx 1 p\nm 1 -\nm 1 p 0 0 1000\nt 10 0\nc 5\n+ 8 1 a0\nc a\n- a0\n+ 8 1 a0\n- a0\nc 14\n';
    const ofRaw = await readRecording(raw, { window: { from: 0.01, to: 0.02 } });
    expect(ofRaw.profile.totals).toMatchObject({ calls: 1, temporary: 1 });
  });

  test('in which no stamp lies is said to be too narrow', async () => {
    const text = `${EVENTS}c 5\n+ 0\nc 64\n- 0\n`;
    const { profile, diagnostics } = await readRecording(text, {
      window: { from: 0.02, to: 0.05 },
    });
    expect(profile).toBeUndefined();
    expect(diagnostics.list().at(-1)).toMatchObject({
      code: 'heaptrack/empty-window',
      message: 'no time stamp lies in the window: its clock goes from 0.005 s to 0.1 s',
      hint: 'choose a wider window',
    });
  });
});

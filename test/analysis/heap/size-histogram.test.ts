import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sizeBuckets, sizeHistogram } from '../../../src/analysis/heap/size-histogram.ts';
import type { SizedProfile } from '../../../src/model/heap-profile.ts';
import { readRecording } from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM } from '../../support/recordings.ts';
import { run } from '../../support/run-program.ts';
import { describeWith } from '../../support/tools.ts';

/** A recording of which nothing matters but its sizes. */
function profileOf(
  rows: readonly { readonly size: number; readonly calls: number; readonly atPeak: number }[],
): SizedProfile {
  const allocations = {
    count: rows.length,
    size: Float64Array.from(rows, ({ size }) => size),
    calls: Float64Array.from(rows, ({ calls }) => calls),
    atPeak: Float64Array.from(rows, ({ atPeak }) => atPeak),
  };
  return { allocations } as unknown as SizedProfile;
}

const anyRows = fc.array(
  fc.record({
    size: fc.oneof(fc.nat(40), fc.nat(2 ** 30), fc.maxSafeNat()),
    calls: fc.nat(3),
    atPeak: fc.nat(1),
  }),
);

describe('size buckets', () => {
  test('end at powers of two, and none is left out', () => {
    const rows = [0, 8, 9, 16, 17, 1024, 1025, 70_000].map((size) => ({
      size,
      calls: 1,
      atPeak: 1,
    }));
    const buckets = sizeBuckets(profileOf([...rows, { size: 2 ** 40, calls: 0, atPeak: 0 }]));
    expect(buckets.map(({ from, to, calls }) => `${from}-${to}: ${calls}`)).toEqual([
      '0-8: 2',
      '9-16: 2',
      '17-32: 1',
      '33-64: 0',
      '65-128: 0',
      '129-256: 0',
      '257-512: 0',
      '513-1024: 1',
      '1025-2048: 1',
      '2049-4096: 0',
      '4097-8192: 0',
      '8193-16384: 0',
      '16385-32768: 0',
      '32769-65536: 0',
      '65537-131072: 1',
    ]);
    expect(buckets[0]).toEqual({ from: 0, to: 8, calls: 2, allocated: 8, peak: 8 });
  });

  test('hold each request once', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const profile = profileOf(rows);
        const histogram = sizeHistogram(profile);
        for (const { from, to, calls } of sizeBuckets(profile)) {
          const inside = histogram.filter(({ size }) => size >= from && size <= to);
          expect(calls).toBe(inside.reduce((sum, one) => sum + one.calls, 0));
        }
        const all = (counts: readonly { calls: number }[]) =>
          counts.reduce((sum, { calls }) => sum + calls, 0);
        expect(all(sizeBuckets(profile))).toBe(all(histogram));
        expect(all(histogram)).toBe(all(rows));
      }),
    );
  });

  test('have the totals of the recording', async () => {
    const { profile } = await readRecording(ONE_PER_PROGRAM[0]!);
    const buckets = sizeBuckets(profile);
    const sum = (part: 'calls' | 'allocated' | 'peak') =>
      buckets.reduce((total, bucket) => total + bucket[part], 0);
    expect(sum('calls')).toBe(profile.totals.calls);
    expect(sum('allocated')).toBe(profile.totals.allocated);
    expect(sum('peak')).toBe(profile.totals.peak);
  });

  test('of nothing are none', () => {
    expect(sizeBuckets(profileOf([]))).toEqual([]);
  });
});

describeWith(['heaptrack_print'], 'the size histogram is that of heaptrack_print', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-histogram-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(ONE_PER_PROGRAM)('of %s', async (file) => {
    const { profile } = await readRecording(file);
    const printed = `${scratch}/histogram.txt`;
    await run('heaptrack_print', ['-H', printed, file]);
    const lines = sizeHistogram(profile).map(({ size, calls }) => `${size}\t${calls}\n`);
    expect(lines.join('')).toBe(readFileSync(printed, 'utf8'));
  });
});

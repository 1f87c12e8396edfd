/** A recorded program prints what malloc counts; the story tells the same, and its steps sum to the RAM. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memtool, run } from '../support/run-program.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-account-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describeWith(['gcc', 'strace'], 'a recording of a program that frees most of its blocks', () => {
  test('is explained with what malloc itself counts', async () => {
    const program = path.join(scratch, 'counted-end');
    const built = await run('gcc', ['-o', program, 'test/tools/programs/counted-end.c']);
    expect(built.exitCode, built.stderr).toBe(0);
    const folder = path.join(scratch, 'run');
    const recorded = await memtool(['record', '-o', folder, '--', program]);
    expect(recorded.exitCode, recorded.stderr).toBe(0);
    const counted = JSON.parse(recorded.stdout.split('\n')[0]!);

    const { stdout } = await memtool(['explain', folder, '--json']);
    const { result } = SCHEMAS.explain.parse(JSON.parse(stdout));
    if (result === null || !('waterfall' in result)) throw new Error('there is no story');
    const { heapAccount, waterfall, heapAccountUnusedBecause } = result;
    expect(heapAccountUnusedBecause).toBeNull();
    expect(heapAccount?.match?.degree).toBe('process');
    const { live, liveHeaderBytes, bookkeepingBytes, free, mapped } = heapAccount!.account;
    const bytesIn = (place: string) => free.find((one) => one.place === place)?.bytes ?? 0;
    // To mallinfo2 headers, thread caches and malloc's own records are in use.
    const inUse = live.bytes + liveHeaderBytes! + bytesIn('thread-caches') + bookkeepingBytes!;
    expect(inUse).toBe(counted.uordblks + counted.hblkhd);
    expect(bytesIn('bins') + bytesIn('fast-bins') + bytesIn('top')).toBe(counted.fordblks);
    expect(mapped?.bytes).toBe(counted.hblkhd);

    const { inRam, residentBytes } = waterfall!;
    expect(inRam.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(residentBytes);
    const step = (label: string) => inRam.find((one) => one.label === label);
    expect(step('live: allocated and not freed')).toMatchObject({
      bytes: live.bytes,
      basis: 'measured',
    });
    expect(step('free inside malloc, not returned')?.bytes).toBeGreaterThan(live.bytes);
  });
});

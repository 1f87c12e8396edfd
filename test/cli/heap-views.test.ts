/** Views of a recording, in text and as a document. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { SCHEMAS } from '../support/schemas.ts';

const SEED = 'fixtures/stories/seed/heaptrack.zst';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-views-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const shown = async (...argv: readonly string[]) =>
  (await runCommand('heaptrack', SEED, '--bytes', ...argv)).stdout;

const documentOf = async (...argv: readonly string[]) => {
  const { stdout } = await runCommand('heaptrack', SEED, '--json', ...argv);
  return SCHEMAS.heaptrack.parse(JSON.parse(stdout)).result!;
};

test('functions are ranked by what goes through them', async () => {
  const report = await shown('--functions', '--own-code', '-n', '3');
  expect(report).toMatch(/at peak +share +self +function\n *3699045 +98\.1 % +548 +main /);
  expect(report).toMatch(/3698484 +98\.1 % +401489 +heaptrace_csv::load /);
  expect(report).toContain('5 other functions with less');
  expect(await shown('--cum', '--own-code', '-n', '3')).toBe(report);
  const { functions } = await documentOf('--functions', '--own-code', '-n', '3');
  expect(functions).toMatchObject({ by: 'peak', others: 5 });
  expect(functions!.rows[2]).toMatchObject({ peakBytes: 3698484, self: { peakBytes: 401489 } });
});

test('trees and callers say what part of the whole each is', async () => {
  expect(await shown('--tree', 'top-down', '--own-code')).toMatch(/3699045 +98\.1 % +548 +main /);
  expect(await shown('--callers', '^heaptrace_csv::cells_of$')).toMatch(
    /3296995 +87\.4 % +with all that it calls\n/,
  );
});

test('differences are parts of nothing', async () => {
  const { stdout } = await runCommand('heaptrack', SEED, SEED, '--tree', 'top-down', '--cum');
  expect(stdout).not.toContain('share');
});

const BASE = 'fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst';

describe('an export of a comparison', () => {
  test('folded has signed values, which sum up to what changed', async () => {
    const args = ['heaptrack', BASE, SEED, '--export', 'folded', '--sort', 'calls'] as const;
    const { stdout } = await runCommand(...args);
    const values = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(/-?\d+$/.exec(line)![0]));
    expect(values.some((value) => value < 0)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(112269 - 159835);
  });

  test('pprof has them too', async () => {
    const file = path.join(scratch, 'change.pb.gz');
    await runCommand('heaptrack', BASE, SEED, '--export', 'pprof', '-o', file);
    const profile = Profile.decode(gunzipSync(readFileSync(file)));
    const names = profile.sampleType.map(({ type }) => profile.stringTable.strings[Number(type)]);
    const peak = names.indexOf('inuse_space');
    const sum = profile.sample.reduce(
      (total, { value }) => total + BigInt.asIntN(64, BigInt(value[peak]!)),
      0n,
    );
    // pprof reads 64 bits with a sign (profile.proto, int64); this decoder reads them without.
    expect(sum).toBe(BigInt(3771749 - 3116339));
  });

  test.each(['speedscope', 'massif', 'sizes-csv'])(
    '%s is refused: it is of one',
    async (format) => {
      const { exitCode, stderr } = await runCommand('heaptrack', BASE, SEED, '--export', format);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('of two there are folded and pprof');
    },
  );
});

test('massif files have as many trees, and as much in them, as is asked for', async () => {
  const file = (...args: readonly string[]) => shown('--export', 'massif', ...args);
  const trees = (text: string) => text.match(/^heap_tree=(?:detailed|peak)$/gm)!.length;
  const all = await file();
  expect(trees(all)).toBeGreaterThan(10);
  expect(trees(await file('--snapshots', '0'))).toBe(1);
  expect((await file('--threshold', '0')).length).toBeGreaterThan(all.length);
  expect((await file('--threshold', '20')).length).toBeLessThan(all.length);
});

test('sizes name the line that asked most often', async () => {
  expect(await shown('--sizes')).toMatch(/ 0 +8 +\d+ +\d+ +\d+ +\d+ +src\/main\.rs:18\n/);
  const { sizes } = await documentOf('--sizes');
  for (const { calls, largest } of sizes!) {
    if (calls === 0) expect(largest).toBeNull();
    else expect(largest!.calls).toBeLessThanOrEqual(calls);
  }
});

test('the timeline names the line that had most, now and then', async () => {
  const { moments, totals } = await documentOf('--timeline');
  expect(moments!.length).toBeGreaterThan(1);
  expect(moments!.length).toBeLessThanOrEqual(8);
  for (const { liveBytes, largest } of moments!) {
    expect(liveBytes).toBeLessThanOrEqual(totals.peakBytes!);
    expect(largest?.liveBytes ?? 0).toBeLessThanOrEqual(liveBytes);
  }
  expect(await shown('--timeline')).toMatch(/Which line had most[\s\S]*src\/main\.rs:18 +cells_of/);
});

test('patterns tell upper from lower case, as names do, unless they say otherwise', async () => {
  expect(await shown('--focus', 'CELLS_OF')).toMatch(/shown below +0 of 3771749 at the peak/);
  expect(await shown('--focus', '(?i)CELLS_OF')).toMatch(/shown below +3296995 of 3771749/);
});

/** Captures that are small and whose reports could be large: the built program, with little memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deepRecording, longNameRecording } from '../support/hostile-recordings.ts';
import { ROOT } from '../support/paths.ts';
import { run } from '../support/run-program.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs memtool with so many MiB for its objects; where they are not enough, V8 aborts. */
function memtool(mebibytes: number, ...args: readonly string[]) {
  return run(process.execPath, [`--max-old-space-size=${mebibytes}`, `${ROOT}bin/run.js`, ...args]);
}

describe('a call stack of 200000 frames', () => {
  const deep = path.join(scratch, 'deep.txt');
  const DEPTH = 200_000;
  beforeAll(() => writeFileSync(deep, deepRecording(DEPTH)));

  test('is shown by its inner frames and its bottom', async () => {
    const { stdout, stderr, exitCode } = await memtool(40, 'heaptrack', deep, '--all-code');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain(`… ${DEPTH - 1 - 12} more, to main`);
    expect(stdout.length).toBeLessThan(20_000);
  });

  test('is one way through own code in the screen, cut as well', async () => {
    const { stdout, stderr, exitCode } = await memtool(40, 'heaptrack', deep);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.length).toBeLessThan(4000);
  });

  test.each([
    [[], 1000],
    [['--frames', '20'], 20],
    [['--frames', '3000'], 3000],
  ])('is cut in JSON, which says so: %j', async (flags, frames) => {
    const { stdout, exitCode } = await memtool(
      40,
      'heaptrack',
      deep,
      '--json',
      '-n',
      '1',
      ...flags,
    );
    expect(exitCode).toBe(0);
    for (const { places } of JSON.parse(stdout).result.rankings) {
      if (places.length === 0) continue;
      expect(places[0].stacks[0].frames).toHaveLength(frames);
      expect(places[0].stacks[0].otherFrames).toBe(DEPTH - frames);
    }
  });

  test.each(['speedscope', 'folded'])('is exported as %s, whole', async (format) => {
    const { stdout, exitCode } = await memtool(60, 'heaptrack', deep, '--export', format);
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeGreaterThan(2 * DEPTH);
  });
});

test('massif files do not grow with the square of the depth', async () => {
  const file = path.join(scratch, 'deep-massif.txt');
  writeFileSync(file, deepRecording(20_000));
  const { stdout, exitCode } = await memtool(60, 'heaptrack', file, '--export', 'massif');
  expect(exitCode).toBe(0);
  expect(stdout.length).toBeLessThan(2_000_000);
});

describe('a name of a million characters', () => {
  test('makes no row of a memory map longer', async () => {
    const file = path.join(scratch, 'pmap.txt');
    const rows = Array.from({ length: 2000 }, (_, i) => {
      const name = i === 0 ? 'x'.repeat(1_000_000) : `file${i}`;
      return `${(0x7f0000000000 + i * 0x2000).toString(16).padStart(16, '0')} 4 4 4 rw--- ${name}`;
    });
    writeFileSync(file, `1:   ./a\n${rows.join('\n')}\n`);
    const { stdout, exitCode } = await memtool(60, 'pmap', file, '--all');
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeLessThan(3_000_000);
  });

  test('makes no row of a ranking longer, and is whole in JSON', async () => {
    const file = path.join(scratch, 'names.txt');
    writeFileSync(file, longNameRecording(1000, 1_000_000));
    const args = ['heaptrack', file, '--top', '1000', '--sort', 'peak'];
    const report = await memtool(60, ...args);
    expect(report.exitCode).toBe(0);
    expect(report.stdout.length).toBeLessThan(3_000_000);
    const { stdout } = await memtool(60, ...args, '--json');
    const [first] = JSON.parse(stdout).result.rankings[0].places;
    expect(first.place[0].function).toHaveLength(1_000_005);
  });
});

/** What `memtool heaptrack FILE` shows in a terminal: one screen of the program's own code. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../support/run-command.ts';

const CORPUS = 'fixtures/corpus';
const SEED = 'fixtures/stories/seed/heaptrack.zst';

const SCREEN = { columns: 100, rows: 40 };

beforeEach(() => {
  vi.stubEnv('COLUMNS', String(SCREEN.columns));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const shown = async (...argv: readonly string[]) => (await runCommand('heaptrack', ...argv)).stdout;

describe('the default report', () => {
  test.each([
    ['Rust', SEED, /src\/main\.rs:18 +cells_of → Iterator::collect\n/],
    [
      'C++',
      `${CORPUS}/cpp_containers/n5000.heaptrack/heaptrack.zst`,
      /main → std::vector::push_back\n/,
    ],
    ['C', `${CORPUS}/c_realloc/e24_2x_realloc.heaptrack/heaptrack.zst`, /main\.c:17 +main\n/],
    [
      'Python',
      `${CORPUS}/py_list/append20k.heaptrack/heaptrack.zst`,
      /python3\.11 +PyType_GenericAlloc\n/,
    ],
    [
      'a program without lines',
      `${CORPUS}/wild/gcc.heaptrack/heaptrack.zst`,
      /ht_create → xcalloc\n/,
    ],
    ['a stripped program', `${CORPUS}/wild/ls.heaptrack/heaptrack.zst`, /apt install ≈ ls-dbgsym/],
  ])('of %s is one screen', async (_, file, says) => {
    const report = await shown(file);
    expect(report).toMatch(says);
    const lines = report.split('\n');
    // The prompt takes a row, too.
    expect(lines.length).toBeLessThan(SCREEN.rows);
    expect(lines.filter((line) => line.length > SCREEN.columns)).toEqual([]);
  });

  test('has the sums of the recording', async () => {
    const report = await shown(SEED, '--bytes');
    const rows = report.split('\n').flatMap((line) => {
      const row = /^ *(\d+) +[\d.]+ % +(\d+) +(\d+|–) +(\d+|–) {2}/.exec(line);
      return row ? [row.slice(1).map((cell) => (cell === '–' ? 0 : Number(cell)))] : [];
    });
    const sums = [0, 1, 2, 3].map((i) => rows.reduce((sum, row) => sum + row[i]!, 0));
    expect(sums).toEqual([3771749, 112269, 123, 544]);
  });

  test('says why there is no own code', async () => {
    const stripped = await shown(`${CORPUS}/wild/ls.heaptrack/heaptrack.zst`);
    expect(stripped).toMatch(/ls has no function names for 8\d\.\d % of it/);
    const python = await shown(`${CORPUS}/py_list/append20k.heaptrack/heaptrack.zst`);
    expect(python).toContain('python3.11 is an interpreter');
  });

  test('has the ways to each line with --stacks, and in JSON', async () => {
    const report = await shown(SEED, '--stacks', '2');
    expect(report).toMatch(/src\/main\.rs:28 +← \{\{closure\}\} in \{\{closure\}\} in load\n/);
    expect(report).not.toContain('How the largest came about');
    const { result } = JSON.parse(await shown(SEED, '--json', '--stacks', '2'));
    const [largest] = result.ownLines.rankings[0].lines;
    expect(largest.ways.map(({ peakBytes }: { peakBytes: number }) => peakBytes)).toEqual([
      3296761, 234,
    ]);
    expect(result.rankings.map(({ by }: { by: string }) => by)).toEqual([
      'peak',
      'calls',
      'temporary',
      'leaked',
    ]);
  });

  test('ranks by what --sort says', async () => {
    const report = await shown(SEED, '--sort', 'calls,leaked');
    expect(report).toMatch(
      /Allocation calls, by line of your code and what it called\n *calls +share +at peak/,
    );
    expect(report).toMatch(/Never freed, by line/);
  });

  test('leaves its place to other views', async () => {
    const report = await shown(SEED, '--sizes');
    expect(report).not.toMatch(/by line of your code|more:|Grew/);
    expect(report).toContain('Sizes of allocations');
  });
});

describe('--all-code', () => {
  test('is every place that allocates, as --by place is', async () => {
    const report = await shown(SEED, '--all-code');
    expect(report).toContain('Live at the peak, by place');
    expect(report).toContain('total runtime');
    expect(await shown(SEED, '--by', 'place')).toBe(report);
    expect(await shown(SEED, '--by', 'place', '--all-code')).toBe(report);
  });

  test('does not go with --own-code', async () => {
    const { exitCode, stderr } = await runCommand('heaptrack', SEED, '--all-code', '--own-code');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--own-code');
  });
});

test('a comparison has its own report, and no lines of one recording', async () => {
  expect(await shown(SEED, SEED)).toContain('before');
  const { exitCode, stderr } = await runCommand('heaptrack', SEED, SEED, '--by', 'line');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('compare by place');
});

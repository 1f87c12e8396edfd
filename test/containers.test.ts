/**
 * Containers in cores under fixtures/containers, and what memtool prints of them; the programs said themselves
 * what they hold. `npm run bless` writes the expected files anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { mallocSchema } from '../src/results/malloc/schema.ts';
import { documentSchema } from '../src/results/schema.ts';
import { ROOT } from './support/paths.ts';
import { runCommand } from './support/run-command.ts';

const BLESS = process.env.BLESS !== undefined;

interface Truth {
  readonly kind: string;
  readonly size: number;
  readonly number: number;
  readonly length: number;
  readonly capacity: number;
}

beforeAll(() => vi.stubEnv('COLUMNS', '100'));
afterAll(() => vi.unstubAllEnvs());

describe.each(readdirSync(`${ROOT}fixtures/containers`))('the containers of %s', (name) => {
  const folder = `${ROOT}fixtures/containers/${name}`;
  const core = `fixtures/containers/${name}/input.core.zst`;

  test('are printed as the golden says', async () => {
    const { stdout, stderr, exitCode } = await runCommand('heap', core, '--containers');
    const printed = `${stdout}--- stderr\n${stderr}--- exit ${exitCode}\n`;
    const golden = `${folder}/input.expected.txt`;
    if (BLESS) writeFileSync(golden, printed);
    expect(printed).toBe(readFileSync(golden, 'utf8'));
  });

  test('are those that the program says it has', async () => {
    const { stdout } = await runCommand('heap', core, '--containers', '--json');
    const { result } = documentSchema('heap', mallocSchema).parse(JSON.parse(stdout));
    const truths = JSON.parse(readFileSync(`${folder}/containers.json`, 'utf8')) as Truth[];
    for (const { kind, size, number, length, capacity } of truths) {
      const near = (value: number, wanted: number) =>
        number === 1 ? value === wanted : Math.abs(value - wanted) <= wanted * 0.02;
      const found = result!.containers!.families.filter(
        (one) =>
          one.kind === kind &&
          one.elementBytes.least <= size &&
          size <= one.elementBytes.most &&
          near(one.number, number) &&
          near(one.length, length) &&
          near(one.capacity, capacity),
      );
      expect(found).toHaveLength(1);
    }
  });
});

describe('memtool heap', () => {
  const core = 'fixtures/containers/rust-enums/input.core.zst';
  const profile = 'fixtures/stories/seed/heaptrack.zst';

  test.each([
    [['heap', profile, '--containers'], '--containers is for processes and cores'],
    [
      ['heap', core, '--tree', 'bottom-up'],
      '--tree is for heap profiles, or goes with --containers',
    ],
    [['heap', core, profile], 'give processes and cores, or heap profiles'],
  ] as const)('refuses %j', async ([command, ...argv], message) => {
    const { stderr, exitCode } = await runCommand(command, ...argv);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('who holds what in a core', () => {
  const core = 'fixtures/containers/rust-enums/input.core.zst';

  test('as a tree from variables inwards', async () => {
    const { stdout, exitCode } = await runCommand(
      'heap',
      core,
      ...['--containers', '--tree', 'top-down', '--bytes'],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ *\d+ +main stack$/m);
    expect(stdout).toMatch(/^ *\d+ +\d+ +1 +Vec of 32 B, 30000 of 32768$/m);
    expect(stdout).toMatch(/^ *\d+ +\d+ +7494 +Vec of 16 B at \+\d+$/m);
  });

  test.each(['folded', 'speedscope'])('as %s, which sums to all live bytes', async (format) => {
    const { stdout } = await runCommand('heap', core, '--containers', '--export', format);
    const weights =
      format === 'folded'
        ? stdout
            .trim()
            .split('\n')
            .map((line) => Number(line.slice(line.lastIndexOf(' '))))
        : (JSON.parse(stdout).profiles[0].weights as number[]);
    const { stdout: json } = await runCommand('heap', core, '--containers', '--json');
    const { live } = JSON.parse(json).result.containers;
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(live.bytes);
  });

  test('not as a tree of a comparison', async () => {
    const argv = [core, '--containers', '--diff', core, '--tree', 'top-down'];
    const { stderr, exitCode } = await runCommand('heap', ...argv);
    expect(stderr).toContain('it has no --tree');
    expect(exitCode).toBe(2);
  });

  test('not as what it has nothing of', async () => {
    const { stderr, exitCode } = await runCommand(
      'heap',
      core,
      '--containers',
      '--export',
      'massif',
    );
    expect(stderr).toContain('heap/not-recorded');
    expect(exitCode).toBe(2);
  });
});

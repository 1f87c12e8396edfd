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
    [['heap', core, '--tree', 'bottom-up'], '--tree is for heap profiles'],
    [['heap', core, profile], 'give processes and cores, or heap profiles'],
  ] as const)('refuses %j', async ([command, ...argv], message) => {
    const { stderr, exitCode } = await runCommand(command, ...argv);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

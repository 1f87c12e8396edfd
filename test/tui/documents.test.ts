/** `W` writes what the command prints under `--json` of the same captures, byte for byte. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '../../src/tui/session.ts';
import { type CommandName, runCommand } from '../support/run-command.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { pressed, programOf, session } from '../support/tui-session.ts';

const [MAP, LOG, HEAP] = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map(
  (name) => `fixtures/stories/seed/${name}`,
) as [string, string, string];

const seed = session([MAP, LOG, HEAP]);
let reading: Reading;
beforeAll(async () => {
  reading = await seed.read(() => {}, new AbortController().signal);
});

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-documents-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Presses keys and `W`; the file is gone when this is done. */
async function written(keys: string, of = seed) {
  const read = of === seed ? async () => reading : of.read;
  const program = pressed(await programOf({ ...of, read }, 100, 40), keys);
  const name = `memtool-${program.state.screen}.json`;
  const from = process.cwd();
  process.chdir(scratch);
  try {
    program.press('W');
    const text = existsSync(name) ? readFileSync(name, 'utf8') : undefined;
    rmSync(name, { force: true });
    return { text, notice: program.state.notice };
  } finally {
    process.chdir(from);
  }
}

describe('W on', () => {
  test.each<[string, string, CommandName, readonly string[]]>([
    ['Overview', '1', 'explain', [MAP, LOG, HEAP]],
    ['Timeline', '3', 'explain', [MAP, LOG, HEAP]],
    ['Growth', '4', 'explain', [MAP, LOG, HEAP]],
    ['Map', '2 l g', 'pmap', [MAP]],
    ['Heap', '5 v s', 'heaptrack', [HEAP]],
    ['Capacity', '6', 'capacity', ['--length', '12458', '--element-size', '24']],
  ])('%s writes what a command prints', async (_screen, keys, command, argv) => {
    const { text, notice } = await written(keys);
    expect(notice).toMatch(/^written to memtool-/);
    expect(text).toBe((await runCommand(command, ...argv, '--json')).stdout);
    expect(() => SCHEMAS[command].parse(JSON.parse(text!))).not.toThrow();
  });

  test('two maps that are compared', async () => {
    const maps = session(
      ['peak', 'end'].map((moment) => `fixtures/stories/freed/${moment}.smaps.txt`),
    );
    const { text } = await written('2 [ d ]', maps);
    const { stdout } = await runCommand('pmap', ...maps.files, '--json');
    expect(text).toBe(stdout);
  });

  test('a map of a moment of the log writes it as a process', async () => {
    const { text } = await written('3 j j j enter');
    const { result, input } = SCHEMAS.pmap.parse(JSON.parse(text!));
    expect(input).toMatchObject({ name: LOG, format: 'strace' });
    expect(result!.processes[0]!.mappings.length).toBeGreaterThan(3);
    expect(result!.comparison).toBeNull();
  });

  test('a screen without anything says so', async () => {
    const { text, notice } = await written('1', session([]));
    expect(text).toBeUndefined();
    expect(notice).toBe('nothing was read that could be written');
  });
});

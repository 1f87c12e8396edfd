/** The built program in a real terminal: it opens, follows the size, and leaves all as it was. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TmuxTerminal } from '../support/tmux.ts';
import { describeWith } from '../support/tools.ts';

const FOLDER = 'fixtures/stories/seed';
const CAPTURES = `${FOLDER}/smaps.txt ${FOLDER}/strace.log ${FOLDER}/heaptrack.zst`;
const PATIENCE = { timeout: 10_000, interval: 50 };

describeWith(['tmux', 'stty', 'cmp'], 'in a terminal', () => {
  let terminal: TmuxTerminal;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(`${tmpdir()}/memtool-tui-`);
    terminal = new TmuxTerminal(80, 24);
    await expect.poll(() => terminal.screen(), PATIENCE).toContain('ready$');
  });
  afterEach(() => {
    terminal.close();
    rmSync(folder, { recursive: true });
  });

  const shows = (text: string) => expect.poll(() => terminal.screen(), PATIENCE).toContain(text);
  const type = (line: string) => terminal.send('-l', line);
  const run = (line: string) => {
    type(line);
    terminal.send('Enter');
  };
  const start = async (args: string) => {
    run(`clear; stty -a > ${folder}/before`);
    const program = `echo $$ > ${folder}/pid; exec ${process.execPath} bin/run.js tui ${args}`;
    run(`sh -c '${program}'; echo "left with $?"`);
    await shows('q quit');
  };
  /** What the terminal's settings were before and are now, and where the cursor is seen. */
  const isAsBefore = async () => {
    expect(terminal.isAlternate()).toBe(false);
    // Where it is typed, the two words are not one.
    run(`stty -a | cmp - ${folder}/before && echo same""settings`);
    await shows('samesettings');
  };

  test('every screen opens, the size is followed, and q leaves all as it was', async () => {
    await start(`${CAPTURES} --elements 12426`);
    expect(terminal.isAlternate()).toBe(true);
    for (const [key, text] of [
      ['2', '31 mappings'],
      ['3', 'brk heap'],
      ['4', 'its steps'],
      ['5', 'own code'],
      ['6', '97 pages'],
      ['8', 'nothing is wrong'],
      ['?', 'Keys on the screen'],
    ] as const) {
      terminal.send(key);
      await shows(text);
    }
    terminal.send('Escape', '6');
    terminal.resize(120, 40);
    await shows('How it came here');
    terminal.resize(20, 5);
    await expect.poll(() => terminal.screen().split('\n').length, PATIENCE).toBeLessThanOrEqual(6);
    terminal.resize(80, 24);
    await shows('8 Diagnostics');
    terminal.send('q');
    await shows('left with 0');
    await isAsBefore();
  });

  test('Ctrl-C leaves as well', async () => {
    await start('');
    terminal.send('C-c');
    await shows('left with 0');
    await isAsBefore();
  });

  test('SIGTERM leaves the terminal as it was', async () => {
    await start('');
    process.kill(Number(readFileSync(`${folder}/pid`, 'utf8')), 'SIGTERM');
    await shows('left with 143');
    await isAsBefore();
  });

  test('Ctrl-Z gives the shell back, and fg the program', async () => {
    await start('');
    terminal.send('C-z');
    // The shell says so when it has the terminal back; before that, `fg` would be lost.
    await shows('Stopped');
    expect(terminal.isAlternate()).toBe(false);
    run('fg');
    await shows('q quit');
    terminal.send('q');
    // `left with` stands there since it was stopped.
    await expect.poll(() => terminal.isAlternate(), { timeout: 10_000 }).toBe(false);
    // The shell takes its terminal back a little later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await isAsBefore();
  });
});

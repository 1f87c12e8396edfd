/** The built program in a real terminal: it opens, follows the size, and leaves all as it was. */
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
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
  const start = async (args: string, node = '') => {
    run(`clear; stty -a > ${folder}/before`);
    const memtool = `${process.execPath} ${node} bin/run.js`;
    run(`sh -c 'echo $$ > ${folder}/pid; exec ${memtool} tui ${args}'; echo "left with $?"`);
    await shows('q quit');
  };
  const signal = (name: NodeJS.Signals) =>
    process.kill(Number(readFileSync(`${folder}/pid`, 'utf8')), name);
  /** What the terminal's settings were before and are now, and where the cursor is seen. */
  const isAsBefore = async () => {
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.reportsMouse()).toBe(false);
    expect(terminal.showsCursor()).toBe(true);
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
      ['4', 'Containers that grew'],
      ['5', 'own code'],
      ['6', 'rounded up: 97'],
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

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s leaves the terminal as it was', async (name, status) => {
    await start(CAPTURES);
    expect(terminal.reportsMouse()).toBe(true);
    signal(name);
    await shows(`left with ${status}`);
    await isAsBefore();
  });

  test.each([
    ['an error outside of everything', "setTimeout(() => { throw new Error('broken') })"],
    ['a promise that nobody waits for', "Promise.reject(new Error('broken'))"],
    [
      'a screen that cannot be drawn',
      "String.prototype.padEnd = () => { throw new Error('broken') }",
    ],
  ])('%s leaves the terminal as it was, and says what broke', async (_, crash) => {
    // What breaks is loaded beside the program: it has no way to be broken.
    writeFileSync(
      `${folder}/crash.mjs`,
      `import { existsSync } from 'node:fs';
      const look = setInterval(() => {
        if (!existsSync('${folder}/now')) return;
        clearInterval(look);
        ${crash};
      }, 20);`,
    );
    await start(CAPTURES, `--import ${folder}/crash.mjs`);
    writeFileSync(`${folder}/now`, '');
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (terminal.isAlternate()) terminal.send('6');
    await shows('left with 1');
    expect(terminal.screen()).toContain('broken');
    await isAsBefore();
  });

  test('the mouse is the terminal’s where that is wanted', async () => {
    await start('--no-mouse');
    expect(terminal.reportsMouse()).toBe(false);
    terminal.send('M');
    await shows('the mouse is memtool');
    expect(terminal.reportsMouse()).toBe(true);
    terminal.send('M');
    await shows('the mouse is the terminal');
    expect(terminal.reportsMouse()).toBe(false);
    terminal.send('q');
    await shows('left with 0');
    await isAsBefore();
  });

  test('the mouse chooses a tab', async () => {
    await start(`${CAPTURES} --elements 12426`);
    await shows('live: allocated');
    // In the second row: 1 Overview 2 Map
    terminal.send('-l', '\u001b[<0;13;2M');
    await shows('31 mappings');
    terminal.send('q');
    await shows('left with 0');
  });

  test('a capture comes through a pipe, keys from the terminal', async () => {
    run(`clear; stty -a > ${folder}/before`);
    run(`cat ${FOLDER}/strace.log | ${process.execPath} bin/run.js tui -; echo "left with $?"`);
    await shows('<stdin> (strace)');
    terminal.send('4', 'Enter', 'j', '7');
    await shows('<stdin>:168');
    await shows('mremap(0x7ffff7d80000');
    terminal.send('q');
    await shows('left with 0');
    await isAsBefore();
  });

  test('a pipe that gives nothing keeps nobody from leaving', async () => {
    run(`clear; stty -a > ${folder}/before`);
    run(`sleep 20 | ${process.execPath} bin/run.js strace -i; echo "left with $?"`);
    await shows('reading <stdin>');
    terminal.send('6');
    await shows('next push');
    terminal.send('q');
    await expect.poll(() => terminal.isAlternate(), PATIENCE).toBe(false);
  });

  test('a term is explained over the screens', async () => {
    run(`clear; ${process.execPath} bin/run.js explain -i mremap; echo "left with $?"`);
    await shows('How a large buffer grows');
    terminal.send('Escape');
    await shows('q quit');
    terminal.send('q');
    await shows('left with 0');
  });

  test('a capture that is gone is told, and the rest stays', async () => {
    copyFileSync(`${FOLDER}/strace.log`, `${folder}/strace.log`);
    await start(`${folder}/strace.log`);
    await shows('strace.log');
    unlinkSync(`${folder}/strace.log`);
    terminal.send('4', 'Enter', '7');
    await shows('there is no such file');
    terminal.send('3');
    await shows('brk heap');
    terminal.send('C-r');
    await shows('Diagnostics');
    terminal.send('q');
    await shows('left with 0');
    await isAsBefore();
  });

  test('Ctrl-Z gives the shell back, and fg the program', async () => {
    await start('');
    terminal.send('C-z');
    // The shell says so when it has the terminal back; before that, `fg` would be lost.
    await shows('Stopped');
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.reportsMouse()).toBe(false);
    expect(terminal.showsCursor()).toBe(true);
    run('fg');
    await shows('q quit');
    await expect.poll(() => terminal.reportsMouse(), PATIENCE).toBe(true);
    terminal.send('c');
    await shows('Capacity › String');
    terminal.send('q');
    // `left with` stands there since it was stopped.
    await expect.poll(() => terminal.isAlternate(), { timeout: 10_000 }).toBe(false);
    // The shell takes its terminal back a little later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await isAsBefore();
  });
});

/** Each screen on the story of the README, as text, at the sizes that terminals have. BLESS=1 rewrites. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/views/text/width.ts';
import { ROOT } from '../support/paths.ts';
import { runCommand } from '../support/run-command.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

const BLESS = process.env.BLESS !== undefined;
const FOLDER = 'fixtures/stories/seed/';
const CAPTURES = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map((name) => FOLDER + name);

/** Name of a frame, and the keys that lead to it from the start. */
const FRAMES: readonly (readonly [string, string])[] = [
  ['overview', ''],
  ['overview-explained', 'j j e'],
  ['map', '2 j j j j'],
  ['map-by-kind', '2 g enter j'],
  ['map-of-a-moment', '3 j j j enter x'],
  ['map-difference', '3 j j j enter d [ [ [ [ s'],
  ['timeline', '3 left'],
  ['timeline-recording', '3 t'],
  ['growth', '4'],
  ['growth-steps', '4 enter right j'],
  ['heap', '5 j enter'],
  ['heap-top-down', '5 d +'],
  ['heap-filtered', '5 / l o a d enter'],
  ['heap-flame', '5 v j j j'],
  ['heap-flame-zoomed', '5 v j j j l enter j'],
  ['heap-flame-bottom-up', '5 v d s s j'],
  ['heap-callers', '5 j c'],
  ['heap-callers-further', '5 j c d enter'],
  ['heap-window', '5 ] ] ] { {'],
  ['heap-flame-window', '5 v s s s ] ] ] { { j j'],
  ['capacity', '6'],
  ['capacity-of-the-log', '4 c'],
  ['capacity-hash-map', '6 c c c c j'],
  ['diagnostics', '8'],
  ['help', '2 ?'],
  ['help-heap-flame', '5 v ?'],
];

const SIZES = [
  [80, 24],
  [100, 40],
  [200, 60],
] as const;

function expectFrame(name: string, text: string): void {
  const file = `${ROOT}test/tui/frames/${name}.txt`;
  if (BLESS) writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
}

const story = session(CAPTURES, 12426);
let known: Promise<Awaited<ReturnType<typeof story.read>>> | undefined;
/** Read once for all frames. */
const readOnce: typeof story = {
  ...story,
  read: (...args) => {
    known ??= story.read(...args);
    return known;
  },
};

describe.each(SIZES)('at %ix%i', (columns, rows) => {
  test.each(FRAMES)('%s', async (name, keys) => {
    const program = pressed(await programOf(readOnce, columns, rows), keys);
    const text = frameText(program);
    const lines = text.split('\n');
    expect(lines.length).toBe(rows);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns + 1);
    expectFrame(`${name}-${columns}x${rows}`, text);
  });

  test('source', async () => {
    const program = pressed(await programOf(readOnce, columns, rows), '4 enter right j 7');
    await expect.poll(() => frameText(program)).toContain('mremap(0x7ffff7d80000');
    expectFrame(`source-${columns}x${rows}`, frameText(program));
    expect(pressed(program, 'escape').state.screen).toBe('growth');
  });
});

/** All parts of the report. */
const ALL = ['--rows', '--containers', '--address-space'];

test('Overview is the report of explain, with every line of it', async () => {
  const names = ['smaps.txt', 'strace.log', 'strace-memory-tt.log'].map((name) => FOLDER + name);
  const text = frameText(await programOf(session(names), 400, 90));
  const { stdout } = await runCommand('explain', ...names, ...ALL);
  const lines = stdout.split('\n').filter((line) => !line.startsWith('memtool explain'));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(text).toContain(line.trimEnd());
});

describe('very small terminals', () => {
  test.each([
    [20, 5],
    [40, 10],
  ])('%ix%i have all screens, and say where they are cut', async (columns, rows) => {
    const frames: string[] = [];
    for (const [name, keys] of FRAMES) {
      const program = pressed(await programOf(readOnce, columns, rows), keys);
      const lines = frameText(program).split('\n');
      expect(lines.length).toBe(rows);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns + 1);
      const border = '─'.repeat(columns);
      frames.push([name, border, ...lines.map((line) => line.slice(1)), border].join('\n'));
    }
    expectFrame(`small-${columns}x${rows}`, frames.join('\n'));
  });
});

describe('terminals that nobody has', () => {
  test.each([
    [20, 5],
    [1, 1],
    [7, 2],
    [400, 3],
    [30, 100],
  ])('%ix%i', async (columns, rows) => {
    const program = await programOf(readOnce, columns, rows);
    for (const [, keys] of FRAMES) {
      const lines = frameText(pressed(program, keys)).split('\n');
      expect(lines.length).toBe(rows);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns + 1);
      pressed(program, 'escape escape escape');
    }
  });
});

describe('without captures', () => {
  test('every screen but Capacity says what to record', async () => {
    const program = await programOf(session([]), 80, 24);
    expect(program.state.screen).toBe('capacity');
    for (const [key, word] of [
      ['1', 'memtool record'],
      ['2', 'pmap -x'],
      ['3', 'strace -f'],
      ['4', 'strace -f'],
      ['5', 'heaptrack'],
    ] as const) {
      expect(frameText(pressed(program, key))).toContain(word);
    }
  });

  test('what cannot be read is told on Diagnostics', async () => {
    const program = await programOf(session(['no/such/file']), 80, 24);
    expect(program.state.screen).toBe('diagnostics');
    expect(frameText(program)).toContain('there is no such file');
  });
});

describe('the program', () => {
  const written: string[] = [];
  afterEach(() => {
    written.length = 0;
  });

  test('searches from the chosen row on, around the end, and says what it does not find', async () => {
    const program = pressed(await programOf(readOnce, 80, 24), '2 / l i b c . enter');
    const first = program.state.cursors.map.selected;
    expect(frameText(program)).toMatch(/^> *0x7ffff7db4000 .*libc/m);
    expect(pressed(program, 'n').state.cursors.map.selected).toBe(first + 1);
    expect(pressed(program, 'N').state.cursors.map.selected).toBe(first);
    expect(pressed(program, '/ n o p e enter').state.notice).toBe('nope is not there');
  });

  test('writes the whole screen, and copies a row', async () => {
    const program = await programOf(
      {
        ...readOnce,
        write: (name, text) => {
          written.push(name, text);
          return `written to ${name}`;
        },
        writeDocument: (name, { command, result }) => {
          written.push(name, JSON.stringify({ command, result }));
          return `written to ${name}`;
        },
        copy: (text) => written.push(text),
      },
      80,
      24,
    );
    pressed(program, '2 w W y');
    expect(written[0]).toBe('memtool-map.txt');
    expect(written[1]!.split('\n').length).toBeGreaterThan(31);
    expect(written[2]).toBe('memtool-map.json');
    const { command, result } = JSON.parse(written[3]!);
    expect(command).toBe('pmap');
    expect(result.processes[0].mappings.length).toBe(31);
    expect(written[4]).toContain('0x555555554000');
  });

  test('shows the map of the moment at the cursor, and goes back to it', async () => {
    const program = pressed(await programOf(readOnce, 100, 40), '3 H');
    const lines = frameText(program).split('\n');
    const at = lines.findIndex((text) => text.includes('the map, the log after line '));
    const [, line, count] = /after line (\d+): (\d+) mappings/.exec(lines[at]!)!;
    const cursor = Number(/at line (\d+)/.exec(frameText(program))![1]!);
    expect(Number(line)).toBeLessThanOrEqual(cursor);
    expect(Number(line)).toBeGreaterThan(cursor - 10);
    while (!frameText(program).includes(`>${lines[at]!.slice(1)}`)) pressed(program, 'j');
    pressed(program, 'enter');
    expect(frameText(program)).toContain(`› Map › the log after line ${line}`);
    expect(frameText(program)).toContain(`${count} mappings`);
    expect(pressed(program, 'escape').state.screen).toBe('timeline');
  });

  test('goes through all maps, and finds nothing beyond them', async () => {
    const program = pressed(await programOf(readOnce, 80, 24), '2 [');
    expect(program.state.notice).toBe('this is the first map');
    expect(frameText(pressed(program, ']'))).toContain('Map › the log after line 2');
    expect(frameText(pressed(program, '['))).toContain('Map › smaps.txt');
  });

  test('takes the container of a mapping to the Capacity screen', async () => {
    const program = pressed(await programOf(readOnce, 200, 60), '2 c');
    expect(program.state.notice).toBe('the log knows of no container here');
    const at = frameText(program)
      .split('\n')
      .findIndex((text) => text.includes('≈ Vec'));
    const first = frameText(program)
      .split('\n')
      .findIndex((text) => text.startsWith('>'));
    expect(at).toBeGreaterThan(first);
    pressed(program, `${'j '.repeat(at - first)}c`);
    expect(program.state).toMatchObject({ screen: 'capacity', capacity: { from: 0 } });
  });

  test('has a map of the log where none was captured', async () => {
    const program = await programOf(session([`${FOLDER}strace.log`]), 80, 24);
    expect(frameText(pressed(program, '2'))).toContain('Map › the log after line 2');
  });

  test('answers a number with its term and its evidence', async () => {
    const program = pressed(await programOf(readOnce, 80, 24), 'j j e');
    expect(frameText(program)).toContain('What malloc puts in front of a block');
    expect(frameText(program)).toContain('from the sizes of its blocks');
  });
});

/** Captures with names that terminals would obey, and files that other programs change. BLESS=1 rewrites. */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCREEN_IDS } from '../../src/tui/intents.ts';
import { displayWidth } from '../../src/views/text/width.ts';
import { ROOT } from '../support/paths.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

const BLESS = process.env.BLESS !== undefined;

const NAMES = [
  'clear\u001b[2J\u001b]0;title\u0007.so',
  '漢字かな混じりの長い名前のライブラリ.so',
  'cafe\u0301\u0302\u0303e\u0301.so',
  '\u202egnp.exe\u2066.so',
  'مكتبة-عربية.so',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽.so',
  `${'very-'.repeat(60)}long.so`,
];

/** What moves the cursor, or turns the direction of what follows. */
const OBEYED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const hex = (value: number) => value.toString(16);

const maps = NAMES.map((name, i) => {
  const start = 0x7f0000000000 + i * 0x100000;
  return `${hex(start)}-${hex(start + 0x4000)} r-xp 00000000 08:01 ${i + 1}     /lib/${name}\n`;
}).join('');

/** As strace prints what is no ASCII. */
const octal = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
    .join('');

const mmap = (at: number, pages: number) =>
  `mmap(NULL, ${pages * 4096}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x${hex(at)}`;

const log = [
  `execve("/bin/${octal(NAMES[0]!)}", ["x"], 0x7ffe /* 3 vars */) = 0`,
  'brk(NULL) = 0x555555560000',
  'brk(0x555555581000) = 0x555555581000',
  ...NAMES.flatMap((name, i) => [
    `openat(AT_FDCWD, "/lib/${octal(name)}", O_RDONLY) = 3`,
    `mmap(NULL, 16384, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x${hex(0x7f0000000000 + i * 0x100000)}`,
    'close(3) = 0',
  ]),
  mmap(0x7e0000000000, 49),
  'mremap(0x7e0000000000, 200704, 397312, MREMAP_MAYMOVE) = 0x7e0000100000',
  `what is this ${NAMES[0]!.replace('\n', '')}`,
  'mremap(0x7e0000100000, 397312, 790528, MREMAP_MAYMOVE) = 0x7e0000200000',
  '',
].join('\n');

const string = (text: string) => `s ${hex(Buffer.byteLength(text))} ${text}`;
const recording = [
  'v 10400 3',
  ...NAMES.map(string),
  ...NAMES.flatMap((_, i) => [
    `i ${hex(0x1000 + i)} ${hex(i + 1)} ${hex(i + 1)} ${hex(i + 1)} 5`,
    `t ${hex(i + 1)} ${hex(i)}`,
    `a ${hex(4096 * (i + 1))} ${hex(i + 1)}`,
    `+ ${hex(i)}`,
  ]),
  'c 1',
  '',
].join('\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/memtool-hostile-`);
  writeFileSync(`${folder}/maps.txt`, maps);
  writeFileSync(`${folder}/strace.log`, log);
  writeFileSync(`${folder}/heap.txt`, recording);
});
afterAll(() => rmSync(folder, { recursive: true }));

const captures = () => ['maps.txt', 'strace.log', 'heap.txt'].map((name) => `${folder}/${name}`);

/** Each screen, then what lies behind its rows. */
const PATHS = [
  ...SCREEN_IDS.map((_, i) => String(i + 1)),
  '2 j j j e',
  '2 g g g enter',
  '2 ] ] d ] ]',
  '3 j j j j enter j j',
  '3 t',
  '4 enter j',
  '5 + j j',
  '5 / 漢 enter',
  '4 enter right 7',
];

describe.each([
  [20, 5],
  [40, 10],
  [80, 24],
  [200, 60],
])('names that terminals would obey, at %ix%i', (columns, rows) => {
  test('are shown, never sent', async () => {
    const frames: string[] = [];
    for (const keys of PATHS) {
      const program = pressed(await programOf(session(captures()), columns, rows), keys);
      if (keys.endsWith(' 7')) await expect.poll(() => program.state.source).toBeDefined();
      const text = frameText(program);
      expect(text).not.toMatch(OBEYED);
      for (const line of text.split('\n')) {
        expect(displayWidth(line), `${keys}: ${line}`).toBeLessThanOrEqual(columns + 1);
      }
      frames.push(`keys: ${keys}`, text.replaceAll(folder, 'FOLDER'));
    }
    if (columns !== 80) return;
    const golden = `${ROOT}test/tui/frames/hostile-names-${columns}x${rows}.txt`;
    const all = `${frames.join('\n')}\n`;
    if (BLESS) writeFileSync(golden, all);
    expect(all).toBe(readFileSync(golden, 'utf8'));
  });
});

describe('a file that changes while it is read', () => {
  const LINES = 60_000;
  const long = `${'brk(NULL) = 0x555555560000\n'.repeat(LINES)}`;

  test.each([
    ['grows', (file: string) => appendFileSync(file, mmap(0x7e0000000000, 49))],
    ['is cut', (file: string) => truncateSync(file, 1000)],
    ['vanishes', (file: string) => unlinkSync(file)],
  ])('and %s is shown as far as it was there', async (_, change) => {
    const file = `${folder}/changing.log`;
    writeFileSync(file, `${log}${long}`);
    const known = session([file]);
    let isChanged = false;
    const program = await programOf(
      {
        ...known,
        read: (onProgress, signal) =>
          known.read((progress) => {
            if (!isChanged && progress.position > 0) {
              isChanged = true;
              change(file);
            }
            onProgress(progress);
          }, signal),
      },
      80,
      24,
    );
    expect(isChanged).toBe(true);
    expect(frameText(program)).toContain('grew on changing.log:25 to 28');
    // Its lines are read again when they are asked for.
    pressed(program, '4 enter right j 7');
    await expect.poll(() => program.state.source).toBeDefined();
    expect(frameText(program)).toMatch(/mremap|there is no such file|it has no line 26/);
  });
});

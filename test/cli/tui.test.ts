import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { displayWidth } from '../../src/views/text/width.ts';
import { memtool } from '../support/run-program.ts';
import { frameText, programOf, session } from '../support/tui-session.ts';

const FOLDER = 'fixtures/stories/seed/';
const CAPTURES = [`${FOLDER}smaps.txt`, `${FOLDER}strace.log`];

const folder = mkdtempSync(`${tmpdir()}/memtool-tui-`);
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  writeFileSync(`${folder}/${name}`, text);
  return `${folder}/${name}`;
};

test('without a terminal the reports are printed', async () => {
  const told = await memtool(['explain', ...CAPTURES]);
  expect(await memtool(['tui', ...CAPTURES])).toEqual(told);
  expect(await memtool(['explain', '-i', ...CAPTURES])).toEqual(told);
  const map = await memtool(['pmap', CAPTURES[0]!]);
  expect(await memtool(['pmap', '--interactive', CAPTURES[0]!])).toEqual(map);
});

/** A library whose name sets the title, goes home, turns the text around, and is wide. */
const HOSTILE = '/lib/\u001b]0;owned\u0007\u001b[2J\u202elib漢字e\u0301\u{1f600}.so';

test('names from captures are shown, not obeyed, and fit', async () => {
  const rows = `7f0000000000-7f0000100000 rw-p 00000000 08:01 1 ${HOSTILE}\n`.repeat(3);
  const map = written('maps.txt', rows);
  for (const [columns, rows] of [
    [80, 24],
    [140, 30],
    [20, 5],
  ] as const) {
    const program = await programOf(session([map]), columns, rows);
    for (const key of ['2', 'g', 'g', 'enter', 'j', 'e', 'escape', '7']) {
      program.press(key);
      const text = frameText(program);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      for (const line of text.split('\n'))
        expect(displayWidth(line)).toBeLessThanOrEqual(columns + 1);
    }
  }
});

test('a capture that is gone when its line is asked for is told of', async () => {
  const map = written('gone.txt', '7f0000000000-7f0000100000 rw-p 00000000 08:01 1 /lib/a.so\n');
  const program = await programOf(session([map]), 80, 24);
  rmSync(map);
  for (const key of ['2', 'enter']) program.press(key);
  await expect.poll(() => frameText(program)).toContain('there is no such file');
});

test('reading can be cancelled', async () => {
  const captures = session(['fixtures/stories/seed/strace.log']);
  const abort = new AbortController();
  const read = captures.read(() => abort.abort(new Error('enough')), abort.signal);
  await expect(read).rejects.toThrow('enough');
});

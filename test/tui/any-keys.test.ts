/** Whatever is pressed, clicked and resized: there is a frame of the terminal's size, and no error. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCREEN_IDS } from '../../src/tui/intents.ts';
import { bindingsOf } from '../../src/tui/keymap.ts';
import type { Program } from '../../src/tui/program.ts';
import { displayWidth } from '../../src/views/text/width.ts';
import { frameText, programOf, session } from '../support/tui-session.ts';

const STORY = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map(
  (name) => `fixtures/stories/seed/${name}`,
);

const KEYS = [
  ...new Set(SCREEN_IDS.flatMap((id) => bindingsOf(id).flatMap(({ keys }) => keys))),
  'backspace',
  '漢',
];

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...KEYS)
      .map((key) => [`key ${key}`, (program: Program) => program.press(key)] as const),
  },
  fc
    .record({
      kind: fc.constantFrom('press', 'wheel-up', 'wheel-down'),
      column: fc.nat(120),
      row: fc.nat(40),
    })
    .map(
      (event) =>
        [
          `${event.kind} ${event.column} ${event.row}`,
          (program: Program) => program.mouse(event as Parameters<Program['mouse']>[0]),
        ] as const,
    ),
  fc
    .record({ columns: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 1, max: 40 }) })
    .map(
      (area) =>
        [`${area.columns}x${area.rows}`, (program: Program) => program.resize(area)] as const,
    ),
);

test.each([
  ['all captures', STORY],
  ['a log', STORY.slice(1, 2)],
  ['a recording', STORY.slice(2)],
  ['nothing', []],
])('with %s', async (_, captures) => {
  const story = session(captures, 12426);
  const reading = captures.length === 0 ? undefined : await story.read(() => {}, neverAborted());
  const quiet = {
    ...story,
    ...(reading === undefined ? {} : { read: () => Promise.resolve(reading) }),
    write: () => 'written',
    writeDocument: () => 'written',
    copy: () => {},
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const program = await programOf(quiet, 80, 24);
      let size = { columns: 80, rows: 24 };
      for (const [name, act] of steps) {
        act(program);
        const [, columns, rows] = /^(\d+)x(\d+)$/.exec(name) ?? [];
        if (columns !== undefined) size = { columns: Number(columns), rows: Number(rows) };
        const lines = frameText(program).split('\n');
        expect(lines.length).toBe(size.rows);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(size.columns + 1);
      }
      expect(program.failure).toBeUndefined();
    }),
    { numRuns: 150 },
  );
});

const neverAborted = (): AbortSignal => new AbortController().signal;

/**
 * Plain lines are read from their bytes, all others as text. Whichever way a line takes, the trace,
 * the events and the diagnostics must be those of reading every line as text.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { bytesInput, KeptEvents } from '../support/strace.ts';

async function read(bytes: Uint8Array, everyLineAsText: boolean, pieceSize = 65536) {
  const diagnostics = new Diagnostics('log');
  const kept = new KeptEvents();
  const context = { diagnostics, asked: { folds: [kept] } };
  const trace = await parseStrace(bytesInput(bytes, pieceSize), context, everyLineAsText);
  return {
    trace,
    events: kept.events,
    diagnostics: diagnostics.list(),
    counts: diagnostics.counts(),
  };
}

async function expectSame(bytes: Uint8Array, pieceSize?: number) {
  expect(await read(bytes, false, pieceSize)).toEqual(await read(bytes, true));
}

const LOGS = FIXTURES.filter(({ path }) => path.endsWith('.log')).map(({ path }) => path);

test.each(LOGS)('%s', async (file) => {
  await expectSame(readFileSync(file));
});

test('a tip ends with the next line of the log', async () => {
  const tip = '  ______________________________________________         ____';
  await expectSame(Buffer.from(`${tip}\n7 brk(NULL) = 0x1000\nnot a call\n`));
});

test('names without end are counted, and not all kept', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `7 name${i}(1) = ${i % 2 ? '-1' : '0'}\n`);
  const { trace } = await read(Buffer.from(lines.join('')), false);
  expect(trace.calls.length).toBeLessThan(2100);
  expect(trace.calls.reduce((sum, { calls }) => sum + calls, 0)).toBe(5000);
  expect(trace.calls.reduce((sum, { errors }) => sum + errors, 0)).toBe(2500);
});

test('more tasks than have a slot are read as text', async () => {
  const lines = Array.from({ length: 80_000 }, (_, i) => `${i + 1} brk(NULL) = 0x1000\n`);
  const bytes = Buffer.from([...lines, ...lines.slice(0, 100), ...lines.slice(-100)].join(''));
  const { trace, events } = await read(bytes, false);
  expect(trace.taskCount).toBe(80_000);
  expect(trace.lines.calls).toBe(80_200);
  expect(events.slice(-100).map(({ pid }) => pid)).toEqual(
    lines.slice(-100).map((_, i) => 79_901 + i),
  );
});

test('slots of tasks that ended are used again', async () => {
  const lines = Array.from({ length: 80_000 }, (_, i) =>
    [`${i + 1} read(3, "", 1 <unfinished ...>`, `${i + 1} +++ exited with 0 +++\n`].join('\n'),
  );
  const { trace } = await read(Buffer.from(`9999999 brk(NULL) = 0x1000\n${lines.join('')}`), false);
  expect(trace).toMatchObject({ taskCount: 80_001, lines: { unrecognised: 0, exits: 80_000 } });
});

describe('any mix of lines and pieces of lines', () => {
  const lines = [
    ...new Set(LOGS.flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(0, 150))),
  ];
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...lines) },
    // Two halves that were never one line.
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...lines), fc.constantFrom(...lines), fc.nat(200), fc.nat(200))
        .map(([a, b, end, start]) => a.slice(0, end) + b.slice(start)),
    },
    // One character that does not belong there.
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...lines),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.constantFrom(...' ,.:;()[]<>{}"=-+|0189axfEN?\\\t\r\0\xe2\x80\xa8é_#'),
          fc.boolean(),
        )
        .map(([text, where, char, replaces]) => {
          const at = Math.floor(where * text.length);
          return text.slice(0, at) + char + text.slice(replaces ? at + 1 : at);
        }),
    },
  );

  test('reads the same both ways', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 60 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 3000 }),
        async (texts, lineEnd, isWhole, pieceSize) => {
          const text = texts.join(lineEnd) + (isWhole ? lineEnd : '');
          await expectSame(Buffer.from(text, 'latin1'), pieceSize);
        },
      ),
      { numRuns: 400 },
    );
  });
});

test('of more tasks than can live at once, the first are taken to have ended', async () => {
  const lines = Array.from({ length: 140_000 }, (_, i) => `${i + 1} brk(NULL) = 0x1000\n`);
  const { trace } = await read(Buffer.from([...lines, ...lines.slice(0, 10)].join('')), false);
  expect(trace.lines.calls).toBe(140_010);
  expect(trace.taskCount).toBe(140_010);
});

/**
 * Plain lines are read from their bytes, all others as text. Whichever way a line takes, the trace,
 * the events and the diagnostics must be those of reading every line as text.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { Head } from '../../src/input/head.ts';
import type { Input } from '../../src/input/input.ts';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { FIXTURES } from '../support/fixtures.ts';

function input(bytes: Uint8Array, pieceSize: number): Input {
  return {
    name: 'log',
    process: undefined,
    compression: 'none',
    size: bytes.length,
    head: new Head(bytes),
    memory: undefined,
    plain: undefined,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.slice(at, at + pieceSize);
    },
  };
}

async function read(bytes: Uint8Array, everyLineAsText: boolean, pieceSize = 65536) {
  const diagnostics = new Diagnostics('log');
  const events: SyscallEvent[] = [];
  const fold = { step: (event: SyscallEvent) => events.push(event), finish: () => undefined };
  const context = { diagnostics, syscallFolds: [fold], heap: {} };
  const trace = await parseStrace(input(bytes, pieceSize), context, everyLineAsText);
  return { trace, events, diagnostics: diagnostics.list(), counts: diagnostics.counts() };
}

async function expectSame(bytes: Uint8Array, pieceSize?: number) {
  expect(await read(bytes, false, pieceSize)).toEqual(await read(bytes, true));
}

const LOGS = FIXTURES.filter(({ path }) => path.endsWith('.log')).map(({ path }) => path);

test.each(LOGS)('%s', async (file) => {
  await expectSame(readFileSync(file));
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

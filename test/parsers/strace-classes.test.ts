/** Every line of every style is known for what it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { SyscallTrace } from '../../src/model/syscall-trace.ts';
import { strace } from '../../src/parsers/strace/strace.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { ROOT } from '../support/paths.ts';
import { textInput } from '../support/strace.ts';

/** Lines that strace did not write, or not to their end, by fixture. */
const NOT_OF_STRACE: Readonly<Record<string, number>> = {
  'killed-in-the-middle': 1,
  'nul-bytes-in-a-line': 2,
  'program-output-between': 2,
  'program-output-in-calls': 1,
  tips: 2,
};

const LOGS = [
  ...FIXTURES.map(({ path }) => path).filter((path) => /^fixtures\/strace\/.*\.log$/.test(path)),
  ...readdirSync(`${ROOT}fixtures/corpus`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log'))
    .map((file) => `fixtures/corpus/${file}`),
];

async function read(path: string) {
  const text = readFileSync(path, 'latin1');
  const diagnostics = new Diagnostics(path);
  const context = { diagnostics, asked: {} };
  return { text, trace: (await strace.parse(textInput(text), context)) as SyscallTrace };
}

test.each(LOGS)('%s', async (path) => {
  const { text, trace } = await read(path);
  const fixture = /^fixtures\/strace\/([^/]+)\//.exec(path)?.[1] ?? '';
  expect(trace.lines.unrecognised).toBe(NOT_OF_STRACE[fixture] ?? 0);

  // What one can see of a line at its beginning and its end, without a grammar.
  const lines = text.split('\n').map((line) => line.replace(/\x1b\[[\d;]*m/g, ''));
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  expect(trace.lines.exits).toBe(count(/\+\+\+ .* \+\+\+$/));
  expect(trace.lines.signals).toBe(count(/--- (?:SIG|stopped).* ---$/));
  expect(trace.lines.stackFrames).toBe(count(/^ > /));
  expect(trace.lines.dumps).toBe(count(/^ \| [0-9a-f]{5}/));
  const sum = Object.values(trace.lines).reduce((total, lineCount) => total + lineCount, 0);
  expect(sum).toBe(trace.lineCount);
  // A call is counted where it returns.
  const returned = trace.calls.reduce((total, { calls }) => total + calls, 0);
  expect(returned).toBe(trace.lines.calls + trace.lines.resumed);
});

/** The files of `strace -ff`, given together, are one log. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ReplayFold } from '../../src/analysis/replay/replay.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { groupSplitCaptures } from '../../src/ingest/split-capture.ts';
import { MAX_LINE_BYTES } from '../../src/input/line-chunker.ts';
import { joinParts } from '../../src/parsers/strace/join-parts.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { textInput } from '../support/strace.ts';

test('files of one stem with numbers behind it belong together, others stay alone', () => {
  expect(
    groupSplitCaptures(['a.log', 'b.log.12', 'c', 'b.log.7', 'd.log.1', 'x/b.log.3', 'c']),
  ).toEqual(['a.log', ['b.log.12', 'b.log.7'], 'c', 'd.log.1', 'x/b.log.3', 'c']);
  expect(groupSplitCaptures(['log.12345678', 'log.1'])).toEqual(['log.12345678', 'log.1']);
});

/** Joins parts that a test wrote out, by PID. */
async function joined(parts: Readonly<Record<string, readonly string[]>>) {
  const diagnostics = new Diagnostics('log.*');
  const input = joinParts(
    Object.entries(parts).map(([pid, lines]) => ({
      number: Number(pid),
      input: textInput(`${lines.join('\n')}\n`),
    })),
    diagnostics,
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.chunks()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  return { lines, codes: [...diagnostics.counts().keys()] };
}

describe('parts are joined', () => {
  test.each(['microseconds', 'epoch'])('to the log that they were, %s', async (fixture) => {
    const text = readFileSync(`fixtures/strace/${fixture}/input.log`, 'utf8');
    const log = text.trimEnd().split('\n');
    const parts: Record<string, string[]> = {};
    for (const line of log) {
      const [, pid, rest] = /^(\d+) +(.*)$/.exec(line)!;
      parts[pid!] = [...(parts[pid!] ?? []), rest!];
    }
    expect(Object.keys(parts).length).toBeGreaterThan(2);
    const { lines, codes } = await joined(parts);
    expect(lines).toEqual(log.map((line) => line.replace(/ +/, ' ')));
    expect(codes).toEqual([]);
  });

  test('across midnight, in files that begin before and after it', async () => {
    const { lines } = await joined({
      5: ['23:59:59.9 a', '00:00:01.5 d'],
      6: ['00:00:01.1 c', '00:00:02.0 f'],
      7: ['23:59:59.95 b', '00:00:01.7 e'],
    });
    expect(lines.map((line) => line.at(-1))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('to the nanosecond', async () => {
    const { lines } = await joined({
      5: ['1795218260.309088002 b', '1795218260.309088003 c'],
      6: ['1795218260.309088001 a'],
    });
    expect(lines.map((line) => line.at(-1))).toEqual(['a', 'b', 'c']);
  });

  test('with stacks behind their call', async () => {
    const { lines } = await joined({
      5: ['10:00:01 a() = 1', ' > /lib/x.so(f+0x1) [0x2]', '10:00:03 c() = 3'],
      6: ['10:00:02 b() = 2'],
    });
    expect(lines).toEqual([
      '5 10:00:01 a() = 1',
      ' > /lib/x.so(f+0x1) [0x2]',
      '6 10:00:02 b() = 2',
      '5 10:00:03 c() = 3',
    ]);
  });

  test('one after another where they have no time, and it is said', async () => {
    const { lines, codes } = await joined({ 12: ['b() = 2'], 3: ['a() = 1', 'a() = 2'] });
    expect(lines).toEqual(['3 a() = 1', '3 a() = 2', '12 b() = 2']);
    expect(codes).toEqual(['strace/parts-without-time']);
  });
});

test('a line longer than a line may be is cut in a part as well, and told', async () => {
  const long = `10:00:02 write(1, "${'x'.repeat(3 * MAX_LINE_BYTES)}", 1) = 1`;
  const parts = { 5: ['10:00:01 a() = 1', long, '10:00:04 c() = 3'], 6: ['10:00:03 b() = 2'] };
  const { lines } = await joined(parts);
  expect(lines.map(({ length }) => length)).toEqual([18, MAX_LINE_BYTES + 3, 18, 18]);
  const log = textInput(`${lines.join('\n')}\n`);
  const diagnostics = new Diagnostics('log.*');
  await parseStrace(log, { diagnostics, asked: {} });
  const found = diagnostics.list().map(({ code, position }) => [code, position.line]);
  expect(found).toEqual([
    ['input/line-too-long', 2],
    ['strace/unrecognised-line', 2],
  ]);
});

test('a run of three threads is one address space', async () => {
  const folder = 'fixtures/strace/one-file-per-process';
  const source = readdirSync(folder)
    .filter((file) => /\.\d+$/.test(file))
    .map((file) => `${folder}/${file}`);
  const replay = new ReplayFold();
  const request = {
    source,
    wants: 'syscall-trace',
    asks: { 'syscall-trace': { folds: [replay] } },
  } as const;
  const { capture, diagnostics } = await ingest(request);
  expect(diagnostics.list()).toEqual([]);
  expect(capture!.info.name).toBe(`${folder}/strace.log.*`);
  expect(capture!.artifact.tasks.map(({ outcome }) => outcome)).toEqual(
    Array(3).fill('exited with 0'),
  );
  const { spaces, assumedThreads } = replay.finish();
  expect(spaces.map(({ taskCount }) => taskCount)).toEqual([3]);
  expect(assumedThreads).toEqual([]);
});

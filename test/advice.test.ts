/** What is advised for glibc's malloc is advised where glibc's malloc has the memory, and nowhere else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { straceFindings } from '../src/analysis/call-log/findings.ts';
import { ROOT } from './support/paths.ts';
import { runCommand } from './support/run-command.ts';
import { replayLog } from './support/strace.ts';

const ADVICE = /malloc_trim|MALLOC_ARENA_MAX|with_capacity/;
const MALLOC = /\bmalloc(?:'s| blocks)|blocks of malloc/;

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-advice-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const map = (name: string) => `fixtures/pmap/${name}/input.txt`;

test.each([
  ['heap-of-go', 'Go heap'],
  ['heap-of-cpython', 'private memory, mmapped'],
  ['heap-of-v8', 'V8 heap'],
  ['heap-of-java', 'Java heap'],
  ['jemalloc-in-front', 'jemalloc extents'],
])('%s: explain and pmap neither advise nor name what is malloc’s, but %s', async (name, title) => {
  const story = await runCommand('explain', map(name));
  expect(story.stdout).toContain('RAM (RSS)');
  expect(story.stdout).not.toMatch(ADVICE);
  expect(story.stdout).not.toMatch(MALLOC);
  const { stdout } = await runCommand('pmap', map(name));
  expect(stdout).toContain(title);
  expect(stdout).not.toMatch(MALLOC);
});

describe('a program that has no C library mapped', () => {
  test('gets no advice, as nothing tells what gives out its memory', async () => {
    const { stdout } = await runCommand('explain', map('static-program'));
    expect(stdout).toContain('RAM (RSS)');
    expect(stdout).not.toMatch(ADVICE);
  });

  test('gets glibc’s where its calls are those of glibc', async () => {
    const log = path.join(scratch, 'strace.log');
    const lines = [
      '9313 execve("./rows-static", ["./rows-static"], 0x7ffd00000000 /* 9 vars */) = 0',
      '9313 brk(NULL) = 0x20594000',
      '9313 brk(0x205b5000) = 0x205b5000',
      '9313 brk(0x20808000) = 0x20808000',
      '9313 mmap(NULL, 16388096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f5f550c3000',
    ];
    writeFileSync(log, `${lines.join('\n')}\n`);
    const { stdout } = await runCommand('explain', map('static-program'), log);
    expect(stdout).toMatch(/glibc malloc, live and free/);
    expect(stdout).toMatch(/to be surer +memtool record/);
  });
});

test('a program on glibc is told what makes its memory smaller', async () => {
  const captures = ['end.smaps.txt', 'end.heap.json'].map(
    (name) => `${ROOT}fixtures/stories/accounted/${name}`,
  );
  const { stdout } = await runCommand('explain', ...captures);
  expect(stdout).toMatch(/malloc_trim\(0\) +0 B +little here/);
});

describe('a buffer that doubles, in a log', () => {
  const grown = (program: string, ...opened: readonly string[]) =>
    grownBeside([], program, ...opened);

  const grownBeside = async (
    others: readonly string[],
    program: string,
    ...opened: readonly string[]
  ) => {
    const lengths = [200704, 397312, 790528];
    const at = (i: number) => `0x7f00${i}0000000`;
    const found = await replayLog(
      `execve("${program}", ["${program}"], 0x7ffd /* 9 vars */) = 0`,
      'brk(NULL) = 0x555500000000',
      ...opened.map((file, i) => `openat(AT_FDCWD, "${file}", O_RDONLY|O_CLOEXEC) = ${3 + i}`),
      ...others,
      `mmap(NULL, ${lengths[0]}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ${at(0)}`,
      ...[1, 2].map(
        (i) => `mremap(${at(i - 1)}, ${lengths[i - 1]}, ${lengths[i]}, MREMAP_MAYMOVE) = ${at(i)}`,
      ),
    );
    const query = { pageBytes: 4096, witness: { elements: 30_000 } };
    return straceFindings(found.trace, found.replay, query).spaces[0]!.growth.containers[0]!;
  };

  const LIBC = '/lib/x86_64-linux-gnu/libc.so.6';

  test('is advised of a capacity', async () => {
    expect((await grown('./program', LIBC)).advice).toBeDefined();
  });

  test('is advised of one beside mappings of just a MiB, which not only CPython makes', async () => {
    const found = await grown('./program', LIBC);
    const buffers = [1, 2, 3].map(
      (i) =>
        `mmap(NULL, 1048576, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7e${i}000000000`,
    );
    expect((await grownBeside(buffers, './program', LIBC)).advice).toEqual(found.advice);
  });

  test.each([
    ['./program', '/usr/lib/jvm/lib/server/libjvm.so'],
    ['./program', '/usr/lib/libpython3.11.so.1.0'],
    ['/usr/bin/node', '/usr/lib/libm.so.6'],
  ])('is not where a runtime gives out memory: %s, %s', async (program, library) => {
    const found = await grown(program, LIBC, library);
    expect(found.estimate.rule).toBeDefined();
    expect(found.advice).toBeUndefined();
  });
});

test('a recording of CPython has no advice for its lists', async () => {
  const recording = `${ROOT}fixtures/corpus/py_list/append20k.heaptrack/heaptrack.zst`;
  const { stdout } = await runCommand('heaptrack', recording, '--growth');
  expect(stdout).toContain('Python list');
  expect(stdout).not.toMatch(/^advice/m);
});

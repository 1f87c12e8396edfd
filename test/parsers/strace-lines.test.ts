/** What single lines mean, by what comes out behind them. */
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { KeptEvents, textInput } from '../support/strace.ts';

async function read(...lines: readonly string[]) {
  const diagnostics = new Diagnostics('log');
  const kept = new KeptEvents();
  const context = { diagnostics, asked: { folds: [kept] } };
  const trace = await parseStrace(textInput(`${lines.join('\n')}\n`), context);
  return { trace, events: kept.events, codes: Object.fromEntries(diagnostics.counts()) };
}

const MMAP = '7 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';

describe('calls in pieces', () => {
  test.each([
    ['output of the program', [`${MMAP}out of memory`, ') = 0x7000']],
    ['output of several lines', [`${MMAP}one`, 'two', 'three', ') = 0x7000']],
    ['a note', [`${MMAP}strace: Process 8 attached`, ') = 0x7000']],
    [
      'several notes',
      [`${MMAP}strace: Process 8 attached`, 'strace: Process 9 attached', ') = 0x7000'],
    ],
    ['nothing, under -z', [`${MMAP} <unfinished ...>`, ')       = 0x7000']],
    [
      'a note, then another process',
      [
        `${MMAP}strace: Process 8 attached`,
        ' <unfinished ...>',
        '8 getpid() = 8',
        '7 <... mmap resumed>) = 0x7000',
      ],
    ],
  ])('are one call: %s between', async (_, lines) => {
    const { events } = await read('7 brk(NULL) = 0x1000', ...lines, '7 brk(NULL) = 0x1000');
    expect(events.map(({ call }) => call)).toEqual(['brk', 'mmap', 'brk']);
    expect(events[1]).toMatchObject({ pid: 7, length: 8192, protection: 1, result: 0x7000 });
  });

  test('are none where the rest never comes', async () => {
    const { trace, events, codes } = await read(`${MMAP}out of`, '7 brk(NULL) = 0x1000', ') = 5');
    expect(events.map(({ call }) => call)).toEqual(['brk']);
    expect(codes).toEqual({ 'strace/unrecognised-line': 2 });
    expect(trace.lines).toMatchObject({ unrecognised: 2, calls: 1 });
  });
});

describe('a clone', () => {
  test.each([
    ['clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 9', 9, false],
    ['clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS, tls=0x7f) = 9', 9, true],
    ['clone3({flags=CLONE_VM|CLONE_FS, exit_signal=0} => {parent_tid=[9]}, 88) = 9', 9, true],
    ['clone(0x1200011, 0, 0, 0x7f, 0) = 0x9', 9, false],
    ['clone(0x3d0f00, 0x7f, 0x7f, 0x7f, 0x7f) = 0x9', 9, true],
    ['clone3(0x7ffdbe85eb50, 0x58) = 0x9', 9, true],
    ["clone(flags=SIGCHLD) = 2 /* 938 in strace's PID NS */", 938, false],
    ['vfork() = 9', 9, true],
  ])('%s', async (line, child, sharesMemory) => {
    const { events } = await read(`7 ${line}`);
    expect(events).toMatchObject([{ call: 'clone', child, sharesMemory }]);
  });
});

describe('what no kernel does', () => {
  test.each([
    'mmap(NULL, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000',
    'mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7010',
    'munmap(0x7000, 0) = 0',
    'munmap(0x7001, 4096) = 0',
    'munmap(0xfffffffffffff000, 8192) = 0',
    'mremap(0x7000, 4096, 0, MREMAP_MAYMOVE) = 0x8000',
    'mremap(0x7004, 4096, 8192, MREMAP_MAYMOVE) = 0x8000',
  ])('%s is left out', async (line) => {
    const { events, codes } = await read('7 brk(NULL) = 0x1000', `7 ${line}`);
    expect(events.map(({ call }) => call)).toEqual(['brk']);
    expect(codes).toEqual({ 'strace/impossible-call': 1 });
  });

  test('differs from what it refuses, and from what changes nothing', async () => {
    const { events, codes } = await read(
      '7 brk(NULL) = 0x1000',
      '7 munmap(0x7001, 4096) = -1 EINVAL (Invalid argument)',
      '7 mmap(NULL, 1152921504606851072, PROT_READ, MAP_PRIVATE, -1, 0) = -1 ENOMEM (Cannot allocate memory)',
      '7 mprotect(0x7000, 0, PROT_READ) = 0',
    );
    expect(events.map(({ call }) => call)).toEqual(['brk', 'mprotect']);
    expect(codes).toEqual({});
  });
});

describe('a failed allocation of Rust', () => {
  test.each([
    ['a line', ['memory allocation of 1152921504606846976 bytes failed']],
    [
      'three calls',
      [
        '7 write(2, "memory allocation of ", 21) = 21',
        '8 write(2, "other", 5) = 5',
        '7 write(2, "1152921504606846976", 19) = 19',
        '7 write(2, " bytes failed\\n", 14) = 14',
      ],
    ],
    [
      'calls and output in one',
      [
        '7 write(2, "memory allocation of ", 21memory allocation of ) = 21',
        '7 write(2, "1152921504606846976", 191152921504606846976) = 19',
      ],
    ],
  ])('is kept: %s', async (_, lines) => {
    const { trace } = await read('7 brk(NULL) = 0x1000', '8 brk(NULL) = 0x1000', ...lines);
    expect(trace.failedAllocations.map(({ bytes }) => bytes)).toEqual([2 ** 60]);
  });
});

test('time never goes back, and goes on behind midnight', async () => {
  const { events, trace, codes } = await read(
    ...['10.5', '11.25', '10.75', '11.5'].map((at) => `7 23:59:${at} brk(NULL) = 0x1000`),
    '7 00:00:01.5 brk(NULL) = 0x1000',
  );
  expect(events.map(({ time }) => time)).toEqual([0, 0.75, 0.75, 1, 51]);
  expect(trace.duration).toBe(51);
  expect(codes).toEqual({ 'strace/clock-goes-back': 1 });
});

test('a PID that comes again after its end is another task', async () => {
  const { trace } = await read(
    '7 brk(NULL) = 0x1000',
    '7 +++ exited with 0 +++',
    '7 brk(NULL) = 0x1000',
    '7 +++ killed by SIGKILL +++',
  );
  expect(trace.tasks).toMatchObject([
    { pid: 7, firstLine: 1, outcome: 'exited with 0' },
    { pid: 7, firstLine: 3, outcome: 'killed by SIGKILL' },
  ]);
});

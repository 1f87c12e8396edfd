/** Numbers that no system call has make a malformed call, whatever the call and the argument. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { fitsRecord, RecordReader, writeRecord } from '../../src/model/packed-event.ts';
import { RECORD_NUMBERS } from '../../src/model/record-layout.ts';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { KeptEvents, replayLog, textInput } from '../support/strace.ts';

async function read(lines: readonly string[], everyLineAsText: boolean) {
  const diagnostics = new Diagnostics('log');
  const kept = new KeptEvents();
  const context = { diagnostics, asked: { folds: [kept] } };
  await parseStrace(textInput(`${lines.join('\n')}\n`), context, everyLineAsText);
  const found = diagnostics.list().map(({ code, position }) => ({ code, line: position.line }));
  return { events: kept.events, found };
}

/** Calls with their numbers in braces: arguments, and results that are more than success. */
const CALLS = [
  'brk({0x5000}) = {0x5000}',
  'mmap({NULL}, {8192}, {0x1}, {0x22}, {3}, {0}) = {0x7f0000000000}',
  'mmap({NULL}, {8192}, PROT_READ|{0x2}, MAP_PRIVATE|{0x20}, {0x3}, {0x1000}) = {0x7f0000000000}',
  'munmap({0x7f0000000000}, {8192}) = 0',
  'mremap({0x7f0000000000}, {8192}, {16384}, {0x1}) = {0x7f0000000000}',
  'mprotect({0x7f0000000000}, {8192}, {0x3}) = 0',
  'pkey_mprotect({0x7f0000000000}, {8192}, {0x3}, 1) = 0',
  'madvise({0x7f0000000000}, {8192}, MADV_DONTNEED) = 0',
  'shmget({0x1234}, {8192}, IPC_CREAT|0600) = {3}',
  'shmat({3}, NULL, {0}) = {0x7f0000000000}',
  'shmdt({0x7f0000000000}) = 0',
  'fork() = {8}',
  "fork() = 2 /* {8} in strace's PID NS */",
  'vfork() = {8}',
  'clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD) = {8}',
  'clone({0x1200011}, 0, 0, 0x7f, 0) = {8}',
  'clone3({flags=CLONE_VM, exit_signal=0}, 88) = {8}',
  'open("/x", O_RDONLY) = {3}',
  'openat(AT_FDCWD, "/x", O_RDONLY) = {3}',
  'memfd_create("x", 0) = {3}',
  'close({3}) = 0',
];

const NUMBER = /\{(NULL|0x[0-9a-f]+|\d+)\}/g;

/** A call once for each of its numbers: the line up to it, and from it on. */
const PLACES = CALLS.flatMap((call) =>
  [...call.matchAll(NUMBER)].map(({ index, 0: braced }, i) => {
    const bare = (text: string) => text.replace(NUMBER, '$1');
    const name = `${call.slice(0, call.indexOf('('))}, number ${i + 1}`;
    return {
      name,
      before: bare(call.slice(0, index)),
      after: bare(call.slice(index + braced.length)),
    };
  }),
);

const TOO_LARGE = [
  '9'.repeat(310),
  '18446744073709551616',
  `0x${'f'.repeat(310)}`,
  '0x10000000000000000',
  '0x20000000000001',
];
const NO_NUMBERS = ['-5', '4.5', '1e999', 'NaN', 'Infinity', '', '0x', '-0x5', '99999999999'];

/** Addresses that are only hints are not read; flags of clone have 64 bits. */
const isHint = (before: string) => before === 'mmap(';
const isWide = (before: string, text: string) => before === 'clone(' && text.length <= 18;

const NEIGHBOURS = ['7 brk(0x4000) = 0x4000', '7 getpid() = 7', '7 brk(0x4000) = 0x4000'] as const;
const [FIRST, , LAST] = NEIGHBOURS;

function numbersOf(event: SyscallEvent): unknown[] {
  return Object.values(event).filter((value) => typeof value === 'number');
}

describe.each(PLACES)('$name', ({ before, after }) => {
  test.each(TOO_LARGE)('is refused as %s', async (text) => {
    const lines = [FIRST, `7 ${before}${text}${after}`, LAST];
    for (const everyLineAsText of [false, true]) {
      const { events, found } = await read(lines, everyLineAsText);
      if (isHint(before) || isWide(before, text)) expect(found).toEqual([]);
      else {
        expect(events.map(({ line }) => line)).toEqual([1, 3]);
        expect(found).toHaveLength(1);
        expect(found[0]!.line).toBe(2);
        expect(found[0]!.code).toMatch(/^strace\/(?:malformed-call|impossible-call)$/);
      }
    }
  });

  test.each(NO_NUMBERS)('never makes numbers that are none: %j', async (text) => {
    const lines = [FIRST, `7 ${before}${text}${after}`, LAST];
    const [asBytes, asText] = [await read(lines, false), await read(lines, true)];
    expect(asBytes).toEqual(asText);
    expect(asBytes.events.flatMap(numbersOf).filter((value) => !Number.isFinite(value))).toEqual(
      [],
    );
    const neighbours = asBytes.events.filter(({ line }) => line !== 2);
    expect(neighbours.map(({ line }) => line)).toEqual([1, 3]);
  });
});

test('a length of 8 PiB is none, one of a byte less is', async () => {
  const munmap = (length: number) => `7 munmap(0x7f0000000000, ${length}) = 0`;
  const { events, found } = await read([munmap(2 ** 53), munmap(2 ** 53 - 1)], false);
  expect(events).toMatchObject([{ line: 2, length: 2 ** 53 - 1 }]);
  expect(found).toEqual([{ code: 'strace/impossible-call', line: 1 }]);
});

test('a break that was refused may be any address', async () => {
  const { events, found } = await read(['7 brk(0x10005588b57b4000) = 0x5000'], false);
  expect(events).toMatchObject([{ requested: 0x10005588b57b4000, result: 0x5000 }]);
  expect(found).toEqual([]);
});

test.each([
  ['flags', 'mmap(NULL, 4096, PROT_READ, 17592186044417, -1, 0) = 0x7f0000000000'],
  ['flags', 'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|0x100000000, -1, 0) = 0x7f0000000000'],
  ['rights', 'mmap(NULL, 4096, 0x100000000, 0x22, -1, 0) = 0x7f0000000000'],
  ['flags', 'mremap(0x7f0000000000, 4096, 8192, 0x100000001) = 0x7f0000000000'],
  ['flags', 'shmat(3, NULL, 0x100000000) = 0x7f0000000000'],
  ['flags', 'mmap(NULL, 4096, PROT_READ, garbage, -1, 0) = 0x7f0000000000'],
])('%s are of 32 bits: %s', async (_, call) => {
  const { events, found } = await read([FIRST, `7 ${call}`, LAST], false);
  expect(events.map(({ line }) => line)).toEqual([1, 3]);
  expect(found).toEqual([{ code: 'strace/malformed-call', line: 2 }]);
});

test('flags may use all 32 bits', async () => {
  const mmap = (flags: string) => `7 mmap(NULL, 4096, PROT_READ, ${flags}, -1, 0) = 0x7f0000000000`;
  const lines = ['MAP_PRIVATE|0x80000000', '0xffffffff', '34<<MAP_HUGE_SHIFT|MAP_PRIVATE'].map(
    mmap,
  );
  const { events, found } = await read(lines, false);
  expect(found).toEqual([]);
  expect(events).toMatchObject([{ flags: 0x80000002 }, { flags: 0xffffffff }, { flags: 2 }]);
});

test.each([
  ['PID', `${'9'.repeat(20)} brk(NULL) = 0x1000`],
  ['PID', `[pid ${'9'.repeat(310)}] brk(NULL) = 0x1000`],
  ['time', `7 ${'9'.repeat(310)}.5 brk(NULL) = 0x1000`],
  ['gap', `7 (+ ${'9'.repeat(310)}.5) brk(NULL) = 0x1000`],
])('a %s without end makes no line of strace: %.40s', async (_, line) => {
  const { events, found } = await read([FIRST, line, LAST], false);
  expect(events.map((event) => event.line)).toEqual([1, 3]);
  expect(found).toEqual([{ code: 'strace/unrecognised-line', line: 2 }]);
});

test('a log with one such call is replayed without it', async () => {
  const mmap = (flags: string, at: string) =>
    `7 mmap(NULL, 8192, PROT_READ|PROT_WRITE, ${flags}, -1, 0) = ${at}`;
  const found = await replayLog(
    '7 brk(NULL) = 0x1000',
    mmap('MAP_PRIVATE|MAP_ANONYMOUS', '0x7f0000000000'),
    mmap(String(2 ** 64), '0x7f0000010000'),
  );
  expect(found.diagnostics.list()).toMatchObject([
    { code: 'strace/malformed-call', position: { line: 3 } },
  ]);
  expect(found.spaces).toHaveLength(1);
});

// No number of a log is -0, which equals 0 everywhere but in a matcher.
const number = fc
  .oneof(fc.nat(2 ** 31 - 1), fc.double({ noNaN: true }), fc.maxSafeNat())
  .map((value) => value + 0);

test('records hold flags and rights of any events that fit', () => {
  const mmap = fc.record({
    pid: fc.nat(),
    line: fc.nat(),
    time: fc.constant(undefined),
    call: fc.constant('mmap' as const),
    length: fc.maxSafeNat(),
    protection: number,
    flags: number,
    descriptor: fc.integer({ min: -1, max: 99 }),
    path: fc.constant(undefined),
    offset: fc.maxSafeNat(),
    result: fc.maxSafeNat(),
  });
  fc.assert(
    fc.property(mmap, (event) => {
      const isWhole = Number.isInteger(event.flags) && Number.isInteger(event.protection);
      fc.pre(isWhole && event.protection >= 0);
      if (!fitsRecord(event)) return;
      const numbers = new Float64Array(RECORD_NUMBERS);
      writeRecord(numbers, 0, event, 0);
      expect(new RecordReader().read(numbers, 0, [])).toMatchObject(event);
    }),
  );
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { leastRequest } from '../../../src/analysis/replay/brk-steps.ts';
import { HeapTimeline } from '../../../src/analysis/replay/heap-timeline.ts';
import { MEMORY_USES, memoryUse } from '../../../src/knowledge/memory-uses.ts';
import { MAP, PROT } from '../../../src/model/syscall-trace.ts';
import { ROOT } from '../../support/paths.ts';
import { replayLog } from '../../support/strace.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const ANONYMOUS = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';

const corpusLog = (run: string) =>
  readFileSync(`${ROOT}fixtures/corpus/${run}/strace.log`, 'utf8').trimEnd().split('\n');

async function heapOf(lines: readonly string[]) {
  const { spaces } = await replayLog(...lines);
  return spaces[0]!.heap;
}

async function recognised(lines: readonly string[]) {
  const { malloc, runtimes } = await heapOf(lines);
  return {
    malloc: malloc?.allocator.value.id,
    runtimes: runtimes.map(({ allocator }) => allocator.value.id),
  };
}

/** The most that a process ever had, by use. */
async function peaks(lines: readonly string[]) {
  const { uses } = await heapOf(lines);
  return Object.fromEntries(uses.map(({ use, peak }) => [use.id, peak]));
}

describe('the allocator of a real program', () => {
  test.each([
    ['vec_sizes/e024_lone.full', 'glibc', ['rust']],
    ['vec_sizes/e024_lone.mem', 'glibc', ['rust']],
    ['threads/t4.mem', 'glibc', ['rust']],
    ['c_fixed_ctl/ctl.mem', 'glibc', []],
    ['cpp_vector/e72_shrink.mem', 'glibc', []],
    ['py_list/append200k.full', 'glibc', ['cpython']],
    ['py_list/append200k.mem', 'glibc', ['cpython']],
    ['go_slice/n100000.full', undefined, ['go']],
    ['musl_c/static_e100.mem', 'musl', []],
    ['musl_c/dyn_e024.mem', 'musl', []],
    ['cpp_vector/jemalloc_e24_push.mem', 'jemalloc', []],
  ])('%s is %s', async (run, malloc, runtimes) => {
    expect(await recognised(corpusLog(run))).toEqual({ malloc, runtimes });
  });
});

describe('an allocator', () => {
  test('whose library is opened needs no other sign', async () => {
    const opened = (name: string) => [
      `openat(AT_FDCWD, "/usr/lib/x86_64-linux-gnu/${name}", O_RDONLY|O_CLOEXEC) = 3`,
      'brk(NULL) = 0x555500000000',
      'brk(0x555500021000) = 0x555500021000',
    ];
    expect((await recognised(opened('libtcmalloc_minimal.so.4'))).malloc).toBe('tcmalloc');
    expect((await recognised(opened('libmimalloc.so.2.0'))).malloc).toBe('mimalloc');
    expect((await recognised(opened('libc.so.6'))).malloc).toBe('glibc');
  });

  test('says on which line it showed, and how', async () => {
    const { malloc } = await heapOf([
      'brk(NULL) = 0x555500000000',
      'brk(0x555500021000) = 0x555500021000',
    ]);
    expect(malloc!.line).toBe(2);
    expect(malloc!.allocator).toMatchObject({ basis: 'inferred' });
  });

  test('is tcmalloc where brk begins with 8 MiB', async () => {
    const lines = ['brk(NULL) = 0x555500000000', 'brk(0x555500800000) = 0x555500800000'];
    expect((await recognised(lines)).malloc).toBe('tcmalloc');
  });

  test('is mimalloc where segments of 32 MiB lie between 2 and 30 TiB', async () => {
    const flags = 'PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0';
    const lines = [`mmap(0x40000000000, 33554432, ${flags}) = 0x40000000000`];
    expect((await recognised(lines)).malloc).toBe('mimalloc');
    // V8 asks for random addresses, which lie there as well.
    const other = [`mmap(0x40000040000, 524288, ${flags}) = 0x40000040000`];
    expect((await recognised(other)).malloc).toBeUndefined();
  });

  test('is not guessed where nothing tells', async () => {
    expect(await recognised([`mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`])).toEqual({
      malloc: undefined,
      runtimes: [],
    });
  });

  test('of a parent is that of its forked child', async () => {
    const { spaces } = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      '10 brk(0x555500021000) = 0x555500021000',
      '10 fork() = 11',
      `11 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
    );
    expect(spaces.map(({ heap }) => heap.malloc?.allocator.value.id)).toEqual(['glibc', 'glibc']);
  });
});

describe('the language of a program', () => {
  const START = 'brk(NULL) = 0x555500000000';
  const mapped = (length: number, flags = ''): string =>
    `mmap(NULL, ${length}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS${flags}, -1, 0) = 0x7f0000000000`;

  /** What the report names as a runtime, and the language by which it weighs containers. */
  async function told(...lines: readonly string[]) {
    const { spaces } = await replayLog(START, ...lines);
    return spaces.map(({ heap, growth }) => [
      heap.runtimes.map(({ allocator }) => allocator.value.title).join(),
      growth.language,
    ]);
  }

  test.each<[string, string[], string, string]>([
    ['arenas of 1 MiB', Array(3).fill(mapped(MIB)), 'CPython', 'python'],
    ['too few of them', Array(2).fill(mapped(MIB)), '', 'c'],
    ['buffers of 256 KiB', Array(4).fill(mapped(256 * KIB)), '', 'c'],
    ['a signal stack', [mapped(12 * KIB, '|MAP_STACK')], 'Rust', 'rust'],
    ['a small stack of a thread', [mapped(128 * KIB, '|MAP_STACK')], '', 'c'],
    [
      'a mapped library',
      ['mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</usr/lib/libstdc++.so.6>, 0) = 0x7f0000000000'],
      '',
      'c++',
    ],
    [
      'a mapped interpreter with a debug build’s name',
      [
        'mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</usr/lib/libpython3.8d.so.1.0>, 0) = 0x7f0000000000',
      ],
      'CPython',
      'python',
    ],
  ])('is that of the runtime that the report names: %s', async (_, lines, runtime, language) => {
    expect(await told(...lines)).toEqual([[runtime, language]]);
  });

  test('of a parent is that of its forked child', async () => {
    const { spaces } = await replayLog(
      `10 ${START}`,
      `10 ${mapped(12 * KIB, '|MAP_STACK')}`,
      '10 fork() = 11',
      '11 brk(0x555500021000) = 0x555500021000',
    );
    expect(spaces.map(({ growth }) => growth.language)).toEqual(['rust', 'rust']);
  });
});

describe('the use of a mapping', () => {
  const READ_WRITE = PROT.READ | PROT.WRITE;
  const ordinary = { start: 0x7f0000000000, protection: READ_WRITE, flags: 0x22, isInHeap: false };

  test.each([
    ['small', { length: 128 * KIB }],
    ['malloc-mapping', { length: 132 * KIB }],
    ['malloc-mapping', { length: 204820 }],
    ['arena', { length: MIB }],
    ['arena', { length: 256 * KIB }],
    ['thread-stack', { length: 8 * MIB + 4096, protection: PROT.NONE, flags: 0x22 | MAP.STACK }],
    ['signal-stack', { length: 12288, flags: 0x22 | MAP.STACK }],
    ['thread-arena', { length: 128 * MIB, protection: PROT.NONE, flags: 0x22 | MAP.NORESERVE }],
    ['jemalloc-extent', { length: 2.5 * MIB, flags: 0x22 | MAP.NORESERVE }],
    ['go-heap', { length: 64 * MIB, protection: PROT.NONE, start: 0xc000000000 }],
    ['reservation', { length: 4096, protection: PROT.NONE }],
    ['library-data', { length: 53072, flags: 0x22 | MAP.FIXED }],
    ['code', { length: 65536, protection: READ_WRITE | PROT.EXEC }],
    ['other', { length: MIB, protection: PROT.READ }],
  ])('%s', (id, mapping) => {
    expect(memoryUse({ ...ordinary, ...mapping }).id).toBe(id);
  });

  test('is told with a reason, under names of its own', () => {
    expect(new Set(MEMORY_USES.map(({ id }) => id)).size).toBe(MEMORY_USES.length);
    expect(MEMORY_USES.filter(({ because }) => because === '')).toEqual([]);
  });

  test('stays when memory is put to use, moved, and taken from a reservation', async () => {
    const reserved = 'PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0';
    const fixed = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0';
    const lines = [
      `mmap(NULL, 134217728, ${reserved}) = 0x7f0000000000`,
      'munmap(0x7f0004000000, 67108864) = 0',
      'mprotect(0x7f0000000000, 135168, PROT_READ|PROT_WRITE) = 0',
      `mmap(0x7f0000021000, 4096, ${fixed}) = 0x7f0000021000`,
      `mmap(NULL, 200704, ${ANONYMOUS}) = 0x7f1000000000`,
      'mremap(0x7f1000000000, 200704, 397312, MREMAP_MAYMOVE) = 0x7f1000100000',
    ];
    expect(await peaks(lines)).toEqual({ 'thread-arena': 139264, 'malloc-mapping': 397312 });
    const arena = (await heapOf(lines)).uses.find(({ use }) => use.id === 'thread-arena')!;
    expect(arena.reserved).toBe(64 * MIB - 139264);
    expect(arena.peakLine).toBe(4);
  });

  test('of memory that is older than the log is not guessed', async () => {
    const lines = ['mremap(0x7f1000000000, 200704, 397312, MREMAP_MAYMOVE) = 0x7f1000100000'];
    expect(await peaks(lines)).toEqual({ unseen: 397312 });
  });

  test('is summed so that the parts are the whole, in every run of the corpus', async () => {
    for (const run of ['threads/t4.mem', 'py_list/append200k.full', 'go_slice/n100000.full']) {
      const { spaces } = await replayLog(...corpusLog(run));
      const { heap, replayed } = spaces[0]!;
      const { bytes, peak } = replayed.space;
      const sum = (of: (use: (typeof heap.uses)[number]) => number) =>
        heap.uses.reduce((total, use) => total + of(use), 0);
      expect(sum((use) => use.usable)).toBe(bytes.heap + bytes.anonymous);
      expect(sum((use) => use.reserved)).toBe(bytes.reserved);
      expect(sum((use) => use.atPeak)).toBe(peak.heap + peak.anonymous);
    }
  });
});

describe('a step of brk', () => {
  test('of 132 KiB says nothing, a larger one what was asked for at least', () => {
    expect(leastRequest(0x21000)).toBeUndefined();
    // The blog's step, where 24 × 4096 bytes and 16 were asked for.
    expect(leastRequest(0x31000)).toMatchObject({ value: 65505, basis: 'inferred' });
    expect(leastRequest(0x31000)!.value).toBeLessThanOrEqual(24 * 4096 + 16);
  });

  test('is told with its line when it is the largest', async () => {
    const { largestStep, usualSteps } = await heapOf([
      'brk(NULL) = 0x555500000000',
      'brk(0x555500021000) = 0x555500021000',
      'brk(0x555500052000) = 0x555500052000',
      'brk(0x555500073000) = 0x555500073000',
    ]);
    expect(largestStep).toMatchObject({ delta: 0x31000, line: 3 });
    expect(usualSteps).toMatchObject({ value: 2, basis: 'inferred' });
  });
});

describe('the mmap threshold of glibc', () => {
  const start = ['brk(NULL) = 0x555500000000', 'brk(0x555500021000) = 0x555500021000'];
  const block = (bytes: number) => [
    `mmap(NULL, ${bytes}, ${ANONYMOUS}) = 0x7f0000000000`,
    `munmap(0x7f0000000000, ${bytes}) = 0`,
  ];

  test('is the size of the largest block that was freed, up to 32 MiB', async () => {
    const { threshold } = await heapOf([
      ...start,
      ...block(303104),
      ...block(200704),
      ...block(1028096),
      ...block(33 * MIB),
      'brk(0x555500042000) = 0x555500042000',
    ]);
    expect(threshold).toMatchObject({ current: 1028096, raises: 2, trimThreshold: 2 * 1028096 });
    expect(threshold!.first).toMatchObject({ threshold: 303104, line: 4 });
    expect(threshold!.grownSince).toEqual({ bytes: 0x21000, steps: 1 });
  });

  test('does not change when a part of a mapping, an arena or a stack is given back', async () => {
    const { threshold } = await heapOf([
      ...start,
      `mmap(NULL, 303104, ${ANONYMOUS}) = 0x7f0000000000`,
      'munmap(0x7f0000000000, 4096) = 0',
      ...block(MIB).map((line) => line.replace(/0x7f00/g, '0x7f10')),
    ]);
    expect(threshold).toBeUndefined();
  });
});

describe('the timeline', () => {
  const event = (line: number, time?: number) =>
    ({ pid: 1, line, time, call: 'munmap', start: 0, length: 4096 }) as const;

  test('keeps the peak and the end however long the log', () => {
    const timeline = new HeapTimeline();
    for (let line = 1; line <= 100_000; line++) {
      timeline.add(event(line), line === 77_777 ? 5 * MIB : line, 0);
    }
    const { points } = timeline;
    expect(points.length).toBeLessThanOrEqual(512);
    expect(timeline.unit).toBe('lines');
    expect(Math.max(...points.map(({ heap }) => heap))).toBe(5 * MIB);
    expect(points.at(-1)!.heap).toBe(100_000);
    const order = points.map(({ at }) => at);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('goes on where the clock goes back, stops, or leaps', () => {
    const timeline = new HeapTimeline();
    const times = [10, 11, 3, undefined, 12, 1e12, Number.POSITIVE_INFINITY, 13];
    for (const [i, time] of times.entries()) timeline.add(event(i + 1, time), i + 1, 0);
    const order = timeline.points.map(({ at }) => at);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(timeline.points.at(-1)!.heap).toBe(8);
  });
});

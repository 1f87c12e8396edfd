import { describe, expect, test } from 'vitest';
import { MapAtLine } from '../../../src/analysis/replay/folds/map-at-line.ts';
import { ReplayFold } from '../../../src/analysis/replay/replay.ts';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.ts';
import { strace } from '../../../src/parsers/strace/strace.ts';
import { replayLog, textInput } from '../../support/strace.ts';

const ANONYMOUS = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';
const KIB = 1024;

/** Size and history of each living mapping of a space. */
const alive = (findings: Awaited<ReturnType<typeof replayLog>>, space = 0) =>
  findings.spaces[space]!.alive.map((chain) => ({
    mapped: chain.mapped,
    steps: chain.steps.map((step) => step.kind),
  }));

describe('processes and threads', () => {
  test('threads share one address space', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD, stack=0x7f}, 88) = 11',
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '11 munmap(0x7f0000000000, 8192) = 0',
    );
    expect(findings.spaces).toHaveLength(1);
    expect(findings.spaces[0]!.replayed.pids).toEqual([10, 11]);
    expect(alive(findings)).toEqual([{ mapped: 4096, steps: ['mapped'] }]);
  });

  test('a fork copies the space; both sides go on alone', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 11',
      '11 mremap(0x7f0000000000, 8192, 16384, MREMAP_MAYMOVE) = 0x7f0000100000',
      '10 munmap(0x7f0000000000, 8192) = 0',
      `10 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000200000`,
    );
    expect(findings.spaces.map((space) => space.pid)).toEqual([11, 10]);
    expect(alive(findings, 0)).toEqual([{ mapped: 16384, steps: ['inherited', 'moved'] }]);
    expect(alive(findings, 1)).toEqual([{ mapped: 4096, steps: ['mapped'] }]);
  });

  test('vfork borrows the space until the child executes', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 vfork( <unfinished ...>',
      '11 execve("/bin/true", ["true"], 0x7ffd /* 9 vars */) = 0',
      '10 <... vfork resumed>) = 11',
      '11 brk(NULL) = 0x555500000000',
      '11 brk(0x555500021000) = 0x555500021000',
      '11 +++ exited with 0 +++',
      `10 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000200000`,
    );
    expect(findings.spaces.map(({ pid, replayed }) => [pid, replayed.program])).toEqual([
      [11, '/bin/true'],
      [10, undefined],
    ]);
    expect(alive(findings, 1).map(({ mapped }) => mapped)).toEqual([8192, 4096]);
  });

  test('execve starts afresh under the same PID', async () => {
    const findings = await replayLog(
      '10 execve("./first", ["./first"], 0x7ffd /* 9 vars */) = 0',
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 execve("./second", ["./second"], 0x7ffd /* 9 vars */) = 0',
      `10 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 +++ exited with 3 +++',
    );
    const told = findings.spaces.map(({ replayed, aliveBytes }) => ({
      program: replayed.program,
      outcome: replayed.outcome,
      aliveBytes,
    }));
    expect(told).toEqual([
      { program: './first', outcome: 'execve', aliveBytes: 8192 },
      { program: './second', outcome: 'exited with 3', aliveBytes: 4096 },
    ]);
  });

  test('without clone lines an unknown PID is a thread, and that is said', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '12 brk(NULL) = 0x555500000000',
    );
    expect(findings.replay.assumedThreads).toEqual([11]);
    expect(findings.spaces.map((space) => space.pid)).toEqual([10, 12]);
  });

  test('a child that only executes is no address space of its own', async () => {
    const lines = [`10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`];
    for (let child = 100; child < 400; child++) {
      lines.push(`10 fork() = ${child}`);
      lines.push(`${child} execve("./tool", ["./tool"], 0x7ffd /* 9 vars */) = 0`);
      lines.push(`${child} +++ exited with 0 +++`);
    }
    const findings = await replayLog(...lines);
    expect(findings.spaces).toHaveLength(1);
    expect(findings.trace.tasks).toHaveLength(301);
  });

  test('of very many processes the largest are kept and the rest is counted', async () => {
    const lines: string[] = [];
    for (let pid = 1; pid <= 300; pid++) {
      lines.push(`${pid} execve("./tool", ["./tool"], 0x7ffd /* 9 vars */) = 0`);
      lines.push(`${pid} mmap(NULL, ${4096 * pid}, ${ANONYMOUS}) = 0x7f0000000000`);
      lines.push(`${pid} +++ exited with 0 +++`);
    }
    const { spaces, replay } = await replayLog(...lines);
    expect(spaces.length + replay.spacesNotKept).toBe(300);
    expect(spaces.map(({ pid }) => pid)).toEqual(Array.from({ length: 64 }, (_, i) => 300 - i));
    expect(spaces[0]!.replayed.space.peakTotal).toBe(300 * 4096);
  });
});

describe('a child whose first line stands before its creation returns', () => {
  const fork = 'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD';

  test('has a copy of what its parent had', async () => {
    const { spaces, replay } = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      `10 ${fork} <unfinished ...>`,
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '10 <... clone resumed>) = 11',
      '10 munmap(0x7f0000000000, 8192) = 0',
    );
    expect(replay.assumedThreads).toEqual([]);
    const bytes = spaces.map(({ pid, aliveBytes }) => [pid, aliveBytes]);
    expect(bytes).toEqual(
      expect.arrayContaining([
        [11, 12288],
        [10, 0],
      ]),
    );
  });

  test('is a thread where the call says so', async () => {
    const { spaces } = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      '20 brk(NULL) = 0x555500000000',
      '10 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f} <unfinished ...>',
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '10 <... clone3 resumed>, 88) = 11',
    );
    expect(spaces.find(({ pid }) => pid === 10)!.replayed.pids).toEqual([10, 11]);
  });

  test('of several parents each has one child, in their order', async () => {
    const { spaces } = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      '20 brk(NULL) = 0x555500000000',
      `20 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      `10 ${fork} <unfinished ...>`,
      `20 ${fork} <unfinished ...>`,
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      `21 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '20 <... clone resumed>) = 21',
      '10 <... clone resumed>) = 11',
    );
    const bytes = Object.fromEntries(spaces.map(({ pid, aliveBytes }) => [pid, aliveBytes]));
    expect(bytes).toMatchObject({ 11: 4096, 21: 12288 });
  });

  test('that returned before is not looked for among other parents', async () => {
    const { spaces } = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      '20 brk(NULL) = 0x555500000000',
      `20 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      `20 ${fork} <unfinished ...>`,
      `10 ${fork}) = 11`,
      `11 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      `21 mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '20 <... clone resumed>) = 21',
    );
    const bytes = Object.fromEntries(spaces.map(({ pid, aliveBytes }) => [pid, aliveBytes]));
    expect(bytes).toMatchObject({ 11: 4096, 21: 12288 });
  });
});

test('a thread that nobody created can come into a space that was given up', async () => {
  const lines: string[] = [];
  const run = (pid: number, bytes: number) => {
    lines.push(`${pid} execve("./tool", ["./tool"], 0x7ffd /* 9 vars */) = 0`);
    lines.push(`${pid} mmap(NULL, ${bytes}, ${ANONYMOUS}) = 0x7f0000000000`);
    lines.push(`${pid} +++ exited with 0 +++`);
  };
  for (let pid = 1; pid <= 128; pid++) run(pid, 8192);
  for (let pid = 201; pid <= 210; pid++) run(pid, 4096);
  lines.push(`300 mmap(NULL, 40960, ${ANONYMOUS}) = 0x7f0000100000`);
  run(301, 12288);
  const { spaces } = await replayLog(...lines);
  const peaks = spaces.map(({ replayed }) => replayed.space.peakTotal);
  expect(peaks.filter((peak) => peak === 40960)).toHaveLength(1);
  expect(peaks.filter((peak) => peak === 12288)).toHaveLength(1);
  expect(peaks.filter((peak) => peak === 8192)).toHaveLength(63);
});

describe('the order of effects', () => {
  test('an unfinished call takes effect where it is resumed', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 11',
      '10 munmap(0x7f0000000000, 8192 <unfinished ...>',
      `11 mmap(NULL, 4096, ${ANONYMOUS} <unfinished ...>`,
      '10 <... munmap resumed>) = 0',
      '11 <... mmap resumed>) = 0x7f0000000000',
    );
    expect(alive(findings)).toEqual([{ mapped: 4096, steps: ['mapped'] }]);
  });

  test('failed calls change nothing', async () => {
    const { spaces } = await replayLog(
      'brk(NULL) = 0x555500000000',
      'brk(0x555500021000) = 0x555500000000',
      `mmap(NULL, 8192, ${ANONYMOUS}) = -1 ENOMEM (Cannot allocate memory)`,
      `mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000000000`,
      'munmap(0x7f0000000000, 4096) = -1 EINVAL (Invalid argument)',
      'mremap(0x7f0000000000, 4096, 8192, 0) = -1 ENOMEM (Cannot allocate memory)',
    );
    expect(spaces[0]!.replayed.space.heap.bytes).toBe(0);
    expect(spaces[0]!.alive.map((chain) => chain.mapped)).toEqual([4096]);
  });
});

describe('the brk heap', () => {
  test('starts at the first break asked for and remembers how it moved', async () => {
    const { spaces } = await replayLog(
      'brk(NULL) = 0x555500000000',
      'brk(NULL) = 0x555500000000',
      'brk(0x555500021000) = 0x555500021000',
      'brk(0x555500042000) = 0x555500042000',
      'brk(0x555500031000) = 0x555500031000',
    );
    const { heap } = spaces[0]!.replayed.space;
    expect(heap).toMatchObject({ start: 0x555500000000, startIsKnown: true, grew: 2, shrank: 1 });
    expect(heap.bytes).toBe(196 * KIB);
    expect(heap.peak).toMatchObject({ bytes: 264 * KIB, line: 4 });
    expect(spaces[0]!.brkSteps.map(({ delta, count }) => [delta, count])).toEqual([
      [132 * KIB, 2],
      [-68 * KIB, 1],
    ]);
  });

  test('of a log that begins later is known from its first sight on', async () => {
    const { spaces } = await replayLog(
      'brk(0x555500021000) = 0x555500021000',
      'brk(0x555500042000) = 0x555500042000',
    );
    const { heap } = spaces[0]!.replayed.space;
    expect(heap).toMatchObject({ startIsKnown: false });
    expect(heap.bytes).toBe(132 * KIB);
  });
});

describe('the history of a mapping', () => {
  test('follows it through growing in place, moving, shrinking and going', async () => {
    const { spaces } = await replayLog(
      `mmap(NULL, 200704, ${ANONYMOUS}) = 0x7f0000000000`,
      'mremap(0x7f0000000000, 200704, 397312, MREMAP_MAYMOVE) = 0x7f0000000000',
      'mremap(0x7f0000000000, 397312, 790528, MREMAP_MAYMOVE) = 0x7f0001000000',
      'mremap(0x7f0001000000, 790528, 4096, MREMAP_MAYMOVE) = 0x7f0001000000',
      'munmap(0x7f0001000000, 4096) = 0',
    );
    const { chain } = spaces[0]!.growth.containers[0]!;
    expect(chain.steps.map(({ kind, mapped, line }) => [kind, mapped, line])).toEqual([
      ['mapped', 200704, 1],
      ['resized', 397312, 2],
      ['moved', 790528, 3],
      ['resized', 4096, 4],
    ]);
    expect(chain.endLine).toBe(5);
    expect(chain.peak).toBe(790528);
  });

  test('begins where the log first sees it', async () => {
    const { spaces } = await replayLog(
      'mremap(0x7f0000000000, 397312, 790528, MREMAP_MAYMOVE) = 0x7f0001000000',
    );
    expect(spaces[0]!.alive[0]!.steps.map(({ kind, mapped }) => [kind, mapped])).toEqual([
      ['found', 397312],
      ['moved', 790528],
    ]);
  });

  test('ends when another mapping is laid over it', async () => {
    const { spaces } = await replayLog(
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      'mremap(0x7f0000000000, 8192, 12288, MREMAP_MAYMOVE) = 0x7f0000000000',
      'mmap(0x7f0000000000, 12288, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3, 0) = 0x7f0000000000',
    );
    expect(spaces[0]!.growth.containers[0]!.chain.endLine).toBe(3);
  });

  test('of very many steps keeps both ends and counts what it leaves out', async () => {
    const lines = [`mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000000000`];
    for (let pages = 1; pages < 1000; pages++) {
      const sizes = `${pages * 4096}, ${(pages + 1) * 4096}`;
      lines.push(`mremap(0x7f0000000000, ${sizes}, MREMAP_MAYMOVE) = 0x7f0000000000`);
    }
    const { spaces } = await replayLog(...lines);
    const [chain] = spaces[0]!.alive;
    expect(chain!.stepCount).toBe(1000);
    expect(chain!.steps).toHaveLength(512);
    expect(chain!.steps[0]!.line).toBe(1);
    expect(chain!.steps.at(-1)!.line).toBe(1000);
  });
});

describe('lines without a PID', () => {
  test('belong to the process that is named later', async () => {
    const { trace, spaces } = await replayLog(
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      'clone3({flags=CLONE_VM|CLONE_THREAD}strace: Process 502 attached',
      ' <unfinished ...>',
      `[pid   502] mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000010000`,
      '[pid   501] <... clone3 resumed>, 88) = 502',
      '[pid   501] munmap(0x7f0000000000, 8192) = 0',
      '[pid   502] +++ exited with 0 +++',
      'exit_group(0) = ?',
      '+++ exited with 0 +++',
    );
    expect(trace.lines.unrecognised).toBe(0);
    expect(trace.tasks).toHaveLength(2);
    expect(spaces).toHaveLength(1);
    expect(spaces[0]).toMatchObject({ pid: 501, aliveBytes: 4096 });
    expect(spaces[0]!.replayed.outcome).toBe('exited with 0');
  });
});

describe('time', () => {
  test('of day passes midnight', async () => {
    const { spaces, trace } = await replayLog(
      'clock: not a line',
      `23:59:59.500000 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '00:00:00.250000 munmap(0x7f0000000000, 4096) = 0',
    );
    expect(trace.clock).toBe('time of day');
    expect(spaces[0]!.alive[0]!.steps[1]!.time).toBeCloseTo(0.75);
  });

  test('under -r is the sum of the gaps', async () => {
    const { spaces } = await replayLog(
      `10      0.000000 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '11      0.250000 getpid() = 11',
      '10      0.500000 munmap(0x7f0000000000, 4096) = 0',
    );
    expect(spaces[0]!.alive[0]!.steps[1]!.time).toBeCloseTo(0.75);
  });
});

/** The map at the end, a line for each row. */
const rows = (findings: Awaited<ReturnType<typeof replayLog>>, space = 0) =>
  findings.spaces[space]!.replayed.space.regions.map(
    ({ start, end, kind, protection, offset, path }) =>
      `${start.toString(16)}-${end.toString(16)} ${protection} ${kind} ${offset} ${path ?? ''}`,
  );

describe('the map', () => {
  test('names files by their descriptors, as open and close show them', async () => {
    const file = (start: string, descriptor: number, offset: string) =>
      `mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, ${descriptor}, ${offset}) = ${start}`;
    const findings = await replayLog(
      'openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3',
      file('0x7f0000000000', 3, '0x3000'),
      'close(3) = 0',
      'open("/etc/services", O_RDONLY) = 3',
      file('0x7f0000010000', 3, '0'),
      file('0x7f0000020000', 7, '0'),
      'memfd_create("cache", MFD_CLOEXEC) = 4',
      'mmap(NULL, 4096, PROT_READ, MAP_SHARED, 4, 0) = 0x7f0000030000',
      'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 5</lib/libz.so.1>, 0) = 0x7f0000040000',
    );
    expect(rows(findings)).toEqual([
      '7f0000000000-7f0000001000 1 file 12288 /lib/libc.so.6',
      '7f0000010000-7f0000011000 1 file 0 /etc/services',
      '7f0000020000-7f0000021000 1 file 0 ',
      '7f0000030000-7f0000031000 1 file 0 /memfd:cache (deleted)',
      '7f0000040000-7f0000041000 1 file 0 /lib/libz.so.1',
    ]);
  });

  test('keeps open files through fork and execve', async () => {
    const findings = await replayLog(
      '10 openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY) = 3',
      '10 fork() = 11',
      '11 execve("./tool", ["./tool"], 0x7ffd /* 9 vars */) = 0',
      '10 close(3) = 0',
      '11 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000',
    );
    expect(rows(findings)).toEqual(['7f0000000000-7f0000001000 1 file 0 /lib/libc.so.6']);
  });

  test('joins neighbours of one nature, whatever their history, and only those', async () => {
    const findings = await replayLog(
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000004000`,
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000002000`,
      'madvise(0x7f0000005000, 4096, MADV_HUGEPAGE) = 0',
      `mmap(NULL, 4096, ${ANONYMOUS}) = 0x7f0000000000`,
      'mremap(0x7f0000000000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7f0000001000) = 0x7f0000001000',
    );
    expect(alive(findings)).toHaveLength(3);
    expect(rows(findings)).toEqual([
      // It was made elsewhere, so its pages have other numbers.
      '7f0000001000-7f0000002000 3 anonymous 0 ',
      '7f0000002000-7f0000005000 3 anonymous 0 ',
      '7f0000005000-7f0000006000 3 anonymous 0 ',
    ]);
  });

  test('has what the log only sees changed as unknown', async () => {
    const findings = await replayLog(
      'execve("./first", ["./first"], 0x7ffd /* 9 vars */) = 0',
      'mprotect(0x555500002000, 8192, PROT_READ) = 0',
      'munmap(0x555500003000, 4096) = 0',
    );
    expect(rows(findings)).toEqual(['555500002000-555500003000 1 unknown 0 ']);
    expect(findings.spaces[0]!.replayed.space.peak.anonymous).toBe(0);
  });

  test('has System V memory where shmget tells its size', async () => {
    const findings = await replayLog(
      '10 shmget(0xbeef, 12000, IPC_CREAT|0600) = 32769',
      '10 fork() = 11',
      '11 shmat(32769, NULL, 0) = 0x7f0000000000',
      '11 shmat(32769, NULL, SHM_RDONLY) = 0x7f0000010000',
      '11 shmat(99, NULL, 0) = 0x7f0000020000',
      `11 mmap(0x7f0000011000, 4096, ${ANONYMOUS.replace('MAP_PRIVATE', 'MAP_PRIVATE|MAP_FIXED')}) = 0x7f0000011000`,
      '11 shmdt(0x7f0000010000) = 0',
    );
    expect(rows(findings)).toEqual([
      '7f0000000000-7f0000003000 3 shared 0 /SYSV0000beef (deleted)',
      '7f0000011000-7f0000012000 3 anonymous 0 ',
    ]);
    expect(findings.spaces[0]!.replayed.space.unsizedSegments).toBe(1);
  });

  test('has no part that the parent kept from its children', async () => {
    const findings = await replayLog(
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      '10 madvise(0x7f0000001000, 4096, MADV_DONTFORK) = 0',
      '10 fork() = 11',
      '11 munmap(0x7f0000008000, 4096) = 0',
    );
    expect(rows(findings, 1)).toEqual(['7f0000000000-7f0000001000 3 anonymous 0 ']);
    expect(alive(findings, 1)).toEqual([{ mapped: 4096, steps: ['inherited', 'trimmed'] }]);
  });
});

describe('a log that is not what it should be', () => {
  test('of two runs in one file is two address spaces', async () => {
    const once = (heap: string) => [
      `10 brk(NULL) = ${heap}000`,
      `10 brk(${heap}021000) = ${heap}021000`,
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
    ];
    const findings = await replayLog(
      '10 brk(NULL) = 0x555500000000',
      `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      ...once('0x555600'),
    );
    expect(findings.spaces.map(({ replayed }) => replayed.space.bytes.anonymous)).toEqual([
      8192, 8192,
    ]);
    expect(findings.spaces.map(({ replayed }) => replayed.outcome)).toEqual([undefined, 'execve']);
  });

  test('with calls that no kernel can have granted leaves them out and counts them', async () => {
    const { spaces, diagnostics } = await replayLog(
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
      `mmap(NULL, 8192, ${ANONYMOUS}) = 0xfffffffffffff000`,
      'munmap(0x7f0000000001, 4096) = 0',
      'munmap(0x7f0000000000, 0) = 0',
      'munmap(0x7f0000000000, 18446744073709551615) = 0',
      'munmap(0x7f00deadb000, 4096) = 0',
    );
    const { space } = spaces[0]!.replayed;
    expect(diagnostics.counts().get('strace/impossible-call')).toBe(4);
    expect(space.bytes.anonymous).toBe(8192);
  });
});

test('the map at a line is what was there when the line had taken effect', async () => {
  const log = [
    '10 brk(NULL) = 0x555500000000',
    `10 mmap(NULL, 8192, ${ANONYMOUS}) = 0x7f0000000000`,
    '10 munmap(0x7f0000000000, 4096) = 0',
    '10 fork() = 11',
    '11 munmap(0x7f0000001000, 4096) = 0',
    '10 +++ exited with 0 +++',
  ];
  const sizesAt = async (line: number) => {
    const replay = new ReplayFold();
    const map = new MapAtLine(replay, line);
    const context = { diagnostics: new Diagnostics('log'), asked: { folds: [map, replay] } };
    await strace.parse(textInput(`${log.join('\n')}\n`), context);
    return map
      .finish()
      .processes.map(({ pid, rows }) => [pid, ...rows.map(({ start, end }) => end - start)]);
  };
  expect(await sizesAt(1)).toEqual([[10]]);
  expect(await sizesAt(2)).toEqual([[10, 8192]]);
  expect(await sizesAt(3)).toEqual([[10, 4096]]);
  expect(await sizesAt(5)).toEqual([[10, 4096], [11]]);
  expect(await sizesAt(99)).toEqual([[11]]);
});

/** Memory under its own name, whoever made it; and captures of one process, whatever they call it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readStory } from '../src/app/read-story.ts';
import { ingest } from '../src/ingest/ingest.ts';
import { ROOT } from './support/paths.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-labels-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const tell = (...files: string[]) =>
  readStory({ files, query: { pageBytes: 4096 }, ingest: (request) => ingest(request) });

function written(name: string, ...lines: readonly string[]): string {
  const file = path.join(scratch, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** A row of smaps of so many KiB, all of it in RAM. */
const row = (start: number, kib: number, rights: string, name: string): string[] => [
  `${start.toString(16)}-${(start + kib * 1024).toString(16)} ${rights} 00000000 00:00 0 ${name}`,
  `Size: ${kib} kB`,
  `Rss: ${kib} kB`,
  `Pss: ${kib} kB`,
  'Shared_Clean: 0 kB',
  'Shared_Dirty: 0 kB',
  `Private_Clean: 0 kB`,
  `Private_Dirty: ${kib} kB`,
];

const labelsOf = async (...files: string[]) => {
  const { story } = await tell(...files);
  const { inRam, resident } = story.waterfall!;
  expect(inRam.reduce((sum, { bytes }) => sum + bytes.value, 0)).toBe(resident);
  return Object.fromEntries(inRam.map(({ label, bytes }) => [label, bytes.value / 1024]));
};

describe('memory stands under the name of what gives it out', () => {
  test.each([
    ['heap-of-go', 'Go heap'],
    ['heap-of-java', 'Java heap'],
    ['heap-of-v8', 'V8 heap'],
    ['heap-of-cpython', 'pymalloc arenas, mmapped chunks'],
    ['jemalloc-in-front', 'jemalloc, live and free'],
  ])('%s: %s', async (name, label) => {
    const labels = await labelsOf(`${ROOT}fixtures/pmap/${name}/input.txt`);
    expect(labels[label]).toBeGreaterThan(0);
    expect(Object.keys(labels).join()).not.toMatch(/glibc/);
  });

  const at = 0x7f10_0000_0000;
  const PROGRAM = row(0x5555_0000_0000, 8, 'r-xp', '/usr/bin/demo');
  const LIBC = row(at - 0x1000_0000, 4, 'r-xp', '/usr/lib/libc.so.6');

  test('page cache, shared memory of each kind, huge pages', async () => {
    const file = written(
      'kinds.smaps.txt',
      ...[PROGRAM, LIBC].flat(),
      ...row(at, 1000, 'r--s', '/data/data.db'),
      ...row(at + 0x100_0000, 200, 'rw-s', '/memfd:buffers (deleted)'),
      ...row(at + 0x200_0000, 300, 'rw-s', '/SYSV0000beef (deleted)'),
      ...row(at + 0x300_0000, 400, 'rw-s', '/dev/shm/ring'),
      ...row(at + 0x400_0000, 52, 'rwxp', ''),
    );
    expect(await labelsOf(file)).toMatchObject({
      'page cache of data.db': 1000,
      'memfd buffers': 200,
      'System V shared memory': 300,
      'POSIX shared memory ring': 400,
      'generated code': 52,
    });
  });

  test('shared memory of PostgreSQL is its buffers, of others it is anonymous', async () => {
    const shared = row(at, 150_000, 'rw-s', '/dev/zero (deleted)');
    const demo = written('demo.smaps.txt', ...PROGRAM, ...LIBC, ...shared);
    expect(await labelsOf(demo)).toHaveProperty('anonymous shared memory', 150_000);
    const postgres = row(0x5555_0000_0000, 8, 'r-xp', '/usr/lib/postgresql/bin/postgres');
    const backend = written('backend.smaps.txt', ...postgres, ...LIBC, ...shared);
    const { story } = await tell(backend);
    expect(story.answer.largest[0]?.label).toBe('PostgreSQL shared memory (shared_buffers)');
  });

  test('memory of MAP_HUGETLB is no file, and not in RSS', async () => {
    const huge = row(at, 4096, 'rw-p', '/anon_hugepage (deleted)').map((line) =>
      line.replace(/^(Rss|Pss|Private_Dirty): .*/, '$1: 0 kB'),
    );
    const { story } = await tell(written('huge.smaps.txt', ...PROGRAM, ...LIBC, ...huge));
    const labels = story.waterfall!.notInRam.map(({ label }) => label);
    expect(labels).toContain('huge pages (hugetlb), not counted in RSS');
    expect(labels.join()).not.toMatch(/page cache/);
  });
});

describe('captures of one process', () => {
  const log = (pid: number) => [
    `${pid} execve("/usr/bin/server", ["server"], 0x7ffd00000000 /* 9 vars */) = 0`,
    `${pid} mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f5f550c3000`,
  ];
  const target = row(0x5555_0000_0000, 8, 'r-xp', '/usr/bin/real-server');
  const smaps = [...target, ...row(0x7f10_0000_0000, 4, 'rw-p', '')];

  test('are those of one PID, though a symbolic link calls the program otherwise', async () => {
    const status = written('now.status.txt', 'Name:\tserver', 'Pid:\t4711', 'VmRSS:\t12 kB');
    const files = [written('now.smaps.txt', ...smaps), written('strace.log', ...log(4711))];
    const { story } = await tell(...files, status);
    expect(story.mapAndLog).toEqual({ degree: 'process', because: 'PID 4711 in both' });
    expect((await tell(...files)).story.mapAndLog?.degree).toBe('other');
  });

  test('of a forking server are those of the PID that its status names', async () => {
    const status = written('now.status.txt', 'Name:\tserver', 'Pid:\t12', 'VmRSS:\t12 kB');
    const forked = [
      ...log(11),
      '11 clone(child_stack=NULL, flags=SIGCHLD) = 12',
      ...log(12).slice(1),
      '12 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f5f55000000',
    ];
    const map = written('now.smaps.txt', ...smaps);
    const { story } = await tell(map, written('strace.log', ...forked), status);
    expect(story.witnesses.space?.pid).toBe(12);
  });
});

test('a container is in the row that has its address and size, whatever moment the log is nearest to', async () => {
  const grown = 0x7f10_0000_0000;
  const log = written(
    'lost.log',
    '7 execve("/usr/bin/demo", ["demo"], 0x7ffd00000000 /* 9 vars */) = 0',
    '7 brk(NULL) = 0x555500000000',
    '7 brk(0x555500021000) = 0x555500021000',
    // Its munmap is not in the log: from here on nothing is as in the map.
    '7 mmap(NULL, 104857600, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7e1000000000',
    '7 mmap(NULL, 200704, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0f00000000',
    `7 mremap(0x7f0f00000000, 200704, 397312, MREMAP_MAYMOVE) = 0x${grown.toString(16)}`,
  );
  const map = written(
    'lost.smaps.txt',
    ...row(0x5555_0000_0000 - 0x10_0000, 8, 'r-xp', '/usr/bin/demo'),
    ...row(0x5555_0000_0000, 132, 'rw-p', '[heap]'),
    ...row(grown, 388, 'rw-p', ''),
  );
  const { story } = await tell(map, log);
  expect(story.snapshots[0]?.moment?.untilLine).toBe(4);
  expect(story.containers[0]?.row).toMatchObject({ kind: 'own', by: 'address' });
});

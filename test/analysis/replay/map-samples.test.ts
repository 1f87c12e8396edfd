import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryGroups } from '../../../src/analysis/memory-map/memory-groups.ts';
import { MapAtLine } from '../../../src/analysis/replay/folds/map-at-line.ts';
import { type MapSample, MapSamples } from '../../../src/analysis/replay/folds/map-samples.ts';
import type { MappedRow } from '../../../src/analysis/replay/mapped-rows.ts';
import { ReplayFold } from '../../../src/analysis/replay/replay.ts';
import { replayedMap } from '../../../src/analysis/replay/replayed-map.ts';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.ts';
import type { Fold } from '../../../src/model/fold.ts';
import type { SyscallEvent } from '../../../src/model/syscall-trace.ts';
import { strace } from '../../../src/parsers/strace/strace.ts';
import { ROOT } from '../../support/paths.ts';
import { replayLog, textInput } from '../../support/strace.ts';

/** Reads a log into a replay, and into what looks at it before. */
async function read(text: string, replay: ReplayFold, before?: Fold<SyscallEvent, unknown>) {
  const folds = before ? [before, replay] : [replay];
  const diagnostics = new Diagnostics('text');
  await strace.parse(textInput(text), { diagnostics, asked: { folds } });
}

async function samplesOf(text: string, index = 0): Promise<readonly MapSample[]> {
  const samples = new MapSamples();
  const replay = new ReplayFold(samples);
  await read(text, replay);
  return samples.of(replay.finish().spaces[index]!.space);
}

async function mapAfter(text: string, line: number): Promise<readonly MappedRow[]> {
  const replay = new ReplayFold();
  const map = new MapAtLine(replay, line);
  await read(text, replay, map);
  return map.finish().processes[0]!.rows;
}

const withoutOffset = (rows: readonly MappedRow[]) => rows.map((row) => ({ ...row, offset: 0 }));

const mmap = (at: number, pages = 1) =>
  `mmap(NULL, ${pages * 4096}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x${at.toString(16)}`;

/** Mappings with gaps between them, made one after the other. */
const manyMappings = (count: number) =>
  Array.from({ length: count }, (_, i) => mmap(0x7f0000000000 + i * 8192)).join('\n');

describe('samples of the map', () => {
  test('are what the log had mapped at their lines', async () => {
    const log = readFileSync(`${ROOT}fixtures/stories/seed/strace.log`, 'utf8');
    const samples = await samplesOf(log);
    expect(samples.length).toBeGreaterThan(60);
    for (const { line, rows } of samples) {
      expect(rows).toEqual(withoutOffset(await mapAfter(log, line)));
    }
  });

  test('follow every memory call where there are few', async () => {
    const log = manyMappings(40);
    const samples = await samplesOf(log);
    expect(samples.map(({ line }) => line)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(samples.map(({ rows }) => rows.length)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
  });

  test('are bounded, even, and reach the end', async () => {
    const log = `${Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? mmap(0x7f0000000000) : 'munmap(0x7f0000000000, 4096) = 0')).join('\n')}\n`;
    const samples = await samplesOf(log);
    expect(samples.length).toBeLessThanOrEqual(512);
    expect(samples.length).toBeGreaterThan(250);
    expect(samples.at(-1)!.line).toBe(10_000);
    const gaps = samples.slice(1).map(({ line }, i) => line - samples[i]!.line);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(64);
  });

  test('of large maps are fewer', async () => {
    const samples = await samplesOf(manyMappings(30_000));
    const rows = samples.reduce((sum, one) => sum + one.rows.length, 0);
    expect(rows).toBeLessThanOrEqual(1 << 20);
    expect(samples.at(-1)!.rows.length).toBe(30_000);
  });

  test('of each process are its own', async () => {
    const log = [
      `10 ${mmap(0x7f0000000000)}`,
      '10 fork() = 11',
      `11 ${mmap(0x7f0000100000)}`,
      `10 ${mmap(0x7f0000200000)}`,
      '11 munmap(0x7f0000000000, 4096) = 0',
    ].join('\n');
    const starts = (samples: readonly MapSample[]) =>
      samples.map(({ rows }) => rows.map(({ start }) => (start - 0x7f0000000000) / 0x100000));
    expect(starts(await samplesOf(log, 0))).toEqual([[0], [0, 2]]);
    expect(starts(await samplesOf(log, 1))).toEqual([[0, 1], [1]]);
  });
});

test('a moment of a log is a map like any other', async () => {
  const log = [
    'execve("/bin/prog", ["prog"], 0x7ffe /* 3 vars */) = 0',
    'brk(NULL) = 0x555555560000',
    'brk(0x555555581000) = 0x555555581000',
    'openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY) = 3',
    'mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x7ffff7d00000',
    mmap(0x7ffff7c00000, 64),
    'mprotect(0x555555554000, 4096, PROT_READ) = 0',
  ];
  const [sample] = (await samplesOf(log.join('\n'))).slice(-1);
  const { spaces } = await replayLog(...log);
  const { mappings, total, map } = memoryGroups(replayedMap(spaces[0]!, sample!));
  expect(map.executable).toBe('/bin/prog');
  expect(mappings.map(({ role, mapping }) => [role.value, mapping.permissions])).toEqual([
    ['kernel', 'r--p'],
    ['heap', 'rw-p'],
    ['anonymous', 'rw-p'],
    ['library', 'r-xp'],
  ]);
  expect(total.size).toBe(4096 + 0x21000 + 64 * 4096 + 8192);
  expect(total.resident).toBeUndefined();
});

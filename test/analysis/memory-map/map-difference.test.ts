import { expect, test } from 'vitest';
import { mapDifference } from '../../../src/analysis/memory-map/map-difference.ts';
import { memoryGroups } from '../../../src/analysis/memory-map/memory-groups.ts';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.ts';
import type { MemoryMaps } from '../../../src/model/memory-map.ts';
import { pmap } from '../../../src/parsers/pmap/pmap.ts';
import { textInput } from '../../support/strace.ts';

/** The mappings of one process, in the form of `pmap -x`. */
async function groupsOf(...rows: readonly string[]) {
  const text = ['7:   ./a.out', ...rows, ''].join('\n');
  const context = { diagnostics: new Diagnostics('text'), asked: {} };
  const { maps } = (await pmap.parse(textInput(text), context)) as MemoryMaps;
  return memoryGroups(maps[0]!);
}

const PROGRAM = '0000555555554000  84  64  64 r-x-- a.out';
const LIBC = '00007ffff7dda000  1368 900 0 r-x-- libc.so.6';
const STACK = '00007ffffffde000  132  12  12 rw---   [ stack ]';
const KIB = 1024;

const named = (one: { size: number; resident: number | undefined }) => [one.size, one.resident];

test('what appeared, vanished and grew, by address', async () => {
  const before = await groupsOf(
    PROGRAM,
    '0000555555570000  132  100 100 rw---   [ anon ]',
    '00007ffff7a00000  200  200 200 rw---   [ anon ]',
    LIBC,
    STACK,
  );
  const after = await groupsOf(
    PROGRAM,
    '0000555555570000  264  240 240 rw---   [ anon ]',
    '00007ffff7b00000  400  300 300 rw---   [ anon ]',
    LIBC,
    '00007ffffffbe000  260  140 140 rw---   [ stack ]',
  );
  const { matchedBy, changes, unchanged, groups } = mapDifference(before, after);
  expect(matchedBy).toBe('address');
  expect(unchanged).toBe(2);
  const kinds = changes.map(({ before: a, after: b }) => (a ? (b ? 'changed' : 'gone') : 'new'));
  expect(kinds).toEqual(['new', 'gone', 'changed', 'changed']);
  expect(changes.map(named)).toEqual([
    [400 * KIB, 300 * KIB],
    [-200 * KIB, -200 * KIB],
    [132 * KIB, 140 * KIB],
    // The stack grew downwards: it starts elsewhere and overlaps.
    [128 * KIB, 128 * KIB],
  ]);
  const total = groups.find(({ name }) => name === 'total')!;
  expect(total.after.size - total.before.size).toBe(460 * KIB);
});

test('another layout is matched by name, memory without one by size', async () => {
  const before = await groupsOf(
    PROGRAM,
    '00007ffff7a00000  200  200 200 rw---   [ anon ]',
    LIBC,
    STACK,
  );
  const after = await groupsOf(
    '000055aaaa554000  84  64  64 r-x-- a.out',
    '00007f11f7a00000  200  100 100 rw---   [ anon ]',
    '00007f11f7b00000  40  40 40 rw---   [ anon ]',
    '00007f11f7dda000  1368 900 0 r-x-- libc.so.6',
    '00007ffd00fde000  132  12  12 rw---   [ stack ]',
  );
  const { matchedBy, changes, unchanged } = mapDifference(before, after);
  expect([matchedBy, unchanged]).toEqual(['name', 3]);
  expect(changes.map(named)).toEqual([
    [40 * KIB, 40 * KIB],
    [0, -100 * KIB],
  ]);
});

test('a map compared with itself has not changed', async () => {
  const map = await groupsOf(PROGRAM, LIBC, STACK);
  expect(mapDifference(map, map)).toMatchObject({ changes: [], unchanged: 3 });
});

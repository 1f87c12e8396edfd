/** Threads that unmap while others map: strace shows the end of a call after the kernel was done with it. */
import { expect, test } from 'vitest';
import { replayLog } from '../../support/strace.ts';

const MIB = 2 ** 20;
const A = 0x7f00_0000_0000;
const hex = (address: number) => `0x${address.toString(16)}`;
const mapped = (pid: number, length: number, at: number) =>
  `${pid} mmap(NULL, ${length}, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ${hex(at)}`;

async function rangesOf(...lines: readonly string[]) {
  const { replay } = await replayLog(
    '1 execve("./p", ["./p"], 0x7ffd00000000 /* 9 vars */) = 0',
    '1 clone(child_stack=0x7f0000ff0000, flags=CLONE_VM|CLONE_THREAD) = 2',
    ...lines,
  );
  return replay.spaces[0]!.space.pieces.map(({ start, end }) => [start - A, end - A]);
}

test('what another thread mapped where an unfinished munmap had unmapped stays', async () => {
  // A new stack lies just where the old one was.
  const same = [
    mapped(1, 8 * MIB, A),
    `1 munmap(${hex(A)}, ${8 * MIB} <unfinished ...>`,
    mapped(2, 8 * MIB, A),
    '1 <... munmap resumed>) = 0',
  ];
  expect(await rangesOf(...same)).toEqual([[0, 8 * MIB]]);
});

test('the rest of what was unmapped is gone', async () => {
  const part = [
    mapped(1, 8 * MIB, A),
    `1 munmap(${hex(A)}, ${8 * MIB} <unfinished ...>`,
    mapped(2, MIB, A + 4 * MIB),
    '1 <... munmap resumed>) = 0',
  ];
  expect(await rangesOf(...part)).toEqual([[4 * MIB, 5 * MIB]]);
});

test('a call is raced with once: what landed can be unmapped later, by whom ever', async () => {
  const later = [
    mapped(1, 8 * MIB, A),
    `1 munmap(${hex(A)}, ${8 * MIB} <unfinished ...>`,
    mapped(2, 8 * MIB, A),
    '1 <... munmap resumed>) = 0',
    `1 munmap(${hex(A)}, ${8 * MIB}) = 0`,
  ];
  expect(await rangesOf(...later)).toEqual([]);
  const own = [mapped(1, MIB, A), mapped(2, MIB, A), `2 munmap(${hex(A)}, ${MIB}) = 0`];
  expect(await rangesOf(...own)).toEqual([]);
});

test('memory that mremap had moved away does not take with it what landed in its old place', async () => {
  const moved = [
    mapped(1, 2 * MIB, A),
    `1 mremap(${hex(A)}, ${2 * MIB}, ${4 * MIB}, MREMAP_MAYMOVE <unfinished ...>`,
    mapped(2, MIB, A),
    `1 <... mremap resumed>) = ${hex(A + 16 * MIB)}`,
  ];
  expect(await rangesOf(...moved)).toEqual([
    [0, MIB],
    [16 * MIB, 20 * MIB],
  ]);
});

test('MAP_FIXED lies over what is there, and races with nothing', async () => {
  const fixed = [
    mapped(1, 2 * MIB, A),
    `2 mmap(${hex(A)}, ${MIB}, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = ${hex(A)}`,
    `1 munmap(${hex(A)}, ${2 * MIB}) = 0`,
  ];
  expect(await rangesOf(...fixed)).toEqual([]);
});

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';

/** Digits that do not compress to nothing. */
function log(lines: number): string {
  let state = 1;
  const address = () => {
    state = (state * 48271) % 0x7fffffff;
    return `0x7f${state.toString(16).padStart(8, '0')}000`;
  };
  return Array.from({ length: lines }, () => `munmap(${address()}, 4096) = 0\n`).join('');
}

test.each([
  ['plain', (bytes: Buffer) => bytes],
  ['compressed', (bytes: Buffer) => zstdCompressSync(bytes)],
])('what is told of a %s file goes on to its end', async (_, encoded) => {
  const folder = mkdtempSync(`${tmpdir()}/memtool-progress-`);
  const file = `${folder}/strace.log`;
  writeFileSync(file, encoded(Buffer.from(log(200_000))));
  const { size } = statSync(file);
  const told: number[] = [];
  await ingest({
    source: file,
    wants: 'syscall-trace',
    onProgress: (position, of) => {
      expect(of).toBe(size);
      told.push(position);
    },
  });
  rmSync(folder, { recursive: true });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(new Set(told).size).toBeGreaterThan(2);
  expect(told.at(-1)).toBeGreaterThan(0.9 * size);
});

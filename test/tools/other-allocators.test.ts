/** Processes whose memory is not given out by glibc's malloc: who does is named, and nothing is walked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProcessHeap } from '../../src/app/read-heap-account.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-others-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

async function look(source: string, ...flags: string[]) {
  const program = path.join(scratch, 'program');
  const built = await run('gcc', ['-o', program, ...flags, `test/tools/programs/${source}`]);
  if (built.exitCode !== 0) return undefined;
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const spawned = await once(child, 'spawn').catch(() => undefined);
  if (spawned === undefined) return undefined;
  await once(child.stdout, 'data');
  const { reading, diagnostics } = readProcessHeap(child.pid!);
  child.kill('SIGKILL');
  await once(child, 'close');
  return { reading, diagnostics: diagnostics.list() };
}

describeWith(['gcc'], 'a program', () => {
  test('with a malloc of its own has no heap of glibc', async () => {
    const found = await look('own-malloc.c', '-fno-builtin');
    expect(found?.reading).toMatchObject({ account: undefined, otherOwner: undefined });
    expect(found?.diagnostics.map(({ code }) => code)).toEqual(['heap/none']);
  });

  test.each([
    ['jemalloc', '<jemalloc>: Error'],
    ['mimalloc', 'mimalloc: error: %s'],
    ['tcmalloc', 'tcmalloc: large alloc %d'],
  ])('that %s is linked into is told by its messages', async (id, message) => {
    const found = await look('own-malloc.c', '-fno-builtin', `-DMESSAGE="${message}"`);
    expect(found?.reading).toMatchObject({ account: undefined, otherOwner: { id } });
    expect(found?.diagnostics.map(({ code }) => code)).toEqual(['heap/other-allocator']);
  });

  test('of 32 bits is refused as such', async (context) => {
    const found = await look('of-32-bits.c', '-m32', '-nostdlib', '-static', '-ffreestanding');
    if (found === undefined) context.skip('programs of 32 bits cannot be built or run here');
    expect(found?.reading).toBeUndefined();
    expect(found?.diagnostics.map(({ code }) => code)).toEqual(['heap/other-width']);
  });
});

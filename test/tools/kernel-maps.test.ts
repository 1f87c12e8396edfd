/**
 * A program does random things to its own address space, with a seed, and writes down the map that
 * the kernel then has of it. The replay of its log has the same map, row for row.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReplayFold } from '../../src/analysis/replay/replay.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { compareWithKernel, parseMaps } from '../support/kernel-maps.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const SEEDS = Array.from({ length: 24 }, (_, i) => String(i + 1));
const STEPS = '100';

/** A failed call changes nothing, says the log; but these can fail after they have done a part. */
const HALF_DONE = /(?:mremap\(.* = -1 EFAULT|mprotect\(.* = -1 E)/;

describeWith(['strace', 'gcc'], 'random calls', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-maps-'));
  const program = path.join(scratch, 'random-mappings');
  afterAll(() => rmSync(scratch, { recursive: true }));

  beforeAll(async () => {
    const source = 'test/tools/programs/random-mappings.c';
    const built = await run('gcc', ['-O1', '-o', program, source]);
    expect(built.exitCode, built.stderr).toBe(0);
  });

  test.each(SEEDS)('with seed %s leave the map that the kernel has', async (seed) => {
    const log = path.join(scratch, `${seed}.log`);
    const traced = await run('strace', ['-f', '-o', log, program, seed, STEPS, '1']);
    expect(traced.exitCode, traced.stderr).toBe(0);

    if (HALF_DONE.test(readFileSync(log, 'utf8'))) return;
    const replay = new ReplayFold();
    let calls = 0;
    const counter = {
      step: (event: SyscallEvent) => {
        calls += event.call === 'mmap' || event.call === 'mremap' ? 1 : 0;
      },
      finish: () => calls,
    };
    await ingest({
      source: log,
      wants: 'syscall-trace',
      asks: { 'syscall-trace': { folds: [replay, counter] } },
    });
    const comparison = compareWithKernel(
      replay.finish().spaces[0]!.space,
      parseMaps(traced.stdout),
    );
    expect(comparison.differences).toEqual([]);
    expect(comparison.alike).toBeGreaterThan(10);
    expect(calls).toBeGreaterThan(20);
  });
});

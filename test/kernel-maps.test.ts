/**
 * fixtures/corpus: the kernel wrote down its map of each process while the process slept, before it
 * exited. The replay at that moment is the same, row for row: addresses, rights, offset, file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ReplayFold } from '../src/analysis/replay/replay.ts';
import type { ReplayedSpace } from '../src/analysis/replay/replayed-space.ts';
import { Diagnostics } from '../src/diagnostics/diagnostic.ts';
import type { Fold } from '../src/model/fold.ts';
import type { SyscallEvent } from '../src/model/syscall-trace.ts';
import { strace } from '../src/parsers/strace/strace.ts';
import { type Comparison, compareWithKernel, parseMaps } from './support/kernel-maps.ts';
import { ROOT } from './support/paths.ts';
import { textInput } from './support/strace.ts';

const CORPUS = `${ROOT}fixtures/corpus/`;

const RUNS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/strace.log'))
  .map((file) => file.replace('/strace.log', ''))
  .filter((run) => existsSync(`${CORPUS}${run}/maps.txt`))
  .sort();

/** Logs of all calls show the moment: each program prints its truth and sleeps. */
const FULL = RUNS.filter((run) => /\.(full|tt|r|y|nof)$/.test(run));

/** Logs of memory calls alone do not; it is one of the moments that they show. */
const MEMORY_ONLY = RUNS.filter((run) => /\.(mem|memR|memT|k)$/.test(run));

const kernelRows = (run: string) => parseMaps(readFileSync(`${CORPUS}${run}/maps.txt`, 'utf8'));

async function feed(text: string, fold: Fold<SyscallEvent, unknown>): Promise<void> {
  const context = { diagnostics: new Diagnostics('log'), asked: { folds: [fold] } };
  await strace.parse(textInput(text), context);
}

/** The address space of the traced program; some runs have others of a shell before it. */
function mainSpace(spaces: readonly ReplayedSpace[]) {
  return spaces.toSorted((a, b) => b.memoryCalls - a.memoryCalls)[0]!.space;
}

test('there are runs of both kinds', () => {
  expect(FULL.length).toBeGreaterThan(20);
  expect(MEMORY_ONLY.length).toBeGreaterThan(20);
});

describe.each(FULL)('%s', (run) => {
  test('has the map that the kernel had', async () => {
    const log = readFileSync(`${CORPUS}${run}/strace.log`, 'utf8');
    const lines = log.split('\n');
    const printed = lines.findLastIndex((line) => line.includes('write(1, '));
    expect(printed).toBeGreaterThan(0);
    const replay = new ReplayFold();
    await feed(`${lines.slice(0, printed + 1).join('\n')}\n`, replay);
    const comparison = compareWithKernel(mainSpace(replay.finish().spaces), kernelRows(run));
    expect(comparison.differences).toEqual([]);
    // All that is missing is what the kernel makes at exec, and a static program's is little.
    expect(comparison.alike).toBeGreaterThan(comparison.kernelOwn / 2);
  });
});

describe.each(MEMORY_ONLY)('%s', (run) => {
  test('has the map that the kernel had, at one moment', async () => {
    const kernel = kernelRows(run);
    const replay = new ReplayFold();
    let best: Comparison | undefined;
    await feed(readFileSync(`${CORPUS}${run}/strace.log`, 'utf8'), {
      step(event) {
        replay.step(event);
        if (event.call === 'exit' || best?.differences.length === 0) return;
        const { spaces } = replay.finish();
        if (spaces.length === 0) return;
        const now = compareWithKernel(mainSpace(spaces), kernel);
        if (best === undefined || now.differences.length <= best.differences.length) best = now;
      },
      finish: () => undefined,
    });
    expect(best!.differences).toEqual([]);
  });
});

test('of a log without mprotect all rows but those of its rights are alike', async () => {
  const run = 'nested_csv/r20000.sel';
  const replay = new ReplayFold();
  await feed(readFileSync(`${CORPUS}${run}/strace.log`, 'utf8'), replay);
  const { differences, alike } = compareWithKernel(
    mainSpace(replay.finish().spaces),
    kernelRows(run),
  );
  expect(alike).toBe(10);
  // The parts of libc and libgcc_s that were made read-only after relocation, and their rests.
  expect(differences).toHaveLength(4);
  expect(differences.filter((text) => !/lib(?:c|gcc_s)\.so/.test(text))).toEqual([]);
});

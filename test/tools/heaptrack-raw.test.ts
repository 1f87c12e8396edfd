/**
 * A raw recording against its interpreted form: the same file, read by memtool as it is, and read
 * after heaptrack_interpret. All is the same, but temporary allocations, which are exact; those are
 * compared with what the interpreter counts.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { NO_DETAILS } from '../../src/analysis/heap/details.ts';
import { heapFindings } from '../../src/analysis/heap/findings.ts';
import { NO_FILTER } from '../../src/analysis/heap/stack-filter.ts';
import { findInterpreter } from '../../src/ingest/heaptrack-interpreter.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { HeapProfile, HeapRequest } from '../../src/model/heap-profile.ts';
import { ROOT } from '../support/paths.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const OVERRIDE = 'MEMTOOL_HEAPTRACK_INTERPRET';
const PROGRAMS = `${ROOT}test/tools/programs`;
const WHOLE_LIST = 1_000_000;

const scratch = mkdtempSync(`${tmpdir()}/memtool-heaptrack-raw-`);
afterAll(() => rmSync(scratch, { recursive: true }));

// The other tests know no interpreter; these want the one of this machine.
beforeEach(() => {
  vi.stubEnv(OVERRIDE, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function profileOf(file: string, heap: HeapRequest): Promise<HeapProfile> {
  const { capture, diagnostics } = await ingest({
    source: file,
    wants: 'heap-profile',
    asks: { 'heap-profile': heap },
  });
  expect(diagnostics.has('warning')).toBe(false);
  return capture!.artifact;
}

/** Everything that must not depend on the form. */
function common(profile: HeapProfile) {
  const { costs, allocations, totals, timeline, snapshots, ips, ...others } = profile;
  const { temporaryRule, exact, ...rest } = others;
  const { offset, ...sameIps } = ips;
  return {
    ...rest,
    ips: sameIps,
    costs: { ...costs, temporary: null },
    allocations: { ...allocations, temporary: null },
    totals: { ...totals, temporary: null },
    timeline: { ...timeline, temporary: null },
    snapshots: snapshots.map((snapshot) => ({ ...snapshot, temporary: null })),
  };
}

function rankings(profile: HeapProfile) {
  return heapFindings(profile, {
    groupBy: 'place',
    rankBy: ['peak', 'calls', 'leaked', 'allocated'],
    limits: { spots: WHOLE_LIST, stacks: WHOLE_LIST },
    filter: NO_FILTER,
    leakRules: [],
    details: NO_DETAILS,
  }).rankings.map(({ by, spots }) => [
    by,
    spots.map(({ costs }) => ({ ...costs, temporary: null })),
  ]);
}

function decompressed(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : zstdDecompressSync(bytes);
}

/** Compares both forms; returns the raw one. */
async function compare(file: string): Promise<HeapProfile> {
  const interpreter = findInterpreter(process.env)!;
  const text = decompressed(file);
  const { stderr } = await run('sh', ['-c', `${interpreter} > ${scratch}/interpreted`], {
    stdin: text,
  });
  const raw = await profileOf(file, {});
  const runtime = raw.totals.runtime!;
  for (const heap of [
    { growthSteps: true, snapshots: 20 },
    { growthSteps: true, window: { from: runtime * 0.3, to: Number.POSITIVE_INFINITY } },
  ]) {
    const asItIs = await profileOf(file, heap);
    const interpreted = await profileOf(`${scratch}/interpreted`, heap);
    expect(common(asItIs)).toEqual(common(interpreted));
    expect(rankings(asItIs)).toEqual(rankings(interpreted));
  }
  const count = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(stderr)?.[1]);
  expect(raw.temporaryRule).toBe('exact');
  expect(raw.totals.temporary).toBe(count('temporary allocations'));
  expect(raw.totals.calls).toBe(count('\tallocations'));
  expect(raw.exact!.neverFreed + raw.exact!.lostFrees).toBe(count('leaked allocations'));
  expect(raw.exact!.freed + raw.exact!.neverFreed + raw.exact!.lostFrees).toBe(raw.totals.calls);
  return raw;
}

describeWith(['heaptrack'], 'a raw recording and its interpreted form are the same', () => {
  test.each([
    'fixtures/heaptrack/raw/input.zst',
    'fixtures/heaptrack/raw-threads-and-dlopen/input.zst',
  ])('%s', async (file) => {
    await compare(file);
  });
});

/** Records a program that is already built; undefined where the recorder may not run. */
async function record(name: string, ...command: readonly string[]): Promise<string | undefined> {
  await run('heaptrack', ['--raw', '-o', `${scratch}/${name}`, ...command]);
  return ['zst', 'gz'].map((end) => `${scratch}/${name}.raw.${end}`).find(existsSync);
}

describeWith(['heaptrack', 'g++'], 'a fresh recording of threads, reallocs and dlopen', () => {
  let file: string | undefined;

  beforeAll(async () => {
    const build = [
      `gcc -g -O1 -shared -fPIC -o ${scratch}/plug.so ${PROGRAMS}/plug.c`,
      `g++ -g -O1 -pthread -o ${scratch}/threads ${PROGRAMS}/threads.cpp -ldl`,
    ].join(' && ');
    expect(await run('sh', ['-c', build])).toMatchObject({ exitCode: 0 });
    file = await record('threads', `${scratch}/threads`, `${scratch}/plug.so`);
  }, 60_000);

  test('is the same in both forms, with names', async (context) => {
    if (file === undefined) return context.skip();
    const profile = await compare(file);
    expect(profile.strings).toEqual(expect.arrayContaining(['churn(unsigned int, int)', 'grow()']));
    // The realloc loop alone grows 15 times from 64 bytes.
    expect(profile.exact!.chains.length).toBeGreaterThan(15);
  });

  test('has offsets for names where they are not wanted', async (context) => {
    if (file === undefined) return context.skip();
    const { ips, strings } = await profileOf(file, { symbolise: false });
    expect(ips.frames.function).toHaveLength(0);
    const own = [...ips.module.keys()].filter(
      (ip) => strings[ips.module[ip]!] === `${scratch}/threads`,
    );
    expect(own.length).toBeGreaterThan(5);
    for (const ip of own) expect(ips.offset![ip]).toBeLessThan(0x10000);
  });

  test('is read to where it was cut', async (context) => {
    if (file === undefined) return context.skip();
    writeFileSync(`${scratch}/cut`, decompressed(file).subarray(0, 1_000_003));
    const { capture, diagnostics } = await ingest({
      source: `${scratch}/cut`,
      wants: 'heap-profile',
    });
    expect(diagnostics.list().map(({ code }) => code)).toContain('heaptrack/no-trailer');
    expect(capture!.artifact.totals.calls).toBeGreaterThan(10_000);
  });
});

describeWith(['heaptrack', 'rustc'], 'a fresh recording of Rust containers', () => {
  test('is the same in both forms', async (context) => {
    const build = ['-g', '-O', '-o', `${scratch}/growth`, `${PROGRAMS}/growth.rs`];
    expect(await run('rustc', build)).toMatchObject({ exitCode: 0 });
    const file = await record('growth', `${scratch}/growth`);
    if (file === undefined) return context.skip();
    const profile = await compare(file);
    expect(profile.exact!.rows.grown.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
  }, 60_000);
});

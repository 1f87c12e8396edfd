/** A recorded program prints what malloc counts; the story tells the same, and its steps sum to the RAM. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memtool, run } from '../support/run-program.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-account-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describeWith(['gcc', 'strace'], 'a recording of a program that frees most of its blocks', () => {
  test('is explained with what malloc itself counts', async () => {
    const program = path.join(scratch, 'counted-end');
    const built = await run('gcc', ['-o', program, 'test/tools/programs/counted-end.c']);
    expect(built.exitCode, built.stderr).toBe(0);
    const folder = path.join(scratch, 'run');
    const recorded = await memtool(['record', '-o', folder, '--', program]);
    expect(recorded.exitCode, recorded.stderr).toBe(0);
    const counted = JSON.parse(recorded.stdout.split('\n')[0]!);

    const { stdout } = await memtool(['explain', folder, '--json']);
    const { result } = SCHEMAS.explain.parse(JSON.parse(stdout));
    if (result === null || !('waterfall' in result)) throw new Error('there is no story');
    const { heapAccount, waterfall, heapAccountUnusedBecause } = result;
    expect(heapAccountUnusedBecause).toBeNull();
    expect(heapAccount?.match?.degree).toBe('process');
    const { live, liveHeaderBytes, bookkeepingBytes, free, mapped } = heapAccount!.account;
    const bytesIn = (place: string) => free.find((one) => one.place === place)?.bytes ?? 0;
    // To mallinfo2 headers, thread caches and malloc's own records are in use.
    const inUse = live.bytes + liveHeaderBytes! + bytesIn('thread-caches') + bookkeepingBytes!;
    expect(inUse).toBe(counted.uordblks + counted.hblkhd);
    expect(bytesIn('bins') + bytesIn('fast-bins') + bytesIn('top')).toBe(counted.fordblks);
    expect(mapped?.bytes).toBe(counted.hblkhd);

    const { inRam, residentBytes } = waterfall!;
    expect(inRam.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(residentBytes);
    const step = (label: string) => inRam.find((one) => one.label === label);
    expect(step('live: allocated and not freed')).toMatchObject({
      bytes: live.bytes,
      basis: 'measured',
    });
    expect(step('free inside malloc, not returned')?.bytes).toBeGreaterThan(live.bytes);
  });
});

describeWith(['gcc', 'strace', 'heaptrack'], 'a recording with a core', () => {
  const program = path.join(scratch, 'grown-end');
  const folder = path.join(scratch, 'grown');
  let address: number;

  beforeAll(async () => {
    const built = await run('gcc', ['-g', '-o', program, 'test/tools/programs/grown-end.c']);
    expect(built.exitCode, built.stderr).toBe(0);
    const recorded = await memtool([
      'record',
      '--core',
      '--heaptrack',
      '-o',
      folder,
      '--',
      program,
    ]);
    address = JSON.parse(recorded.stdout.split('\n')[0]!).address;
  });

  async function explain(...files: string[]) {
    const { stdout } = await memtool(['explain', ...files, '--json']);
    const { result } = SCHEMAS.explain.parse(JSON.parse(stdout));
    if (result === null || !('waterfall' in result)) throw new Error('there is no story');
    return result;
  }

  test('is told of the core as of the map', async () => {
    const beside = ['strace.log', 'heaptrack.zst'].map((name) => path.join(folder, name));
    const ofCore = await explain(path.join(folder, 'end.core'), ...beside);
    const ofMap = await explain(folder);
    expect(ofCore.heapAccount?.match?.degree).toBe('process');
    expect(ofCore.mapAndLog?.degree).toBe('process');
    expect(ofCore.heapAccount?.account.live).toEqual(ofMap.heapAccount?.account.live);
    const live = ({ waterfall }: typeof ofMap) => waterfall!.inRam.slice(0, 3);
    expect(live(ofCore)).toEqual(live(ofMap));
    const { inRam, residentBytes, notInRam, sizeBytes, areFilesUnknown } = ofCore.waterfall!;
    expect(areFilesUnknown).toBe(true);
    const sum = (steps: typeof inRam) => steps.reduce((bytes, step) => bytes + step.bytes, 0);
    expect(sum(inRam)).toBe(residentBytes);
    expect(sum(notInRam)).toBe(sizeBytes - residentBytes);
  });

  test('has the chunk of the container that grew, and who allocated what is live', async () => {
    const { containers, liveCode } = await explain(folder);
    const grown = containers.find((one) => Number(one.address) === address - 16);
    const capacity = 1048576;
    expect(grown?.chunk).toEqual({
      bytes: grown?.mappedBytes,
      usableBytes: grown!.mappedBytes - 16,
      touchedBytes: Math.ceil((16 + 900000 * 8) / 4096) * 4096,
      container: null,
    });
    expect(liveCode?.moment).toBe('end');
    const sites = liveCode!.sites.map((site) => [site.function, site.leastBytes, site.mostBytes]);
    expect(sites.slice(0, 3)).toEqual([
      ['grow_words', capacity * 8, capacity * 8],
      ['make_names', 20000 * 200, 20000 * 200],
      ['make_nodes', 5000 * 88, 5000 * 88],
    ]);
  });
});

describeWith(['rustc', 'strace'], 'a recording of a program with Vecs', () => {
  const folder = path.join(scratch, 'vecs');
  let truths: readonly {
    readonly size: number;
    readonly length: number;
    readonly capacity: number;
  }[];

  beforeAll(async () => {
    const program = path.join(scratch, 'containers');
    const flags = ['-O', '-A', 'warnings', '-o', program];
    const built = await run('rustc', [...flags, 'test/tools/programs/containers.rs']);
    expect(built.exitCode, built.stderr).toBe(0);
    const recorded = await memtool(['record', '-o', folder, '--', program, 'threads']);
    truths = JSON.parse(recorded.stdout.split('\n')[0]!);
  });

  async function explain(...files: string[]) {
    const { stdout } = await memtool(['explain', ...files, '--json']);
    const { result } = SCHEMAS.explain.parse(JSON.parse(stdout));
    if (result === null || !('waterfall' in result)) throw new Error('there is no story');
    return result;
  }

  test('says how much of them is spare', async () => {
    const { heapAccount, containers } = await explain(folder);
    const vecs = heapAccount?.account.containers?.kinds.find(({ kind }) => kind === 'counted');
    const sum = (of: (one: (typeof truths)[number]) => number) =>
      truths.reduce((all, one) => all + of(one), 0);
    const spare = sum(({ size, length, capacity }) => size * (capacity - length));
    expect(Math.abs(vecs!.spareBytes - spare) / spare).toBeLessThan(0.03);
    const all = sum(({ size, capacity }) => size * capacity);
    expect(Math.abs(vecs!.bytes - all) / all).toBeLessThan(0.03);
    // What the log lets one guess is measured.
    const measured = containers.flatMap(({ chunk }) => chunk?.container ?? []);
    expect(measured.length).toBeGreaterThan(0);
    for (const { elementBytes, length, capacity } of measured) {
      const truth = truths.find((one) => one.length === length && one.capacity === capacity);
      expect(elementBytes).toEqual({ least: truth?.size, most: truth?.size });
    }
    const text = await memtool(['explain', folder]);
    expect(text.stdout).toMatch(
      /containers +[\d.]+ [KM]iB of [\d.]+ [KM]iB in Vecs and Strings is spare/,
    );
  });
});

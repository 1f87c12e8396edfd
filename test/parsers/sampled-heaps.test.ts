/**
 * jeprof of jemalloc 5.3, pprof and Go 1.19 as oracles: what they say of a capture stands beside it, or is
 * quoted here.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costedStacks, type ownKinds } from '../../src/analysis/heap/costs.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapProfile } from '../../src/model/heap-profile.ts';
import { dhat } from '../../src/parsers/dhat/dhat.ts';
import { heapText } from '../../src/parsers/heap-text/heap-text.ts';
import { jemallocHeap } from '../../src/parsers/jemalloc-heap/jemalloc-heap.ts';
import { pprof } from '../../src/parsers/pprof/pprof.ts';
import { pprofFile } from '../../src/views/export/pprof.ts';
import { anyCostedStacks, framesOf } from '../support/call-stacks.ts';
import { ROOT } from '../support/paths.ts';
import { bytesByFunction, readProfile, readProfileOf } from '../support/read-profile.ts';

const jemalloc = (name: string) =>
  readProfile(jemallocHeap, `${ROOT}fixtures/jemalloc-heap/${name}/input.txt`);

const sumOf = (column: Float64Array | undefined) => column?.reduce((sum, value) => sum + value, 0);

/** `Total: 117160 B`, and a row for each function: its own bytes first. */
function oracle(file: string): { readonly total: number; readonly own: readonly number[] } {
  const text = readFileSync(`${ROOT}fixtures/${file}`, 'utf8');
  const own = [...text.matchAll(/^ *(\d+) +[\d.]+% +[\d.]+% /gm)].map(([, bytes]) => Number(bytes));
  return {
    total: Number(/^Total: (\d+) B/m.exec(text)![1]),
    own: own.filter((bytes) => bytes > 0),
  };
}

describe('jemalloc', () => {
  test.each(['sampled', 'accumulated'])('%s: live as jeprof says', async (name) => {
    const profile = await jemalloc(name);
    const { total, own } = oracle(`jemalloc-heap/${name}/jeprof.txt`);
    expect(profile.totals.leaked).toBe(total);
    // jeprof cuts what is not whole.
    const largest = [...profile.costs.leaked!].filter((bytes) => bytes > 0).sort((a, b) => b - a);
    for (const [i, bytes] of own.entries()) expect(largest[i]! - bytes).toBeLessThanOrEqual(1);
  });

  test.each([
    ['sampled', { leaked: 117160, blocks: 775, allocated: undefined, calls: undefined }],
    ['accumulated', { leaked: 81920, blocks: 1, allocated: 668675 }],
    ['interval', { leaked: 347907, blocks: 4967, allocated: 561782 }],
    ['every-allocation', { leaked: 123344, blocks: 1002, allocated: 858048, calls: 4014 }],
  ])('%s: all sums', async (name, { blocks, ...totals }) => {
    const profile = await jemalloc(name);
    expect(profile.totals).toMatchObject(totals);
    expect(sumOf(profile.costs.leakedBlocks)).toBe(blocks);
    expect(profile.inexact.leaked?.kind).toBe(name === 'every-allocation' ? undefined : 'sampled');
    expect(profile.totals.peak).toBeUndefined();
  });

  test('addresses are told by module and offset, without the allocator itself', async () => {
    const { ips, strings } = await jemalloc('sampled');
    const modules = new Set(Array.from(ips.module, (module) => strings[module]!));
    expect([...modules].some((module) => module.includes('jemalloc'))).toBe(false);
    expect(ips.offset!.filter((offset) => offset > 0).length).toBeGreaterThan(5);
  });
});

describe('text', () => {
  test("gperftools' profile is as pprof says", async () => {
    const profile = await readProfile(heapText, `${ROOT}fixtures/heap-text/tcmalloc/input.txt`);
    expect(profile.totals).toMatchObject({
      leaked: oracle('heap-text/tcmalloc/pprof.txt').total,
      allocated: 401404,
      calls: 6971,
    });
    expect(profile.inexact).toEqual({});
  });

  test("Go's text says what its pprof file of the same run says, which is scaled already", async () => {
    const text = await readProfile(heapText, `${ROOT}fixtures/heap-text/go/input.txt`);
    const file = await readProfile(pprof, `${ROOT}fixtures/pprof/go/input.gz`);
    expect(file.totals).toMatchObject({ calls: 69570, allocated: 5160823, leaked: 2771893 });
    expect(sumOf(file.costs.leakedBlocks)).toBe(39037);
    for (const kind of ['calls', 'allocated', 'leaked', 'leakedBlocks'] as const) {
      const [ofText, ofFile] = [text, file].map((one) => bytesByFunction(one, one.costs[kind]!));
      expect([...ofText!.keys()].sort()).toEqual([...ofFile!.keys()].sort());
      // Go cuts what is not whole, row by row.
      for (const [name, value] of ofFile!) {
        expect(Math.abs(ofText!.get(name)! - value)).toBeLessThanOrEqual(8);
      }
    }
    expect(text.inexact.leaked).toEqual(file.inexact.leaked);
  });
});

/** Each costly stack as its frames, with its costs, in any order. */
function texts(profile: HeapProfile, kinds: ReturnType<typeof ownKinds>): string[] {
  const sums = new Map<string, number[]>();
  for (let trace = 0; trace < profile.traces.count; trace++) {
    const values = kinds.map((kind) => profile.costs[kind]![trace]!);
    if (values.every((value) => value === 0)) continue;
    const frames = framesOf(profile, trace).map(
      ({ name, file, line, module, inlined }) => `${name} ${file}:${line} ${module} ${inlined}`,
    );
    const key = frames.join('\n');
    const sum = sums.get(key);
    sums.set(key, sum ? sum.map((value, i) => value + values[i]!) : values);
  }
  return [...sums].map(([key, values]) => `${key}\n= ${values.join(' ')}`).sort();
}

describe('pprof', () => {
  test('what memtool exports it reads back the same', async () => {
    const profile = await readProfile(dhat, `${ROOT}fixtures/dhat/cpp-program/input.json`);
    const unsuppressed = new Int32Array(profile.traces.count).fill(-1);
    const costed = costedStacks(profile, unsuppressed);
    const command = profile.recording.debuggee;
    const file = gunzipSync(pprofFile(costed, { command, runtime: 2 }));
    const back = (await readProfileOf(pprof, file, new Diagnostics('back')))!;
    expect(back.totals).toEqual({ ...profile.totals, peakTime: undefined, runtime: 2 });
    expect(back.recording.debuggee).toBe(command);
    expect(texts(back, costed.kinds)).toEqual(texts(profile, costed.kinds));
  });

  test('a profile that is cut anywhere keeps its whole samples', async () => {
    const whole = gunzipSync(readFileSync(`${ROOT}fixtures/pprof/go/input.gz`));
    for (let end = 40; end < whole.length; end += 53) {
      const diagnostics = new Diagnostics('cut');
      const profile = await readProfileOf(pprof, whole.subarray(0, end), diagnostics);
      // The texts come last: without them nobody knows what was counted.
      if (profile === undefined) expect(diagnostics.has('error')).toBe(true);
      else expect(profile.totals.leaked ?? 0).toBeLessThanOrEqual(2771893);
    }
  });

  test('whatever its bytes are, nothing throws and no figure is negative', async () => {
    const whole = gunzipSync(readFileSync(`${ROOT}fixtures/pprof/go/input.gz`));
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) bytes[at] = byte;
        const profile = await readProfileOf(pprof, bytes, new Diagnostics('any'));
        const columns: Float64Array[] = Object.values(profile?.costs ?? {});
        for (const column of columns) expect(column.every((value) => value >= 0)).toBe(true);
      }),
    );
  });

  test('any stacks are read back with all their costs', async () => {
    await fc.assert(
      fc.asyncProperty(anyCostedStacks, async (costed) => {
        const isCounted = costed.kinds.every((kind) =>
          costed.costs[kind].every((value) => value >= 0),
        );
        fc.pre(isCounted);
        const file = gunzipSync(pprofFile(costed, { command: 'any', runtime: undefined }));
        const back = (await readProfileOf(pprof, file, new Diagnostics('back')))!;
        for (const kind of costed.kinds) {
          expect(sumOf(back.costs[kind])).toBe(sumOf(costed.costs[kind]));
        }
      }),
    );
  });
});

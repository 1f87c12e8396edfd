import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Profile } from 'pprof-format';
import { afterAll, describe, expect, test } from 'vitest';
import type { CostedStacks } from '../../../src/analysis/heap/costs.ts';
import { frameName } from '../../../src/views/export/frame-names.ts';
import { pprofFile } from '../../../src/views/export/pprof.ts';
import { escapeText } from '../../../src/views/text/escape.ts';
import {
  anyCostedStacks,
  callStacks,
  costsFor,
  framesOf,
  readRecording,
} from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM } from '../../support/recordings.ts';
import { run } from '../../support/run-program.ts';
import { describeWith } from '../../support/tools.ts';

/** The order in which kinds of cost stand in the file. */
const ORDER = [
  'calls',
  'allocated',
  'peak',
  'leaked',
  'temporary',
  'peakBlocks',
  'leakedBlocks',
  'reads',
  'writes',
  'copies',
  'copied',
  'events',
  'units',
] as const;

const TYPES = [
  'alloc_objects/count',
  'alloc_space/bytes',
  'inuse_space/bytes',
  'leaked_space/bytes',
  'temporary_objects/count',
];

/** A profile's samples as texts: frames innermost first, then the values. */
function decoded(file: Uint8Array) {
  const profile = Profile.decode(gunzipSync(file));
  const { strings } = profile.stringTable;
  const text = (index: number | bigint) => strings[Number(index)]!;
  const byId = <Item extends { id: number | bigint }>(items: readonly Item[]) => {
    const found = new Map(items.map((item) => [Number(item.id), item]));
    expect(found.size, 'ids are unique').toBe(items.length);
    return (id: number | bigint) => found.get(Number(id))!;
  };
  expect(new Set(strings).size, 'strings are not repeated').toBe(strings.length);
  expect(strings[0]).toBe('');
  const functionOf = byId(profile.function);
  const mappingOf = byId(profile.mapping);
  const locationOf = byId(profile.location);
  const samples = profile.sample.map(({ locationId, value }) => {
    const frames = locationId.map(locationOf).flatMap(({ line, address, mappingId }) => {
      const module = mappingId === 0 ? '' : text(mappingOf(mappingId).filename);
      if (line.length === 0) return [`0x${address.toString(16)} @${module}`];
      return line.map((one) => {
        const { name, filename } = functionOf(one.functionId);
        return `${text(name)} ${text(filename)}:${one.line} @${module}`;
      });
    });
    return `${frames.join('\n')}\n= ${value.map((one) => BigInt.asIntN(64, BigInt(one))).join(' ')}`;
  });
  return { profile, text, samples };
}

function expected({ stacks, costs, kinds }: CostedStacks): string[] {
  const samples: string[] = [];
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    const values = ORDER.filter((kind) => kinds.includes(kind)).map((kind) => costs[kind][trace]!);
    if (values.every((value) => value === 0)) continue;
    const frames = framesOf(stacks, trace).map((frame) => {
      const { name, file, line, address, module } = frame;
      const at = `@${escapeText(module ?? '')}`;
      if (name === undefined && file === undefined && line === 0 && !frame.inlined) {
        return `0x${address.toString(16)} ${at}`;
      }
      return `${frameName(frame)} ${escapeText(file ?? '')}:${line} ${at}`;
    });
    samples.push(`${frames.join('\n')}\n= ${values.join(' ')}`);
  }
  return samples;
}

const OPTIONS = { command: './prog --fast', runtime: 1.5 };

describe('a pprof file', () => {
  test.each(ONE_PER_PROGRAM)('of %s has all stacks', async (recording) => {
    const costed = await readRecording(recording);
    expect(decoded(pprofFile(costed, OPTIONS)).samples).toEqual(expected(costed));
  });

  test('says what was recorded, in the terms of Go', async () => {
    const costed = await readRecording('fixtures/heaptrack/inlined-frames/input.txt');
    const { profile, text, samples } = decoded(pprofFile(costed, OPTIONS));
    expect(profile.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`)).toEqual(
      TYPES,
    );
    expect(text(profile.defaultSampleType)).toBe('inuse_space');
    expect(profile.comment.map(text)).toEqual([
      './prog --fast',
      'written by memtool: inuse_space is what was live at the peak',
    ]);
    expect(Number(profile.durationNanos)).toBe(1.5e9);
    expect(samples).toEqual([
      `innermost prog.c:2 @./prog
middle prog.c:3 @./prog
outer prog.c:4 @./prog
main prog.c:10 @./prog
= 2 200 200 100 1`,
    ]);
  });

  test('names functions once, and the program first', () => {
    const stacks = callStacks(
      [
        { module: 'lib/libc.so', frames: [{ function: 'malloc' }] },
        { module: '/usr/bin/prog', frames: [{ function: '<T as alloc::Trait>::from_iter' }] },
      ],
      [
        [1, 0],
        [2, 1],
      ],
    );
    const { profile, text } = decoded(pprofFile(costsFor(stacks, { 2: { peak: 1 } }), OPTIONS));
    expect(profile.mapping.map(({ filename }) => text(filename))).toEqual([
      '/usr/bin/prog',
      'lib/libc.so',
    ]);
    expect(profile.function.map(({ systemName }) => text(systemName))).toEqual(['', '']);
  });

  test('can be decoded whatever was recorded', () => {
    fc.assert(
      fc.property(anyCostedStacks, (costed) => {
        // Frames without name and file are not told from missing ones in the text form.
        const count = expected(costed).length;
        const { samples } = decoded(pprofFile(costed, OPTIONS));
        expect(samples).toHaveLength(count);
        const values = (all: readonly string[]) =>
          all.map((one) => one.slice(one.lastIndexOf('=')));
        expect(values(samples)).toEqual(values(expected(costed)));
      }),
    );
  });

  test('is written in pieces and read as one', () => {
    const count = 10_000;
    const stacks = callStacks(
      [{ module: 'prog', frames: [{ function: 'f' }] }],
      Array.from({ length: count }, () => [1, 0] as const),
    );
    const costed = costsFor(stacks, {});
    costed.costs.peak.fill(2 ** 40, 1);
    const { samples } = decoded(pprofFile(costed, OPTIONS));
    expect(samples).toHaveLength(count);
    expect(new Set(samples)).toEqual(new Set([`f :0 @prog\n= 0 0 ${2 ** 40}${' 0'.repeat(10)}`]));
  });
});

describeWith(['go'], 'go tool pprof', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-pprof-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(TYPES.map((type) => type.split('/')[0]!))('reads %s', async (type) => {
    const costed = await readRecording('fixtures/heaptrack/inlined-frames/input.txt');
    writeFileSync(`${scratch}/profile.pb.gz`, pprofFile(costed, OPTIONS));
    const { stdout, exitCode } = await run('go', [
      'tool',
      'pprof',
      '-top',
      `-sample_index=${type}`,
      `${scratch}/profile.pb.gz`,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('innermost');
  });

  test('shows names of Rust whole', async () => {
    const name = '<alloc::vec::Vec<T> as FromIterator<T>>::from_iter';
    const stacks = callStacks([{ module: 'prog', frames: [{ function: name }] }], [[1, 0]]);
    const file = `${scratch}/rust.pb.gz`;
    writeFileSync(file, pprofFile(costsFor(stacks, { 1: { peak: 4096 } }), OPTIONS));
    const { stdout } = await run('go', ['tool', 'pprof', '-top', file]);
    expect(stdout).toContain(name);
  });
});

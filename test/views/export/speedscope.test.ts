import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type CostedStacks, type CostKind, totalCosts } from '../../../src/analysis/heap/costs.ts';
import { speedscopeFile } from '../../../src/views/export/speedscope.ts';
import { anyCostedStacks, callStacks, costsFor, readRecording } from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM } from '../../support/recordings.ts';

/** What speedscope reads, from the description of its file format. */
const FILE = z
  .strictObject({
    $schema: z.literal('https://www.speedscope.app/file-format-schema.json'),
    name: z.string().optional(),
    activeProfileIndex: z.int().nonnegative().optional(),
    shared: z.strictObject({
      frames: z.array(
        z.strictObject({
          name: z.string(),
          file: z.string().optional(),
          line: z.int().optional(),
          col: z.int().optional(),
        }),
      ),
    }),
    profiles: z.array(
      z.strictObject({
        type: z.literal('sampled'),
        name: z.string(),
        unit: z.enum(['none', 'nanoseconds', 'microseconds', 'milliseconds', 'seconds', 'bytes']),
        startValue: z.number(),
        endValue: z.number(),
        samples: z.array(z.array(z.int().nonnegative())),
        weights: z.array(z.number().positive()),
      }),
    ),
  })
  .refine(({ shared, profiles }) =>
    profiles.every(
      ({ samples, weights, startValue, endValue }) =>
        samples.length === weights.length &&
        endValue - startValue === weights.reduce((sum, weight) => sum + weight, 0) &&
        samples.flat().every((frame) => frame < shared.frames.length),
    ),
  );

const file = (costed: CostedStacks, name = 'recording') =>
  FILE.parse(JSON.parse([...speedscopeFile(costed, name)].join('')));

const KINDS: Record<string, CostKind> = {
  'live at the peak': 'peak',
  'never freed': 'leaked',
  'allocated in total': 'allocated',
  'allocation calls': 'calls',
  'temporary allocations': 'temporary',
};

describe('a speedscope file', () => {
  test.each(ONE_PER_PROGRAM)('of %s has the totals of the recording', async (recording) => {
    const costed = await readRecording(recording);
    const total = totalCosts(costed.costs);
    const { profiles } = file(costed);
    expect(profiles.length).toBeGreaterThan(2);
    for (const { name, endValue } of profiles) expect(endValue).toBe(total[KINDS[name]!]);
  });

  test('is valid whatever was recorded', () => {
    fc.assert(fc.property(anyCostedStacks, fc.string(), (costed, name) => void file(costed, name)));
  });

  test('has stacks root first, inlined functions in the order of their calls', async () => {
    const { shared, profiles } = file(
      await readRecording('fixtures/heaptrack/inlined-frames/input.txt'),
      'inl',
    );
    const names = (sample: readonly number[]) => sample.map((frame) => shared.frames[frame]!.name);
    expect(profiles[0]).toMatchObject({ name: 'live at the peak', unit: 'bytes', weights: [200] });
    expect(names(profiles[0]!.samples[0]!)).toEqual(['main', 'outer', 'middle', 'innermost']);
  });

  test('names a module where the source is not known, and obeys no name', () => {
    const stacks = callStacks(
      [{ module: 'lib\u202e.so' }, { module: 'prog', frames: [{ function: '"\u001b[2J' }] }],
      [
        [1, 0],
        [2, 1],
      ],
    );
    const { shared } = file(costsFor(stacks, { 2: { calls: 1 } }));
    expect(shared.frames.slice(1)).toEqual([
      { name: '0x1000', file: 'lib\\u202e.so' },
      { name: '"\\x1b[2J', file: 'prog' },
    ]);
  });
});

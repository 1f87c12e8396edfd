import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COST_KINDS,
  type CostedStacks,
  emptyCosts,
  recordedKinds,
  totalCosts,
} from '../../../src/analysis/heap/costs.ts';
import { type DiffKind, stackDifference } from '../../../src/analysis/heap/difference.ts';
import { stackOf } from '../../../src/analysis/heap/stacks.ts';
import { anyCostedStacks, readRecording } from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM, RECORDINGS } from '../../support/recordings.ts';
import { recordingOf } from '../../support/written-recording.ts';

const KINDS: readonly DiffKind[] = ['function', 'line'];

const isCostly = ({ costs }: CostedStacks, trace: number) =>
  COST_KINDS.some((kind) => costs[kind][trace] !== 0);

/** Every frame with all that is known of it. */
function stackTexts(costed: CostedStacks, isWanted: (trace: number) => boolean): Set<string> {
  const traces = Array.from({ length: costed.stacks.traces.count }, (_, trace) => trace);
  const text = (trace: number) => JSON.stringify(stackOf(costed.stacks, trace));
  return new Set(traces.filter(isWanted).map(text));
}

function expectRealStacks(after: CostedStacks, before: CostedStacks, by: DiffKind): void {
  const real = new Set([after, before].flatMap((one) => [...stackTexts(one, () => true)]));
  const difference = stackDifference(after, before, by);
  const shown = stackTexts(difference, (trace) => isCostly(difference, trace));
  expect([...shown].filter((stack) => !real.has(stack))).toEqual([]);
}

describe('every stack of a comparison was recorded', () => {
  test.each(KINDS)('by %s, whatever the recordings', (by) => {
    fc.assert(
      fc.property(anyCostedStacks, anyCostedStacks, (after, before) => {
        expectRealStacks(after, before, by);
        const [a, b] = [totalCosts(after.costs), totalCosts(before.costs)];
        const change = totalCosts(stackDifference(after, before, by).costs);
        for (const kind of COST_KINDS) expect(change[kind]).toBe(a[kind] - b[kind]);
      }),
    );
  });

  test.each(KINDS)('by %s, in recordings of real programs', async (by) => {
    const [first, last] = [RECORDINGS[0]!, ONE_PER_PROGRAM.at(-1)!];
    const [after, before] = [await readRecording(first), await readRecording(last)];
    expectRealStacks(after, before, by);
    expectRealStacks(before, after, by);
  });
});

test('code without names keeps its addresses, and inlined functions their callers', async () => {
  const stacks = [
    { frames: ['grow@v.rs:7/push@v.rs:1/a@m.rs:1', 'main@m.rs:9'], sizes: [10] },
    { frames: ['grow@v.rs:7/insert@v.rs:2/b@m.rs:2', 'main@m.rs:9'], sizes: [20] },
  ];
  const profile = await recordingOf(stacks);
  const costs = { ...emptyCosts(profile.traces.count, []), ...profile.costs };
  const { stacks: shown, costs: differences } = stackDifference(
    { stacks: profile, costs, kinds: recordedKinds(profile.costs) },
    {
      stacks: profile,
      costs: { ...costs, peak: costs.peak.map(() => 0) },
      kinds: recordedKinds(profile.costs),
    },
    'line',
  );
  const at = differences.peak.findLastIndex((value) => value !== 0);
  // heaptrack's rule takes both for the same code; what is shown is one of them, whole.
  expect(differences.peak[at]).toBe(30);
  expect(stackOf(shown, at).map(({ name }) => name)).toEqual(['grow', 'insert', 'b', 'main']);
});

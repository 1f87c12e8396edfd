import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  callersOf,
  type FunctionName,
  functionCosts,
} from '../../../src/analysis/heap/callers-callees.ts';
import { type CostedStacks, costsOf } from '../../../src/analysis/heap/costs.ts';
import {
  anyCostedStacks,
  callStacks,
  costsFor,
  framesOf,
  readRecording,
  Sums,
} from '../../support/call-stacks.ts';

const label = ({ name, module }: FunctionName) => `${name ?? '?'}@${module ?? '?'}`;

function sums<Item>(
  items: readonly Item[],
  part: (item: Item) => [string, Parameters<Sums['add']>[1]],
) {
  const result = new Sums();
  for (const item of items) result.add(...part(item));
  return result.entries();
}

/** Costs by function, every stack written out. */
function expectedFunctions({ stacks, costs }: CostedStacks) {
  const inclusive = new Sums();
  const self = new Sums();
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    const labels = framesOf(stacks, trace).map(label);
    for (const name of new Set(labels)) inclusive.add(name, costsOf(costs, trace));
    self.add(labels[0]!, costsOf(costs, trace));
  }
  return { inclusive: inclusive.entries(), self: self.entries() };
}

function expectedSurroundings({ stacks, costs }: CostedStacks, wanted: string) {
  const parts = {
    callers: new Sums(),
    callees: new Sums(),
    lines: new Sums(),
    selfLines: new Sums(),
  };
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    const own = costsOf(costs, trace);
    const frames = framesOf(stacks, trace);
    const labels = frames.map(label);
    const callers = labels.flatMap((name, i) => (name === wanted ? (labels[i + 1] ?? []) : []));
    const callees = labels.flatMap((name, i) => (name === wanted ? (labels[i - 1] ?? []) : []));
    for (const name of new Set(callers)) parts.callers.add(name, own);
    for (const name of new Set(callees)) parts.callees.add(name, own);
    const at = labels.indexOf(wanted);
    if (at === -1) continue;
    const line = `${frames[at]!.file}:${frames[at]!.line}`;
    parts.lines.add(line, own);
    if (at === 0) parts.selfLines.add(line, own);
  }
  return {
    callers: parts.callers.entries(),
    callees: parts.callees.entries(),
    lines: parts.lines.entries(),
    selfLines: parts.selfLines.entries(),
  };
}

function expectFunctions(costed: CostedStacks): void {
  const { stacks, costs } = costed;
  const functions = functionCosts(stacks, costs);
  expect({
    inclusive: sums(functions, (one) => [label(one), one.inclusive]),
    self: sums(functions, (one) => [label(one), one.self]),
  }).toEqual(expectedFunctions(costed));
}

function expectSurroundings(costed: CostedStacks, wanted: string): void {
  const { stacks, costs } = costed;
  const found = callersOf(stacks, costs, (candidate) => label(candidate) === wanted);
  if (found === undefined) {
    expect(expectedFunctions(costed).inclusive).not.toHaveProperty([wanted]);
    return;
  }
  expect(found.functions.map(label)).toEqual([wanted]);
  const line = (one: (typeof found.lines)[number]) => `${one.file}:${one.line}`;
  expect({
    callers: sums(found.callers, (one) => [label(one), one.costs]),
    callees: sums(found.callees, (one) => [label(one), one.costs]),
    lines: sums(found.lines, (one) => [line(one), one.inclusive]),
    selfLines: sums(found.lines, (one) => [line(one), one.self]),
  }).toEqual(expectedSurroundings(costed, wanted));
  const totals = functionCosts(stacks, costs).find((one) => label(one) === wanted);
  if (totals) expect(found).toMatchObject({ inclusive: totals.inclusive, self: totals.self });
}

describe('functions', () => {
  test('cost what their stacks cost, each stack once', () => {
    fc.assert(fc.property(anyCostedStacks, expectFunctions), { numRuns: 300 });
  });

  test.each([
    'fixtures/stories/seed/heaptrack.zst',
    'fixtures/heaptrack/inlined-frames/input.txt',
    'fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst',
  ])('of %s cost what their stacks cost', async (file) => {
    const costed = await readRecording(file);
    expectFunctions(costed);
    for (const one of functionCosts(costed.stacks, costed.costs).slice(0, 40)) {
      expectSurroundings(costed, label(one));
    }
  });

  test('have callers, callees and lines', () => {
    fc.assert(
      fc.property(
        anyCostedStacks,
        fc.constantFrom('main@prog', 'a@prog', 'b@?', '?@?', '?@lib/libc.so'),
        expectSurroundings,
      ),
      { numRuns: 500 },
    );
  });

  test('that do not exist have none', () => {
    const stacks = callStacks([{ frames: [{ function: 'a' }] }], [[1, 0]]);
    const { costs } = costsFor(stacks, { 1: { calls: 1 } });
    expect(callersOf(stacks, costs, () => false)).toBeUndefined();
  });

  test('of the same name in two modules can be looked at as one', () => {
    const stacks = callStacks(
      [
        { module: 'one', frames: [{ function: 'f', file: 'f.c', line: 1 }] },
        { module: 'two', frames: [{ function: 'f', file: 'f.c', line: 1 }] },
      ],
      [
        [1, 0],
        [2, 1],
      ],
    );
    const { costs } = costsFor(stacks, { 1: { calls: 1 }, 2: { calls: 10 } });
    const found = callersOf(stacks, costs, ({ name }) => name === 'f')!;
    expect(found.inclusive.calls).toBe(11);
    expect(found.callers.map((caller) => [label(caller), caller.costs.calls])).toEqual([
      ['f@one', 10],
    ]);
    expect(found.lines.map((line) => [line.file, line.line, line.inclusive.calls])).toEqual([
      ['f.c', 1, 11],
    ]);
  });
});

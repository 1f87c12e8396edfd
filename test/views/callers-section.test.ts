import { expect, test } from 'vitest';
import { callersOf } from '../../src/analysis/heap/callers-callees.ts';
import { writeCosts } from '../../src/results/heap/costs.ts';
import { callersResult } from '../../src/results/heap/detail-results.ts';
import { callersSections } from '../../src/views/heaptrack/callers-section.ts';
import { callStacks, costsFor } from '../support/call-stacks.ts';

const CALLERS = 5;

test('callers beyond those shown are summed, and unknown lines are no numbers', () => {
  const callers = Array.from({ length: CALLERS }, (_, i) => i + 2);
  const stacks = callStacks(
    [
      { module: 'app', frames: [{ function: 'wanted' }] },
      ...callers.map((i) => ({ module: 'app', frames: [{ function: `caller${i}` }] })),
    ],
    callers.flatMap((ip, i) => [[ip, 0] as const, [1, 2 * i + 1] as const]),
  );
  const peaks = callers.map((ip, i) => [2 * (i + 1), { peak: ip }] as const);
  const { costs, kinds } = costsFor(stacks, Object.fromEntries(peaks));
  const found = callersOf(stacks, costs, ({ name }) => name === 'wanted');
  const style = { frames: 9, fullNames: false, figures: 'total' as const, inexact: [] };
  const sections = callersSections(
    callersResult(found!, 'peak', writeCosts(kinds), undefined),
    style,
    2,
  );
  const [, calledBy, lines] = sections.map(({ table }) => table!.rows);
  expect(calledBy).toHaveLength(3);
  expect(calledBy!.at(-1)!.cells).toMatchObject([{ value: 2 + 3 + 4 }, '3 others']);
  expect(lines!.map(({ cells }) => cells[1])).toEqual(['(no line known)']);
});

import { describe, expect, test } from 'vitest';
import { groupStacks } from '../../src/analysis/heap/grouping.ts';
import { rank } from '../../src/analysis/heap/rankings.ts';
import { writeCosts } from '../../src/results/heap/costs.ts';
import { rankingResult } from '../../src/results/heap/ranking-result.ts';
import { rankingSection } from '../../src/views/heaptrack/ranking-section.ts';
import { callStacks, costsFor } from '../support/call-stacks.ts';

const stacks = callStacks(
  ['main', 'parse', 'read'].map((name) => ({ module: 'app', frames: [{ function: name }] })),
  [
    [1, 0],
    [2, 1],
    [3, 1],
  ],
);
const costed = costsFor(stacks, { 1: { peak: 1 }, 2: { peak: 30 }, 3: { peak: 9 } });

function table(limits: { spots: number; stacks: number }, figures: 'total' | 'change' = 'total') {
  const ranking = rank(groupStacks(costed, 'place'), 'peak', limits);
  const style = { frames: 9, fullNames: false, figures, inexact: [] };
  const result = rankingResult(ranking, writeCosts(costed.kinds), 1000);
  return rankingSection(result, style).table!;
}

describe('a ranking', () => {
  test('says what part of the whole each place has, and the others', () => {
    const { rows, columns } = table({ spots: 1, stacks: 1 });
    expect(columns[1]!.title).toBe('share');
    const shares = rows.map(({ cells }) => cells[1]).filter((cell) => cell !== undefined);
    expect(shares).toMatchObject([{ value: 75 }, { value: 25 }]);
  });

  test('of changes has no parts of a whole', () => {
    const titles = table({ spots: 9, stacks: 1 }, 'change').columns.map(({ title }) => title);
    expect(titles).not.toContain('share');
  });

  test('says of a stack that ends at its place whether more of it was there', () => {
    const words = (limits: { spots: number; stacks: number }) =>
      table(limits).rows.flatMap(({ cells }) => cells.filter((cell) => typeof cell === 'string'));
    expect(words({ spots: 9, stacks: 2 })).not.toContain('(no caller recorded)');
    const lost = callStacks(
      ['read', 'parse'].map((name) => ({ module: 'app', frames: [{ function: name }] })),
      [
        [1, 0],
        [2, 0],
        [1, 2],
      ],
    );
    const of = costsFor(lost, { 1: { peak: 5 }, 3: { peak: 4 } });
    const ranking = rank(groupStacks(of, 'place'), 'peak', { spots: 9, stacks: 9 });
    const result = rankingResult(ranking, writeCosts(of.kinds), 1000);
    const shown = (hidden?: string) => {
      const style = { frames: 9, fullNames: false, figures: 'total' as const, inexact: [], hidden };
      return rankingSection(result, style).table!.rows.map(({ cells }) => cells.at(3));
    };
    expect(shown()).toContain('(no caller recorded)');
    expect(shown('(libraries alone)')).toContain('directly');
  });

  test('without stacks is a line per place', () => {
    const { rows, columns } = table({ spots: 9, stacks: 0 });
    expect(rows).toHaveLength(3);
    expect(columns.map(({ title }) => title)).toEqual(['at peak', 'share', 'calls', 'place', '']);
  });
});

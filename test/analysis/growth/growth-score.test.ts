/**
 * How often memtool is right about containers of which only system calls were recorded; the runs of
 * fixtures/corpus and fixtures/growth printed the truth. `npm run -s score` prints all tables.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { halfOf } from '../../../bench/growth-halves.ts';
import { runsIn } from '../../../bench/growth-truth.ts';
import { type GrowthScore, growthScore } from '../../../bench/score-runs.ts';
import { calibrationTable, scoreTable } from '../../../bench/score-tables.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import { ROOT } from '../../support/paths.ts';

let score: GrowthScore;

beforeAll(async () => {
  score = await growthScore([`${ROOT}fixtures/corpus`]);
}, 60_000);

/** The share of a group's containers for which an answer is right. */
function share(group: string, question: string): number {
  const row = score.rows.find((one) => one.group === group)!;
  expect(row.count).toBeGreaterThan(1);
  return row.right[question]! / row.count;
}

test('there are containers to tell', () => {
  expect(score.rows[0]!.count).toBeGreaterThan(80);
});

describe('of containers that double from empty', () => {
  test.each([
    ['bytes', 0.98],
    ['odd part', 0.96],
    ['listed', 0.97],
    ['given count', 0.95],
    ['given size', 0.98],
    // Six of these 54 are buffers of bytes that began at a power of two, which few other programs have.
    ['size first', 0.46],
  ])('%s is right in at least the share of %f', (question, least) => {
    expect(share('doubling from empty', question)).toBeGreaterThanOrEqual(least);
  });
});

test('the bytes asked for are always within those named', () => {
  expect(share('all that grew', 'bytes within')).toBe(1);
});

test('the true element size is nearly always listed', () => {
  expect(share('all that grew', 'listed')).toBeGreaterThanOrEqual(0.97);
});

test.each(['hash tables', 'Python lists', 'musl'])('%s have their bytes exact', (group) => {
  expect(share(group, 'bytes')).toBe(1);
  expect(share(group, 'odd part')).toBe(1);
});

test.each(['hash tables', 'Python lists'])('%s have their capacity exact', (group) => {
  expect(share(group, 'capacity')).toBe(1);
});

test('bytes that are called certain are right', () => {
  expect(score.certainAndWrong).toEqual([]);
});

test('what is said with a probability is right about that often', () => {
  for (const { said, count, right } of score.calibration) {
    if (count < 5) continue;
    // Two and a half standard deviations of chance, for so few containers.
    const chance = 2.5 * Math.sqrt(0.25 / count);
    expect(Math.abs(right / count - said / count)).toBeLessThan(chance);
  }
});

test('docs/growth.md has these figures', () => {
  const paper = readFileSync(`${ROOT}docs/growth.md`, 'utf8');
  for (const row of [...scoreTable(score), ...calibrationTable(score)])
    expect(paper).toContain(row);
});

describe.each(['development', 'test'])('the half of fixtures/growth for %s', (half) => {
  const all = runsIn(`${ROOT}fixtures/growth`, 'strace.log');
  const runs = all.filter((run) => halfOf(run) === half);
  let score: GrowthScore;

  beforeAll(async () => {
    score = await growthScore(runs);
  });

  test('has no line that is not understood', async () => {
    for (const run of runs) {
      const { diagnostics } = await ingest({ source: `${run}/strace.log`, wants: 'syscall-trace' });
      expect([...diagnostics.counts()], run).toEqual([]);
    }
  });

  test('has enough containers', () => {
    expect(score.rows[0]!.count).toBeGreaterThan(50);
  });

  test('has the bytes asked for within those named', () => {
    const { count, right } = score.rows[0]!;
    expect(right['bytes within']).toBe(count);
  });

  test('has its figures in docs/growth.md', () => {
    const paper = readFileSync(`${ROOT}docs/growth.md`, 'utf8');
    for (const row of scoreTable(score)) expect(paper).toContain(row);
  });
});

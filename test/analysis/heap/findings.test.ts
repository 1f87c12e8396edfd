import { describe, expect, test } from 'vitest';
import { NO_DETAILS } from '../../../src/analysis/heap/details.ts';
import {
  type HeapQuery,
  heapDifference,
  heapFindings,
} from '../../../src/analysis/heap/findings.ts';
import { groupStacks } from '../../../src/analysis/heap/grouping.ts';
import { type HotSpot, rank } from '../../../src/analysis/heap/rankings.ts';
import { NO_FILTER, type StackFilter } from '../../../src/analysis/heap/stack-filter.ts';
import { callStacks, costsFor } from '../../support/call-stacks.ts';
import { recordingOf } from '../../support/written-recording.ts';

const QUERY: HeapQuery = {
  groupBy: 'place',
  rankBy: ['peak'],
  limits: { spots: 100, stacks: 100 },
  filter: NO_FILTER,
  leakRules: [],
  details: NO_DETAILS,
};

const MAIN = 'main@main.c:9';

const profile = await recordingOf([
  { frames: ['libz.so!deflate@z.c:5', 'pack@pack.c:1', MAIN], sizes: [100] },
  { frames: ['libz.so!deflate@z.c:6', 'send@net.c:1', MAIN], sizes: [50] },
  { frames: ['grow@vec.h:3/push@vec.h:7/load@load.c:2', MAIN], sizes: [30] },
  { frames: ['grow@vec.h:3/push@vec.h:7/parse@load.c:8', 'load@load.c:4', MAIN], sizes: [7] },
]);

/** `size: place < callers` of a ranking. */
function shown(spots: readonly HotSpot[]): string[] {
  return spots.flatMap(({ costs, place, stacks }) => [
    `${costs.peak} ${place.map(({ name, file, module }) => name ?? file ?? module).join('/')}`,
    ...stacks.map(({ frames }) => `  ${frames.map(({ name }) => name).join(' ')}`),
  ]);
}

const places = (query: Partial<HeapQuery>) =>
  shown(heapFindings(profile, { ...QUERY, ...query }).rankings[0]!.spots).filter(
    (line) => !line.startsWith(' '),
  );

describe('stacks are summed', () => {
  test('by place: the line of the innermost function, whatever it was inlined into', () => {
    expect(places({})).toEqual(['100 deflate', '50 deflate', '37 grow/push']);
  });

  test('by function, by file, by module', () => {
    expect(places({ groupBy: 'function' })).toEqual(['150 deflate', '37 grow']);
    expect(places({ groupBy: 'file' })).toEqual(['150 z.c', '37 vec.h']);
    expect(places({ groupBy: 'module' })).toEqual(['150 libz.so', '37 program']);
  });

  test('by nothing', () => {
    expect(places({ groupBy: 'stack' }).map((line) => line.split(' ')[0])).toEqual([
      '100',
      '50',
      '30',
      '7',
    ]);
  });
});

describe('a filter', () => {
  const filtered = (filter: Partial<StackFilter>) =>
    places({ filter: { ...NO_FILTER, ...filter } });

  test('by function looks between the allocation and main', () => {
    expect(filtered({ function: 'load' })).toEqual(['37 grow/push']);
    expect(filtered({ function: 'pack' })).toEqual(['100 deflate']);
    expect(filtered({ function: 'main' })).toEqual([]);
  });

  test('focuses on function, file or module, anywhere in the stack', () => {
    expect(filtered({ focus: [/^send$/] })).toEqual(['50 deflate']);
    expect(filtered({ focus: [/net\.c/, /libz/] })).toEqual(['100 deflate', '50 deflate']);
    expect(filtered({ focus: [/main/], ignore: [/vec\.h/] })).toEqual([
      '100 deflate',
      '50 deflate',
    ]);
  });

  test('says how much of everything it shows', () => {
    const filter = { ...NO_FILTER, ignore: [/libz/] };
    expect(heapFindings(profile, { ...QUERY, filter }).shown).toMatchObject({ peak: 37, calls: 2 });
    expect(heapFindings(profile, QUERY).shown).toBeUndefined();
  });

  test('that hides frames gives what they cost to their callers', () => {
    const filter = { ...NO_FILTER, hide: [/^(?:grow|push)$/, /libz/] };
    const { rankings } = heapFindings(profile, { ...QUERY, filter });
    expect(shown(rankings[0]!.spots)).toEqual([
      '100 pack',
      '  pack main',
      '50 send',
      '  send main',
      '30 load',
      '  load main',
      '7 parse',
      '  parse load main',
    ]);
  });
});

test('what is hidden at the bottom of a stack leaves nothing behind', () => {
  const filter = { ...NO_FILTER, hide: [/^main$/] };
  const { rankings } = heapFindings(profile, { ...QUERY, filter });
  expect(shown(rankings[0]!.spots).slice(0, 2)).toEqual(['100 deflate', '  deflate pack']);
});

test('a ranking cuts nothing off without a sum', () => {
  const limits = { spots: 1, stacks: 1 };
  const { rankings } = heapFindings(profile, { ...QUERY, groupBy: 'module', limits });
  const [spot] = rankings[0]!.spots;
  // A rest of one is shown.
  expect(rankings[0]!.others.count).toBe(0);
  expect(spot!.stacks.length).toBe(2);
  const byPlace = heapFindings(profile, { ...QUERY, limits }).rankings[0]!;
  expect(byPlace.others).toMatchObject({ count: 2, costs: { peak: 87 } });
});

describe('two recordings', () => {
  test('are the same where only lines and addresses moved', async () => {
    const edited = await recordingOf([
      { frames: ['libz.so.2!deflate@z.c:5', 'pack@pack.c:1', MAIN], sizes: [100] },
      { frames: ['libz.so.2!deflate@z.c:8', 'send@net.c:2', MAIN], sizes: [50] },
      { frames: ['grow@vec.h:4/push@vec.h:9/load@load.c:3', MAIN], sizes: [30, 30] },
      { frames: ['fresh@new.c:1', MAIN], sizes: [3] },
    ]);
    const { rankings } = heapDifference(edited, profile, QUERY, 'function');
    expect(shown(rankings[0]!.spots)).toEqual([
      '30 grow/push/load',
      '  grow push load main',
      '-7 grow/push/parse',
      '  grow push parse load main',
      '3 fresh',
      '  fresh main',
    ]);
    const byLine = heapDifference(edited, profile, QUERY, 'line').rankings[0]!;
    expect(byLine.spots.length).toBeGreaterThan(4);
  });

  test('of one program have no difference', () => {
    for (const by of ['function', 'line'] as const) {
      expect(heapDifference(profile, profile, QUERY, by).rankings[0]!.spots).toEqual([]);
    }
  });
});

describe('code without names', () => {
  const unnamed = callStacks(
    [
      { module: 'libz.so' },
      { module: 'libz.so' },
      { module: 'libz.so', frames: [{ function: 'deflate' }] },
      { module: 'libz.so', frames: [{ function: 'deflate' }] },
    ],
    [
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
    ],
  );
  const costed = costsFor(unnamed, {
    1: { peak: 4 },
    2: { peak: 3 },
    3: { peak: 2 },
    4: { peak: 9 },
  });
  const limits = { spots: 10, stacks: 10 };

  test('is one function per address, and a function has none', () => {
    const { spots } = rank(groupStacks(costed, 'function'), 'peak', limits);
    const rows = spots.map(({ place, costs }) => [place[0]!.name, place[0]!.address, costs.peak]);
    expect(rows).toEqual([
      ['deflate', 0, 11],
      [undefined, 0x1000, 4],
      [undefined, 0x2000, 3],
    ]);
  });

  test('is in the file of all code of its module without one', () => {
    const { spots } = rank(groupStacks(costed, 'file'), 'peak', limits);
    expect(spots.map(({ costs }) => costs.peak)).toEqual([18]);
  });
});

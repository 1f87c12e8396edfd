import { describe, expect, test } from 'vitest';
import { NO_DETAILS } from '../../../src/analysis/heap/details.ts';
import { type HeapQuery, heapFindings } from '../../../src/analysis/heap/findings.ts';
import { sizeHistogram } from '../../../src/analysis/heap/size-histogram.ts';
import { NO_FILTER } from '../../../src/analysis/heap/stack-filter.ts';
import { hasSizes } from '../../../src/model/heap-profile.ts';
import { profileAsRecorded } from '../../support/call-stacks.ts';
import { RECORDINGS } from '../../support/recordings.ts';

const [SEED] = RECORDINGS;
const RAW = 'fixtures/heaptrack/raw/input.zst';

const query = (filter: Partial<HeapQuery['filter']>, by: 'place' | 'function' = 'place') =>
  ({
    groupBy: by,
    rankBy: ['calls'],
    limits: { spots: 10, stacks: 1 },
    filter: { ...NO_FILTER, ...filter },
    leakRules: [],
    details: { ...NO_DETAILS, sizes: true, growth: true, lifetimes: by },
  }) as const satisfies HeapQuery;

const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0);

describe('a filter counts for what is summed by allocation', () => {
  test.each([
    ['focus', { focus: [/cells_of/] }, 0],
    ['ignore', { ignore: [/cells_of/] }, 1],
    ['function', { function: 'cells_of' }, 0],
  ])('--%s', async (_, filter, sites) => {
    const profile = await profileAsRecorded(SEED!);
    const { shown, details, kept } = heapFindings(profile, query(filter));
    expect(shown!.calls).toBeLessThan(profile.totals.calls);
    expect(sum(details.sizes?.map(({ calls }) => calls))).toBe(shown!.calls);
    expect(sum(details.sizes?.map(({ peak }) => peak))).toBe(shown!.peak);
    expect(hasSizes(kept) && sum(sizeHistogram(kept).map(({ calls }) => calls))).toBe(shown!.calls);
    // What grows here is a Vec in `load`.
    expect(details.growth!.length).toBe(sites);
  });

  test('lifetimes, with frames hidden too', async () => {
    const profile = await profileAsRecorded(RAW);
    const all = heapFindings(profile, query({}, 'function')).details.lifetimes!;
    const [first] = all;
    const name = first!.place.name ?? first!.place.module!;
    const ignore = [{ test: (text: string) => text === name }];
    const without = heapFindings(profile, query({ ignore }, 'function'));
    expect(sum(without.details.lifetimes!.map(({ freed }) => freed))).toBeLessThan(
      sum(all.map(({ freed }) => freed)),
    );
    const hidden = heapFindings(profile, query({ hide: ignore }, 'function')).details.lifetimes!;
    expect(sum(hidden.map(({ freed }) => freed))).toBe(sum(all.map(({ freed }) => freed)));
    expect(hidden.map(({ place }) => place.name ?? place.module)).not.toContain(name);
  });
});

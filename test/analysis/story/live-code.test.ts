import { expect, test } from 'vitest';
import { liveCode } from '../../../src/analysis/story/live-code.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import type { Artifact } from '../../../src/model/artifact.ts';
import type { HeapProfile } from '../../../src/model/heap-profile.ts';
import { countedAccount } from '../../../src/parsers/counted-account.ts';
import { ROOT } from '../../support/paths.ts';

const { capture } = await ingest({
  source: `${ROOT}fixtures/stories/seed/heaptrack.zst`,
  wants: ['heap-profile'],
});
const artifact: Artifact | undefined = capture?.artifact;
const profile = artifact as HeapProfile;

const told = (live: number) =>
  liveCode(
    countedAccount({
      allocator: 'glibc',
      live: { count: undefined, bytes: live, resident: undefined },
    }),
    profile,
  )!;

test('live bytes have the places of the moment of the recording that has as many', () => {
  const { peak, leaked } = profile.totals;
  expect(peak).toBeGreaterThan(2 * leaked!);
  expect(told(peak! * 1.05)).toMatchObject({ moment: 'peak', peak, end: leaked });
  expect(told(leaked! * 0.95).moment).toBe('end');
  const { sites } = told(peak!);
  expect(sites.every(({ least, most }) => least === most && most > 0)).toBe(true);
  expect(sites.reduce((sum, { most }) => sum + most, 0)).toBeLessThanOrEqual(peak!);
  expect(sites[0]!.most).toBeGreaterThan(peak! / 4);
});

test('and intervals between both where neither has', () => {
  const { peak, leaked } = profile.totals;
  const { moment, sites } = told((peak! + leaked!) / 2);
  expect(moment).toBeUndefined();
  const byPlace = (one: (typeof sites)[number]) => JSON.stringify(one.place);
  const atPeak = new Map(told(peak!).sites.map((one) => [byPlace(one), one.most]));
  const [first] = sites;
  expect(first!.most).toBe(atPeak.get(byPlace(first!)));
  expect(first!.least).toBeLessThan(first!.most);
});

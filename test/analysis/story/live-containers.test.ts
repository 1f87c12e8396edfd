import { expect, test } from 'vitest';
import { growthSites } from '../../../src/analysis/growth/from-heap/growth-sites.ts';
import { liveContainers } from '../../../src/analysis/story/live-containers.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import type { LargeContainer } from '../../../src/model/heap-account.ts';
import { type HeapProfile, hasSizes } from '../../../src/model/heap-profile.ts';
import { countedAccount } from '../../../src/parsers/counted-account.ts';
import { ROOT } from '../../support/paths.ts';

const { capture } = await ingest({
  source: `${ROOT}fixtures/stories/seed/heaptrack.zst`,
  wants: ['heap-profile'],
});
const profile: HeapProfile = capture!.artifact;
const sites = hasSizes(profile) ? growthSites(profile) : [];

const siteOf = (container: Omit<LargeContainer, 'address' | 'kind' | 'length'>) => {
  const live = { count: undefined, bytes: 1, resident: undefined };
  const large = [{ ...container, kind: 'counted' as const, address: 4096, length: 1 }];
  const containers = { language: 'rust' as const, large, kinds: [] };
  const account = countedAccount({ allocator: 'glibc', live, containers });
  return liveContainers(account, sites)[0]!.site;
};

test('a large container is of the only place where a block of its size was allocated', () => {
  const site = sites.find(({ element }) => element?.size.value === 24)!;
  const largest = site.blocks.at(-1)!.requested!;
  const elementBytes = { least: 24, most: 24 };
  expect(siteOf({ elementBytes, capacity: largest / 24 })).toBe(site);
  // A size that nobody asked for, elements of another size, and a size that is not known.
  expect(siteOf({ elementBytes, capacity: largest / 24 - 1 })).toBeUndefined();
  expect(siteOf({ elementBytes: { least: 8, most: 8 }, capacity: largest / 8 })).toBeUndefined();
  expect(siteOf({ elementBytes: { least: 23, most: 24 }, capacity: largest / 24 })).toBeUndefined();
});

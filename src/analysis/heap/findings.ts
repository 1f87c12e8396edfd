import { BUILT_IN_LEAK_PATTERNS } from '../../knowledge/leak-suppressions.ts';
import type { AllocationProfile, HeapTotals, Recording } from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type CostKind, traceCosts } from './costs.ts';
import { placesOf, type Ranking, rank } from './hot-spots.ts';
import { suppressedTraces } from './leak-suppression.ts';

/** What `memtool heaptrack` tells of a recording. */
export interface HeapFindings {
  readonly recording: Recording;
  readonly totals: HeapTotals;
  /** Seconds, where only a part of the recording was looked at. */
  readonly window: AllocationProfile['window'];
  /** What the built-in suppressions hide of the leaks. */
  readonly suppressed: { readonly leaked: Bytes };
  readonly rankings: readonly Ranking[];
}

export interface HeapLimits {
  /** Places per ranking. */
  readonly spots: number;
  /** Call stacks per place. */
  readonly stacks: number;
}

const RANKED_BY: readonly CostKind[] = ['peak', 'calls', 'temporary', 'leaked'];

export function heapFindings(profile: AllocationProfile, limits: HeapLimits): HeapFindings {
  const suppressed = suppressedTraces(profile, BUILT_IN_LEAK_PATTERNS);
  const costs = traceCosts(profile, suppressed);
  const places = placesOf(profile, costs);
  const shownLeaks = places.placeCosts.reduce((sum, { leaked }) => sum + leaked, 0);
  return {
    recording: profile.recording,
    totals: profile.totals,
    window: profile.window,
    suppressed: { leaked: profile.totals.leaked - shownLeaks },
    rankings: RANKED_BY.map((by) => rank(places, by, limits)),
  };
}

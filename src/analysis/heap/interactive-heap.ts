/** A recording as one walks through it: the stacks that are wanted, and what was live at a moment. */
import type { Bytes } from '../../model/bytes.ts';
import type { CallStacks, HeapProfile, HeapSnapshot } from '../../model/heap-profile.ts';
import type { Pattern } from '../../model/pattern.ts';
import { type CostedStacks, costedStacks, emptyCosts, type TraceCosts } from './costs.ts';
import { groupStacks } from './grouping.ts';
import { BUILT_IN_LEAK_RULES, leakRules } from './leak-rules.ts';
import { suppressedTraces } from './leak-suppression.ts';
import { rank } from './rankings.ts';
import { costsOfWanted, NO_FILTER, wantedStacks, withoutFrames } from './stack-filter.ts';
import type { StackFrame } from './stacks.ts';

/** Costs of all stacks; leaks without those that every program has, or that it declares itself. */
export function profileCosts(profile: HeapProfile): CostedStacks {
  const embedded = leakRules(profile.recording.suppressions, 'program').rules;
  const patterns = [...BUILT_IN_LEAK_RULES, ...embedded].map(({ pattern }) => pattern);
  return costedStacks(profile, suppressedTraces(profile, patterns));
}

/** Costs of the stacks through a function, file or module that matches. */
export function focusedCosts(stacks: CallStacks, costs: TraceCosts, focus: Pattern): TraceCosts {
  return costsOfWanted(costs, wantedStacks(stacks, { ...NO_FILTER, focus: [focus] }));
}

/**
 * Stacks without the functions of the language's own library, to be costed as the whole ones are:
 * their callers get the cost.
 */
export const withoutLibraries = (stacks: CallStacks): CallStacks =>
  withoutFrames(stacks, { hide: [], hideLibraries: true });

/** A place in the code with what it had allocated and not freed. */
export interface LiveSite {
  readonly place: StackFrame;
  readonly bytes: Bytes;
}

/** The last moment that was kept up to a time; undefined before the first. */
export function snapshotAt(
  snapshots: readonly HeapSnapshot[],
  time: number,
): HeapSnapshot | undefined {
  return snapshots.findLast((snapshot) => snapshot.time <= time);
}

/** The places with most live bytes at a moment. @param live bytes by trace. */
export function liveSites(
  stacks: CallStacks,
  live: Float64Array,
  most: number,
): readonly LiveSite[] {
  const costs = emptyCosts(stacks.traces.count, ['peak']);
  costs.peak.set(live);
  const groups = groupStacks({ stacks, costs, kinds: ['peak'] }, 'place');
  return rank(groups, 'peak', { spots: most, stacks: 1, frames: 1 }).spots.flatMap(
    ({ place, costs: cost }) =>
      place[0] === undefined ? [] : [{ place: place[0], bytes: cost.peak }],
  );
}

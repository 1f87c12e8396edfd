/** A recording as one walks through it: the stacks that are wanted, and what was live at a moment. */
import { LIBRARY_CODE } from '../../knowledge/library-frames.ts';
import type {
  AllocationProfile,
  CallStacks,
  HeapSnapshot,
} from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type CostedStacks, emptyCosts, traceCosts } from './costs.ts';
import { groupStacks } from './grouping.ts';
import { BUILT_IN_LEAK_RULES, leakRules } from './leak-rules.ts';
import { suppressedTraces } from './leak-suppression.ts';
import { rank } from './rankings.ts';
import { filterStacks, isFilter, NO_FILTER } from './stack-filter.ts';
import type { StackFrame } from './stacks.ts';

/** Costs of all stacks; leaks without those that every program has, or that it declares itself. */
export function profileCosts(profile: AllocationProfile): CostedStacks {
  const embedded = leakRules(profile.recording.suppressions, 'program').rules;
  const patterns = [...BUILT_IN_LEAK_RULES, ...embedded].map(({ pattern }) => pattern);
  return { stacks: profile, costs: traceCosts(profile, suppressedTraces(profile, patterns)) };
}

/** What of the stacks is walked through. */
export interface Exploration {
  /** Stacks need a function, file or module that matches; undefined for all stacks. */
  readonly focus: RegExp | undefined;
  /** Without the functions of the language's own library; their callers get the cost. */
  readonly ownCode: boolean;
}

export function exploredStacks(
  costed: CostedStacks,
  { focus, ownCode }: Exploration,
): CostedStacks {
  const filter = {
    ...NO_FILTER,
    focus: focus === undefined ? [] : [focus],
    hide: ownCode ? LIBRARY_CODE : [],
  };
  return isFilter(filter) ? filterStacks(costed, filter).costed : costed;
}

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

/** Stacks without the functions of the language's own library, to be costed as the whole ones are. */
export function ownStacks(profile: AllocationProfile): CallStacks {
  const nothing = { stacks: profile, costs: emptyCosts(profile.traces.count) };
  return filterStacks(nothing, { ...NO_FILTER, hide: LIBRARY_CODE }).costed.stacks;
}

/** The places with most live bytes at a moment. */
export function liveSites(
  stacks: CallStacks,
  { live }: HeapSnapshot,
  most: number,
): readonly LiveSite[] {
  const costs = emptyCosts(stacks.traces.count);
  costs.peak.set(live);
  const groups = groupStacks({ stacks, costs }, 'place');
  return rank(groups, 'peak', { spots: most, stacks: 1 }).spots.flatMap(({ place, costs: cost }) =>
    place[0] === undefined ? [] : [{ place: place[0], bytes: cost.peak }],
  );
}

/** What the views of the heap are made of, each remembered for as long as its settings stay. */
import { callForest } from '../../../analysis/heap/call-forest.ts';
import { bottomUpTree, type CallTree, topDownTree } from '../../../analysis/heap/call-tree.ts';
import {
  type CostedStacks,
  type CostKind,
  type TraceCosts,
  totalCosts,
} from '../../../analysis/heap/costs.ts';
import type { TreeDirection } from '../../../analysis/heap/details.ts';
import { type FrameRows, functionRows } from '../../../analysis/heap/frame-rows.ts';
import {
  focusedCosts,
  profileCosts,
  withoutLibraries,
} from '../../../analysis/heap/interactive-heap.ts';
import {
  type HeapWindow,
  heapMoments,
  heapWindow,
  type MomentRange,
} from '../../../analysis/heap/time-window.ts';
import { linearPattern, literalPattern } from '../../../analysis/linear-pattern.ts';
import type { CallStacks, HeapProfile } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import type { Pattern } from '../../../model/pattern.ts';
import type { State } from '../../state.ts';

const costsOf = memoizeLast(profileCosts);

export const momentsOf = memoizeLast(heapMoments);

const windowOf = memoizeLast((profile: HeapProfile, range: MomentRange) =>
  heapWindow(profile, momentsOf(profile), range),
);

/** Undefined where all of the recording is looked at. */
export const windowIn = (profile: HeapProfile, { heap }: State): HeapWindow | undefined =>
  heap.window && windowOf(profile, heap.window);

const focusedOf = memoizeLast((profile: HeapProfile, costs: TraceCosts, filter: string) =>
  focusedCosts(profile, costs, patternOf(filter)),
);

const ownOf = memoizeLast(withoutLibraries);

const costedOf = memoizeLast(
  (stacks: CallStacks, costs: TraceCosts, kinds: readonly CostKind[]): CostedStacks => ({
    stacks,
    costs,
    kinds,
  }),
);

/** The stacks that are looked at. */
export function stacksIn(profile: HeapProfile, state: State): CostedStacks {
  const { filter, ownCode } = state.heap;
  const { costs, kinds } = windowIn(profile, state)?.costed ?? costsOf(profile);
  return costedOf(
    ownCode ? ownOf(profile) : profile,
    filter === '' ? costs : focusedOf(profile, costs, filter),
    kinds,
  );
}

export const totalsOf = memoizeLast(({ costs }: CostedStacks) => totalCosts(costs));

const rowsOf = { own: memoizeLast(functionRows), all: memoizeLast(functionRows) };

const rowsIn = (profile: HeapProfile, { stacks }: CostedStacks): FrameRows =>
  rowsOf[stacks === profile ? 'all' : 'own'](stacks);

const callForestOf = memoizeLast(callForest);

/** The functions of the stacks, and the stacks below each other. */
export function forestIn(profile: HeapProfile, costed: CostedStacks) {
  const rows = rowsIn(profile, costed);
  return { rows, forest: callForestOf(rows, costed.costs) };
}

const topDownOf = memoizeLast(topDownTree);
const bottomUpOf = memoizeLast(bottomUpTree);

export function treeIn(profile: HeapProfile, state: State, direction: TreeDirection): CallTree {
  const costed = stacksIn(profile, state);
  const { stacks, costs } = costed;
  if (direction === 'bottom-up') return bottomUpOf(stacks, costs, rowsIn(profile, costed));
  const { rows, forest } = forestIn(profile, costed);
  return topDownOf(stacks, costs, rows, forest);
}

/** What was typed as a pattern; as plain text where it is none. */
export function patternOf(text: string): Pattern {
  try {
    return linearPattern(text, true);
  } catch {
    return literalPattern(text, true);
  }
}

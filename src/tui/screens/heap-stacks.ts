/** What the views of the heap are made of, each remembered for as long as its settings stay. */
import { callForest } from '../../analysis/heap/call-forest.ts';
import type { CallTree } from '../../analysis/heap/call-tree.ts';
import { type CostedStacks, totalCosts } from '../../analysis/heap/costs.ts';
import { type TreeDirection, treeOf } from '../../analysis/heap/details.ts';
import { exploredStacks, profileCosts } from '../../analysis/heap/explored-heap.ts';
import { functionRows } from '../../analysis/heap/frame-rows.ts';
import {
  type HeapWindow,
  heapMoments,
  heapWindow,
  type MomentRange,
} from '../../analysis/heap/time-window.ts';
import type { AllocationProfile } from '../../model/allocation-profile.ts';
import { remembered } from '../screen.ts';
import type { State } from '../state-data.ts';

const costsOf = remembered(profileCosts);

export const momentsOf = remembered(heapMoments);

const windowOf = remembered((profile: AllocationProfile, range: MomentRange) =>
  heapWindow(profile, momentsOf(profile), range),
);

/** Undefined where all of the recording is looked at. */
export const windowIn = (profile: AllocationProfile, { heap }: State): HeapWindow | undefined =>
  heap.window && windowOf(profile, heap.window);

const explored = remembered((costed: CostedStacks, filter: string, ownCode: boolean) =>
  exploredStacks(costed, { focus: filter === '' ? undefined : patternOf(filter), ownCode }),
);

/** The stacks that are looked at. */
export const stacksIn = (profile: AllocationProfile, state: State): CostedStacks =>
  explored(
    windowIn(profile, state)?.costed ?? costsOf(profile),
    state.heap.filter,
    state.heap.ownCode,
  );

export const totalsOf = remembered(({ costs }: CostedStacks) => totalCosts(costs));

const rowsOf = remembered(functionRows);

const treesOf = {
  'bottom-up': remembered((costed: CostedStacks) => makeTree(costed, 'bottom-up')),
  'top-down': remembered((costed: CostedStacks) => makeTree(costed, 'top-down')),
};

const makeTree = ({ stacks, costs }: CostedStacks, direction: TreeDirection): CallTree =>
  treeOf[direction](stacks, costs, rowsOf(stacks));

export const treeIn = (
  profile: AllocationProfile,
  state: State,
  direction: TreeDirection,
): CallTree => treesOf[direction](stacksIn(profile, state));

/** The tree's rows of functions, and the stacks below each other. */
export const forestOf = remembered(({ stacks, costs }: CostedStacks) => {
  const rows = rowsOf(stacks);
  return { rows, forest: callForest(rows, costs) };
});

/** What was typed as a pattern; as plain text where it is none. */
export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i');
  }
}

import type { AllocationProfile } from '../../../model/allocation-profile.ts';
import type { Area, Shown } from '../../screen.ts';
import type { State } from '../../state.ts';

/** What a view of the heap adds to what stands above all of them. */
export interface HeapShown extends Shown {
  /** What the key for the direction says here. */
  readonly direction: string;
}

/** A way to look at the stacks of a recording. */
export type HeapViewOf = (profile: AllocationProfile, state: State, area: Area) => HeapShown;

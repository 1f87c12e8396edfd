import type { HeapProfile } from '../../../model/heap-profile.ts';
import type { Area, Shown } from '../../screen.ts';
import type { State } from '../../state.ts';

/** What a view of the heap adds to what stands above all of them. */
export interface HeapShown extends Shown {
  /** What the key for the direction says here. */
  readonly direction: string;
}

/** A way to look at the stacks of a recording. */
export type HeapViewOf = (profile: HeapProfile, state: State, area: Area) => HeapShown;

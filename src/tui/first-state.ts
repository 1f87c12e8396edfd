/** What the state begins with when captures were read. */
import { firstNumbers } from './container-numbers.ts';
import type { Reading } from './session.ts';
import { initialState, type State } from './state.ts';

/** Without what was chosen of the process before. */
export const forProcess = (state: State): State => ({
  ...state,
  ...initialState('overview', state.capacity.numbers),
  units: state.units,
  addresses: state.addresses,
});

/** Where one begins when all is read: where there is something to see, with a container that was found. */
export function opened(state: State, { story, captures }: Reading): State {
  if (captures.length === 0) return { ...state, screen: 'diagnostics' };
  const { space, recording } = story.witnesses;
  const found = state.capacity.from === 'example' ? firstNumbers(story) : undefined;
  const capacity = found ? { ...found, isChanged: false } : state.capacity;
  const hasLog = space !== undefined || recording === undefined;
  const view = recording === undefined ? 'account' : state.heap.view;
  const series = hasLog ? state.timeline.series : 'recording';
  return {
    ...state,
    capacity,
    heap: { ...state.heap, view },
    timeline: { ...state.timeline, series },
  };
}

import type { TreeDirection } from '../analysis/heap/details.ts';
import type { FramePath } from '../analysis/heap/flame-graph.ts';
import type { MomentRange } from '../analysis/heap/time-window.ts';
import type { Intent } from './intents.ts';
import { START, settled } from './parts/viewport.ts';
import { cycled, type Extent, type State, withCursor } from './state.ts';

/** What the Heap screen alone understands. */
export function reduceHeap(state: State, intent: Intent, extent: Extent): State {
  const { heap } = state;
  const changed = (part: Partial<State['heap']>): State => ({
    ...state,
    heap: { ...heap, ...part },
  });
  switch (intent.type) {
    case 'sort':
      return withTreeAnew(changed({ by: cycled(extent.costs, heap.by) }));
    case 'view':
      return changed({ view: cycled(extent.views, heap.view) });
    case 'direction': {
      if (heap.view === 'flame') {
        const direction = opposite(heap.flame.direction);
        return withFlameAnew(changed({ flame: { ...heap.flame, direction } }));
      }
      return withTreeAnew(changed({ direction: opposite(heap.direction) }));
    }
    case 'own-code':
      return withFlameAnew(withTreeAnew(changed({ ownCode: !heap.ownCode })));
    case 'open-names':
      return changed({ open: [...new Set([...heap.open, ...intent.names])] });
    case 'close-all':
      return withTreeAnew(state);
    case 'select-frame': {
      const { path, level } = intent;
      const { top } = state.cursors['heap-flame'];
      // One level more than there is, so that what stands below the chosen frame is seen.
      const cursor = settled({ selected: level, top }, extent.count + 1, extent.height);
      return withCursor(changed({ flame: { ...heap.flame, at: path } }), cursor);
    }
    case 'zoom': {
      const { flame } = heap;
      const zooms = [...flame.zooms, intent.path];
      return withCursor(changed({ flame: { ...flame, zooms, at: intent.path } }), START);
    }
    case 'show-callers': {
      const { ways, from } = heap.callers;
      const isHere = heap.view === 'callers';
      const callers = isHere
        ? { ways: [...ways, intent.of], from }
        : { ways: [intent.of], from: heap.view };
      return withCursor(changed({ view: 'callers', callers }), START);
    }
    case 'window':
      return changed({ window: movedWindow(heap.window, intent, extent.moments - 1) });
    default:
      return state;
  }
}

const opposite = (direction: TreeDirection): TreeDirection =>
  direction === 'bottom-up' ? 'top-down' : 'bottom-up';

/** Closes what was opened by names that may be others now. */
function withTreeAnew(state: State): State {
  const cursors = { ...state.cursors, heap: START, 'heap-callers': START };
  return { ...state, cursors, heap: { ...state.heap, open: [] } };
}

/** Symbols are numbered anew with the stacks. */
function withFlameAnew(state: State): State {
  const { heap, cursors } = state;
  const flame = { ...heap.flame, zooms: [], at: [] };
  return { ...state, cursors: { ...cursors, 'heap-flame': START }, heap: { ...heap, flame } };
}

export function withFilter(state: State, filter: string): State {
  return withFlameAnew(withTreeAnew({ ...state, heap: { ...state.heap, filter } }));
}

/** One step back along what was zoomed into, or the functions one came from; undefined without any. */
export function backInHeap(state: State): State | undefined {
  const { heap } = state;
  if (heap.view === 'flame' && heap.flame.zooms.length > 0) {
    const zooms = heap.flame.zooms.slice(0, -1);
    const below = heap.flame.at.length - (zooms.at(-1) ?? NO_FRAMES).length;
    const flame = { ...heap.flame, zooms };
    return withCursor({ ...state, heap: { ...heap, flame } }, { selected: below, top: 0 });
  }
  if (heap.view !== 'callers') return undefined;
  const { ways, from } = heap.callers;
  if (ways.length < 2) return { ...state, heap: { ...heap, view: from } };
  const callers = { ways: ways.slice(0, -1), from };
  return withCursor({ ...state, heap: { ...heap, callers } }, START);
}

const NO_FRAMES: FramePath = [];

/** Edges never meet; the whole recording is no window. */
function movedWindow(
  window: MomentRange | undefined,
  { edge, by }: Extract<Intent, { type: 'window' }>,
  last: number,
): MomentRange | undefined {
  const { from, to } = window ?? { from: 0, to: last };
  const moved =
    edge === 'from'
      ? { from: Math.max(0, Math.min(to - 1, from + by)), to }
      : { from, to: Math.min(last, Math.max(from + 1, to + by)) };
  return moved.from <= 0 && moved.to >= last ? undefined : moved;
}

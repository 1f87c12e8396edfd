/** The one function that changes the state; what screens alone understand is in reduce-screen.ts. */
import { typedNumbers } from './capacity-numbers.ts';
import { type Intent, type PromptPurpose, SCREEN_IDS, type ScreenId } from './intents.ts';
import { rowAway, START, settledRows } from './parts/viewport.ts';
import { backInHeap, withFilter } from './reduce-heap.ts';
import { reduceScreen } from './reduce-screen.ts';
import { cursorOf, type Extent, type Overlay, onTrail, type State, withCursor } from './state.ts';

/** The one function that changes the state. */
export function reduce(state: State, intent: Intent, extent: Extent): State {
  const next = { ...state, notice: '' };
  if (state.overlay !== undefined) {
    const inOverlay = reduceOverlay(next, state.overlay, intent, extent);
    if (inOverlay !== undefined) return inOverlay;
  }
  switch (intent.type) {
    case 'show-screen':
      // A capture's line is looked at on the way from somewhere.
      if (intent.screen === 'source') return onTrail(next, 'source');
      return { ...next, screen: intent.screen, listsProcesses: false, trail: [] };
    case 'go-to-screen':
      return onTrail(next, intent.screen);
    case 'next-screen':
      return { ...next, screen: besides(state.screen, 1), trail: [] };
    case 'previous-screen':
      return { ...next, screen: besides(state.screen, -1), trail: [] };
    case 'select-next':
      return moved(next, extent, 1);
    case 'select-previous':
      return moved(next, extent, -1);
    case 'page-down':
      return paged(next, extent, Math.max(1, extent.height - 1));
    case 'page-up':
      return paged(next, extent, -Math.max(1, extent.height - 1));
    case 'half-page-down':
      return paged(next, extent, Math.max(1, extent.height >> 1));
    case 'half-page-up':
      return paged(next, extent, -Math.max(1, extent.height >> 1));
    case 'scroll':
      return scrolled(next, extent, intent.by);
    case 'select-first':
      return moved(next, extent, Number.NEGATIVE_INFINITY);
    case 'select-last':
      return moved(next, extent, Number.POSITIVE_INFINITY);
    case 'select':
      return moved(next, extent, intent.index - cursorOf(state).selected);
    case 'help':
      return { ...next, overlay: { kind: 'help', top: 0 } };
    case 'show-topic':
      return {
        ...next,
        overlay: { kind: 'topic', topic: intent.topic, evidence: intent.evidence, top: 0 },
      };
    case 'prompt': {
      const text = intent.purpose === 'filter' ? state.heap.filter : '';
      return { ...next, overlay: { kind: 'prompt', purpose: intent.purpose, text } };
    }
    case 'back':
      return reduceBack(next);
    case 'units':
      return { ...next, units: state.units === 'human' ? 'bytes' : 'human' };
    case 'addresses':
      return { ...next, addresses: state.addresses === 'hex' ? 'decimal' : 'hex' };
    case 'notice':
      return { ...next, notice: intent.text };
    case 'show-source': {
      const { window } = intent;
      const cursor = { selected: window.line - window.first, top: 0 };
      const at = { selected: cursor.selected, top: Math.max(0, cursor.selected - 5) };
      const shown = { ...next, source: window, cursors: { ...state.cursors, source: at } };
      return onTrail(shown, 'source');
    }
    default:
      return reduceScreen(next, intent, extent);
  }
}

function besides(screen: ScreenId, by: 1 | -1): ScreenId {
  const count = SCREEN_IDS.length;
  return SCREEN_IDS[(SCREEN_IDS.indexOf(screen) + by + count) % count]!;
}

/** By rows. */
function moved(state: State, extent: Extent, by: number): State {
  const now = settledRows(cursorOf(state), extent);
  return withCursor(state, settledRows({ ...now, selected: now.selected + by }, extent));
}

/** By lines. */
function paged(state: State, extent: Extent, by: number): State {
  const now = settledRows(cursorOf(state), extent);
  return moved(state, extent, rowAway(now.selected, by, extent) - now.selected);
}

/** The view moves, and the chosen row with it. */
function scrolled(state: State, extent: Extent, by: number): State {
  const { selected, top } = settledRows(cursorOf(state), extent);
  const cursor = { selected: rowAway(selected, by, extent), top: top + by };
  return withCursor(state, settledRows(cursor, extent));
}

/** Moves in pages that lie over a screen, and text that is typed; undefined for all other intents. */
function reduceOverlay(
  state: State,
  overlay: Overlay,
  intent: Intent,
  { count, height }: Extent,
): State | undefined {
  const closed = { ...state, overlay: undefined };
  if (intent.type === 'back') return closed;
  if (overlay.kind === 'prompt') {
    const { text, purpose } = overlay;
    if (intent.type === 'type-text') {
      return { ...state, overlay: { ...overlay, text: text + intent.text } };
    }
    if (intent.type === 'erase') {
      return { ...state, overlay: { ...overlay, text: [...text].slice(0, -1).join('') } };
    }
    return intent.type === 'accept' ? accepted(closed, purpose, text) : undefined;
  }
  const steps: Partial<Record<Intent['type'], number>> = {
    'select-next': 1,
    'select-previous': -1,
    'page-down': height,
    'page-up': -height,
    'half-page-down': height >> 1,
    'half-page-up': -(height >> 1),
    'select-first': Number.NEGATIVE_INFINITY,
    'select-last': Number.POSITIVE_INFINITY,
  };
  const step = intent.type === 'scroll' ? intent.by : steps[intent.type];
  if (step === undefined) return undefined;
  const top = Math.max(0, Math.min(overlay.top + step, count - height));
  return { ...state, overlay: { ...overlay, top } };
}

function accepted(state: State, purpose: PromptPurpose, text: string): State {
  if (purpose === 'search') return { ...state, search: text };
  if (purpose === 'filter') {
    return withFilter({ ...state, search: text }, text);
  }
  const numbers = typedNumbers(text, state.capacity.numbers);
  if (numbers === undefined) {
    return { ...state, notice: `not understood: ${text}; write 12426 x 24 vec glibc` };
  }
  return { ...state, capacity: { numbers, from: undefined, isChanged: false } };
}

/** One step back; at the top it says how to leave instead of leaving. */
function reduceBack(state: State): State {
  const { screen, growth, heap, map, trail } = state;
  if (screen === 'overview' && state.listsProcesses) {
    const from = trail.at(-1) ?? screen;
    return { ...state, listsProcesses: false, screen: from, trail: trail.slice(0, -1) };
  }
  const inHeap = screen === 'heap' ? backInHeap(state) : undefined;
  if (inHeap !== undefined) return inHeap;
  const from = trail.at(-1);
  if (from !== undefined) return { ...state, screen: from, trail: trail.slice(0, -1) };
  if (screen === 'growth' && growth.chosen !== undefined) {
    const cursor = { selected: growth.chosen, top: 0 };
    return withCursor({ ...state, growth: { chosen: undefined } }, cursor);
  }
  if (screen === 'heap' && heap.filter !== '') {
    return withFilter(state, '');
  }
  if (screen === 'heap' && heap.window !== undefined) {
    return { ...state, heap: { ...heap, window: undefined } };
  }
  if (screen === 'map' && map.open.length > 0) {
    return withCursor({ ...state, map: { ...map, open: [] } }, START);
  }
  if (state.search !== '') return { ...state, search: '' };
  return { ...state, notice: 'this is the top; q quits' };
}

/**
 * Everything that keys can change, as plain data, and the one function that changes it. What the
 * captures say is not in here: screens are made from both.
 */
import type { CapacityNumbers } from '../analysis/capacity/capacity-account.ts';
import { COST_KINDS, type CostKind } from '../analysis/heap/costs.ts';
import type { TreeDirection } from '../analysis/heap/details.ts';
import { MAP_GROUPINGS, type MapGrouping } from '../analysis/mapping-sections.ts';
import type { TopicId } from '../analysis/story/waterfall.ts';
import type { Units } from '../views/text/quantity.ts';
import {
  pushed,
  typedNumbers,
  withElementStep,
  withLength,
  withNextAllocator,
  withNextContainer,
} from './capacity-numbers.ts';
import { type Intent, type PromptPurpose, SCREEN_IDS, type ScreenId } from './intents.ts';
import type { Mode } from './keymap.ts';
import { type Cursor, START, settled } from './parts/viewport.ts';
import type { SourceWindow } from './session.ts';

/** The column of a memory map that sizes are taken from. */
export const LENSES = ['size', 'resident', 'pss', 'dirty'] as const;
export type Lens = (typeof LENSES)[number];

export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | {
      readonly kind: 'topic';
      readonly topic: TopicId;
      readonly evidence: string;
      readonly top: number;
    }
  | { readonly kind: 'prompt'; readonly purpose: PromptPurpose; readonly text: string };

export interface State {
  readonly screen: ScreenId;
  /** Screens that one came from by opening rows; Esc goes back along them. */
  readonly trail: readonly ScreenId[];
  readonly cursors: Readonly<Record<ScreenId, Cursor>>;
  readonly overlay: Overlay | undefined;
  readonly units: Units;
  /** What `n` looks for. */
  readonly search: string;
  /** One line that the next key takes away. */
  readonly notice: string;
  readonly map: {
    readonly grouping: MapGrouping;
    readonly lens: Lens;
    readonly sort: 'address' | 'lens';
    readonly open: readonly string[];
  };
  readonly timeline: {
    readonly series: 'log' | 'recording';
    /** Where the cursor is, from 0 to 1; undefined at the peak. */
    readonly at: number | undefined;
  };
  /** The container whose steps are the list; undefined where containers are. */
  readonly growth: { readonly chosen: number | undefined };
  readonly heap: {
    readonly direction: TreeDirection;
    readonly by: CostKind;
    readonly filter: string;
    /** Without the functions of the language's own library. */
    readonly ownCode: boolean;
    readonly open: readonly string[];
  };
  readonly capacity: {
    readonly numbers: CapacityNumbers;
    /** The container of the log that they are of; undefined for numbers of the user's. */
    readonly from: number | undefined;
  };
  readonly source: SourceWindow | undefined;
}

/** How large what is shown is, which decides how far a step goes. */
export interface Extent {
  /** Rows of the list, or of the page that lies over the screen. */
  readonly count: number;
  /** Rows of it that are seen. */
  readonly height: number;
  /** Cells of the timeline, and where its cursor is, from 0 to 1. */
  readonly cells: number;
  readonly at: number;
  /** The lenses for which the map has figures. */
  readonly lenses: readonly Lens[];
}

export function initialState(screen: ScreenId, numbers: CapacityNumbers): State {
  const cursors = Object.fromEntries(SCREEN_IDS.map((id) => [id, START]));
  return {
    screen,
    trail: [],
    cursors: cursors as Record<ScreenId, Cursor>,
    overlay: undefined,
    units: 'human',
    search: '',
    notice: '',
    map: { grouping: 'none', lens: 'size', sort: 'address', open: [] },
    timeline: { series: 'log', at: undefined },
    growth: { chosen: undefined },
    heap: { direction: 'bottom-up', by: 'peak', filter: '', ownCode: true, open: [] },
    capacity: { numbers, from: undefined },
    source: undefined,
  };
}

/** Where keys go. */
export const modeOf = ({ overlay, screen }: State): Mode => overlay?.kind ?? screen;

const cycled = <T>(list: readonly T[], at: T): T => list[(list.indexOf(at) + 1) % list.length]!;

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
      return { ...next, screen: intent.screen, trail: [] };
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
      return moved(next, extent, Math.max(1, extent.height - 1));
    case 'page-up':
      return moved(next, extent, -Math.max(1, extent.height - 1));
    case 'select-first':
      return moved(next, extent, Number.NEGATIVE_INFINITY);
    case 'select-last':
      return moved(next, extent, Number.POSITIVE_INFINITY);
    case 'select':
      return moved(next, extent, intent.index - state.cursors[state.screen].selected);
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

/** Goes to a screen, and remembers where from. */
function onTrail(state: State, screen: ScreenId): State {
  if (screen === state.screen) return state;
  return { ...state, screen, trail: [...state.trail, state.screen] };
}

function moved(state: State, { count, height }: Extent, by: number): State {
  const now = settled(state.cursors[state.screen], count, height);
  const cursor = settled({ ...now, selected: now.selected + by }, count, height);
  return withCursor(state, cursor);
}

const withCursor = (state: State, cursor: Cursor): State => ({
  ...state,
  cursors: { ...state.cursors, [state.screen]: cursor },
});

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
    'select-first': Number.NEGATIVE_INFINITY,
    'select-last': Number.POSITIVE_INFINITY,
  };
  const step = steps[intent.type];
  if (step === undefined) return undefined;
  const top = Math.max(0, Math.min(overlay.top + step, count - height));
  return { ...state, overlay: { ...overlay, top } };
}

function accepted(state: State, purpose: PromptPurpose, text: string): State {
  if (purpose === 'search') return { ...state, search: text };
  if (purpose === 'filter') {
    const heap = { ...state.heap, filter: text, open: [] };
    return withCursor({ ...state, heap, search: text }, START);
  }
  const numbers = typedNumbers(text, state.capacity.numbers);
  if (numbers === undefined) {
    return { ...state, notice: `not understood: ${text}; write 12426 x 24 vec glibc` };
  }
  return { ...state, capacity: { numbers, from: undefined } };
}

/** One step back; at the top it says how to leave instead of leaving. */
function reduceBack(state: State): State {
  const { screen, growth, heap, map, trail } = state;
  const from = trail.at(-1);
  if (from !== undefined) return { ...state, screen: from, trail: trail.slice(0, -1) };
  if (screen === 'growth' && growth.chosen !== undefined) {
    const cursor = { selected: growth.chosen, top: 0 };
    return withCursor({ ...state, growth: { chosen: undefined } }, cursor);
  }
  if (screen === 'heap' && heap.filter !== '') {
    return withCursor({ ...state, heap: { ...heap, filter: '', open: [] } }, START);
  }
  if (screen === 'map' && map.open.length > 0) {
    return withCursor({ ...state, map: { ...map, open: [] } }, START);
  }
  if (state.search !== '') return { ...state, search: '' };
  return { ...state, notice: 'this is the top; q quits' };
}

/** What one screen alone understands. */
function reduceScreen(state: State, intent: Intent, extent: Extent): State {
  const { map, heap, timeline } = state;
  switch (intent.type) {
    case 'group': {
      const grouping = cycled(MAP_GROUPINGS, map.grouping);
      return withCursor({ ...state, map: { ...map, grouping, open: [] } }, START);
    }
    case 'lens':
      return { ...state, map: { ...map, lens: cycled(extent.lenses, map.lens) } };
    case 'sort':
      if (state.screen === 'heap') {
        const by = cycled(COST_KINDS, heap.by);
        return withCursor({ ...state, heap: { ...heap, by, open: [] } }, START);
      }
      return { ...state, map: { ...map, sort: map.sort === 'lens' ? 'address' : 'lens' } };
    case 'direction': {
      const direction = heap.direction === 'bottom-up' ? 'top-down' : 'bottom-up';
      return withCursor({ ...state, heap: { ...heap, direction, open: [] } }, START);
    }
    case 'own-code':
      return withCursor({ ...state, heap: { ...heap, ownCode: !heap.ownCode, open: [] } }, START);
    case 'toggle': {
      const { open } = state[intent.screen];
      const isOpen = open.includes(intent.name);
      const names = isOpen ? open.filter((one) => one !== intent.name) : [...open, intent.name];
      return { ...state, [intent.screen]: { ...state[intent.screen], open: names } };
    }
    case 'open-names': {
      const names = [...new Set([...heap.open, ...intent.names])];
      return { ...state, heap: { ...heap, open: names } };
    }
    case 'close-all':
      return withCursor({ ...state, heap: { ...heap, open: [] } }, START);
    case 'choose-chain':
      return withCursor(onTrail({ ...state, growth: { chosen: intent.index } }, 'growth'), START);
    case 'series': {
      const series = timeline.series === 'log' ? 'recording' : 'log';
      return withCursor({ ...state, timeline: { series, at: undefined } }, START);
    }
    case 'move-cursor': {
      const at = extent.at + intent.by / Math.max(1, extent.cells - 1);
      return { ...state, timeline: { ...timeline, at: Math.max(0, Math.min(1, at)) } };
    }
    default:
      return reduceCapacity(state, intent);
  }
}

function reduceCapacity(state: State, intent: Intent): State {
  const { numbers } = state.capacity;
  const own = (changed: CapacityNumbers): State => ({
    ...state,
    capacity: { numbers: changed, from: undefined },
  });
  switch (intent.type) {
    case 'length':
      return own(withLength(numbers, intent.by, intent.unit));
    case 'element-size':
      return own(withElementStep(numbers, intent.by));
    case 'container':
      return own(withNextContainer(numbers, intent.by));
    case 'allocator':
      return own(withNextAllocator(numbers, intent.by));
    case 'push':
      return own(pushed(numbers));
    case 'numbers':
      return onTrail(
        { ...state, capacity: { numbers: intent.numbers, from: intent.from } },
        'capacity',
      );
    default:
      return state;
  }
}

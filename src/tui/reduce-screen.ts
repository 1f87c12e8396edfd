import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import { MAP_GROUPINGS } from '../results/map/sections.ts';
import {
  pushed,
  withElementStep,
  withLength,
  withNextAllocator,
  withNextContainer,
} from './capacity-numbers.ts';
import type { Intent } from './intents.ts';
import { START } from './parts/viewport.ts';
import { reduceHeap } from './reduce-heap.ts';
import { cycled, type Extent, onTrail, type State, withCursor } from './state.ts';

const NO_OTHER_MAP = { '-1': 'this is the first map', 1: 'this is the last map' } as const;

/** What one screen alone understands. */
export function reduceScreen(state: State, intent: Intent, extent: Extent): State {
  const { map, timeline } = state;
  switch (intent.type) {
    case 'group': {
      const grouping = cycled(MAP_GROUPINGS, map.grouping);
      return withCursor({ ...state, map: { ...map, grouping, open: [] } }, START);
    }
    case 'lens': {
      const lens = intent.lens ?? cycled(extent.lenses, map.lens);
      if (!extent.lenses.includes(lens)) return { ...state, notice: `the capture has no ${lens}` };
      return { ...state, map: { ...map, lens } };
    }
    case 'step-map': {
      const shown = extent.map + intent.by;
      if (shown < 0 || shown >= extent.maps) return { ...state, notice: NO_OTHER_MAP[intent.by] };
      return { ...state, map: { ...map, shown } };
    }
    case 'show-map': {
      const { index: shown, grouping = map.grouping } = intent;
      const there = { ...state, map: { ...map, shown, grouping, open: [] } };
      return withCursor(onTrail(there, 'map'), START);
    }
    case 'mark-map': {
      const marked = map.marked === undefined ? extent.map : undefined;
      const notice = marked === undefined ? '' : 'marked; now choose another map with [ and ]';
      return withCursor({ ...state, map: { ...map, marked }, notice }, START);
    }
    case 'sort':
      if (state.screen === 'heap') return reduceHeap(state, intent, extent);
      return { ...state, map: { ...map, sort: map.sort === 'lens' ? 'address' : 'lens' } };
    case 'toggle': {
      const { open } = state[intent.screen];
      const isOpen = open.includes(intent.name);
      const names = isOpen ? open.filter((one) => one !== intent.name) : [...open, intent.name];
      return { ...state, [intent.screen]: { ...state[intent.screen], open: names } };
    }
    case 'processes': {
      const there = state.screen === 'overview' ? state : onTrail(state, 'overview');
      return { ...there, listsProcesses: true };
    }
    case 'reveal': {
      const there = { ...state, map: { ...map, open: intent.open } };
      return withCursor(there, { ...state.cursors.map, selected: intent.index });
    }
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
    case 'move-cursor-to': {
      const at = Math.max(0, Math.min(1, intent.at));
      return { ...state, timeline: { ...timeline, at } };
    }
    default:
      return reduceHeap(reduceCapacity(state, intent), intent, extent);
  }
}

function reduceCapacity(state: State, intent: Intent): State {
  const { numbers, from } = state.capacity;
  const own = (changed: CapacityQuery): State => ({
    ...state,
    capacity:
      typeof from === 'number'
        ? { numbers: changed, from, isChanged: true }
        : { numbers: changed, from: undefined, isChanged: false },
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
      return onTrail({ ...state, capacity: { ...intent.found, isChanged: false } }, 'capacity');
    default:
      return state;
  }
}

/** What keys change on the Heap screen. */

import { describe, expect, test } from 'vitest';
import { COST_KINDS } from '../../src/analysis/heap/costs.ts';
import type { Intent } from '../../src/tui/intents.ts';
import { reduce } from '../../src/tui/reducer.ts';
import { type Extent, initialState, modeOf, type State, viewOf } from '../../src/tui/state.ts';

const NUMBERS = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
} as const;

/** Ten levels of a flame graph, or rows of a tree; four are seen. */
const EXTENT: Extent = {
  count: 10,
  height: 4,
  cells: 1,
  at: 0,
  costs: COST_KINDS,
  views: ['tree', 'flame', 'callers'],
  lenses: [],
  maps: 0,
  map: 0,
  moments: 6,
};

const reduced = (start: State, ...intents: readonly Intent[]): State =>
  intents.reduce((state, intent) => reduce(state, intent, EXTENT), start);
const heap = (...intents: Intent[]) => reduced(initialState('heap', NUMBERS), ...intents);

const VIEW: Intent = { type: 'view' };
const BACK: Intent = { type: 'back' };
const f = { name: 'f', module: 'm' };
const g = { name: 'g', module: undefined };
const frame = (...path: number[]): Intent => ({ type: 'select-frame', path, level: path.length });
const zoom = (...path: number[]): Intent => ({ type: 'zoom', path });
const callers = (of: typeof f | typeof g): Intent => ({ type: 'show-callers', of });
const edge = (which: 'from' | 'to', by: 1 | -1): Intent => ({ type: 'window', edge: which, by });

describe('views', () => {
  test('go round, each with its own keys', () => {
    expect(viewOf(heap())).toBe('heap');
    expect(viewOf(heap(VIEW))).toBe('heap-flame');
    expect(viewOf(heap(VIEW, VIEW))).toBe('heap-callers');
    expect(viewOf(heap(VIEW, VIEW, VIEW))).toBe('heap');
    expect(modeOf(heap(VIEW, { type: 'help' }))).toBe('help');
    expect(viewOf(heap(VIEW, { type: 'show-screen', screen: 'map' }))).toBe('map');
  });

  test('keep what was chosen in each', () => {
    const there = heap({ type: 'select-next' }, { type: 'select-next' }, VIEW, frame(1, 2, 3));
    expect(there.cursors.heap.selected).toBe(2);
    expect(there.cursors['heap-flame'].selected).toBe(3);
    expect(reduced(there, VIEW, VIEW).cursors.heap.selected).toBe(2);
  });

  test('have a direction each', () => {
    expect(heap().heap).toMatchObject({ direction: 'bottom-up', flame: { direction: 'top-down' } });
    const flipped = heap(VIEW, { type: 'direction' });
    expect(flipped.heap).toMatchObject({
      direction: 'bottom-up',
      flame: { direction: 'bottom-up' },
    });
    expect(heap({ type: 'direction' }).heap.direction).toBe('top-down');
  });
});

describe('the flame graph', () => {
  test('moves its view only at the edge, with a level more than the chosen one', () => {
    const tops = [1, 2, 3, 4, 3, 2, 1].map((_, i, levels) => {
      const path = levels.slice(0, i + 1).map((level) => frame(...Array(level).fill(0)));
      return heap(VIEW, ...path).cursors['heap-flame'].top;
    });
    expect(tops).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });

  test('zooms in, and out along the same way', () => {
    const there = heap(VIEW, frame(1), zoom(1), frame(1, 2, 3), zoom(1, 2, 3));
    expect(there.heap.flame).toMatchObject({ zooms: [[1], [1, 2, 3]], at: [1, 2, 3] });
    expect(there.cursors['heap-flame']).toEqual({ selected: 0, top: 0 });
    const out = reduced(there, BACK);
    expect(out.heap.flame).toMatchObject({ zooms: [[1]], at: [1, 2, 3] });
    expect(out.cursors['heap-flame'].selected).toBe(2);
    expect(reduced(out, BACK).heap.flame.zooms).toEqual([]);
    expect(reduced(out, BACK, BACK).notice).toContain('q quits');
  });

  test('zooms out before the way back to another screen', () => {
    const there = reduced(
      initialState('overview', NUMBERS),
      { type: 'go-to-screen', screen: 'heap' },
      VIEW,
      zoom(4),
    );
    expect(reduced(there, BACK)).toMatchObject({ screen: 'heap', heap: { flame: { zooms: [] } } });
    expect(reduced(there, BACK, BACK).screen).toBe('overview');
  });

  test.each<[string, Intent[], boolean]>([
    ['a sort keeps the zoom', [{ type: 'sort' }], true],
    ['a window keeps the zoom', [edge('from', 1)], true],
    ['other stacks end it', [{ type: 'own-code' }], false],
    ['another direction ends it', [{ type: 'direction' }], false],
    [
      'a filter ends it',
      [{ type: 'prompt', purpose: 'filter' }, { type: 'type-text', text: 'x' }, { type: 'accept' }],
      false,
    ],
  ])('%s', (_, intents, isKept) => {
    const { flame } = heap(VIEW, zoom(1), frame(1, 2), ...intents).heap;
    expect(flame).toMatchObject(isKept ? { zooms: [[1]], at: [1, 2] } : { zooms: [], at: [] });
  });
});

describe('callers and callees', () => {
  test('are of a function, and of those that it leads to', () => {
    const there = heap(callers(f), { type: 'select-next' }, callers(g));
    expect(there.heap).toMatchObject({ view: 'callers', callers: { ways: [f, g], from: 'tree' } });
    expect(there.cursors['heap-callers'].selected).toBe(0);
  });

  test('are gone back from, function by function, to the view they were opened in', () => {
    const there = heap(VIEW, callers(f), callers(g));
    expect(reduced(there, BACK).heap).toMatchObject({ view: 'callers', callers: { ways: [f] } });
    expect(reduced(there, BACK, BACK).heap.view).toBe('flame');
  });

  test('of another function begin anew', () => {
    expect(heap(callers(f), callers(g), VIEW, callers(g)).heap.callers.ways).toEqual([g]);
  });

  test('without a function lead back, too', () => {
    expect(heap(VIEW, VIEW, BACK).heap.view).toBe('tree');
  });
});

describe('the window in time', () => {
  test.each<[string, Intent[], State['heap']['window']]>([
    ['is all at first', [], undefined],
    ['begins later', [edge('from', 1), edge('from', 1)], { from: 2, to: 5 }],
    ['ends earlier', [edge('to', -1)], { from: 0, to: 4 }],
    ['is all again', [edge('from', 1), edge('from', -1)], undefined],
    ['never begins before the start', [edge('to', -1), edge('from', -1)], { from: 0, to: 4 }],
    [
      'never has less than a step',
      Array.from({ length: 9 }, () => edge('from', 1)),
      { from: 4, to: 5 },
    ],
    ['never ends before it begins', Array(9).fill(edge('to', -1)), { from: 0, to: 1 }],
    ['goes away with Esc', [edge('from', 1), BACK], undefined],
  ])('%s', (_, intents, window) => {
    expect(heap(...intents).heap.window).toEqual(window);
  });

  test('is there only where moments were kept', () => {
    const none = reduce(initialState('heap', NUMBERS), edge('from', 1), { ...EXTENT, moments: 2 });
    expect(none.heap.window).toBeUndefined();
    const nothing = reduce(initialState('heap', NUMBERS), edge('to', 1), { ...EXTENT, moments: 0 });
    expect(nothing.heap.window).toBeUndefined();
  });

  test('keeps what is open in the tree', () => {
    const open: Intent = { type: 'toggle', screen: 'heap', name: '/1' };
    expect(heap(open, edge('from', 1)).heap.open).toEqual(['/1']);
    expect(heap(open, { type: 'sort' }).heap.open).toEqual([]);
  });
});

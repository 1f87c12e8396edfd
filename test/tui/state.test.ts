import { describe, expect, test } from 'vitest';
import { COST_KINDS } from '../../src/analysis/heap/costs.ts';
import type { Intent } from '../../src/tui/intents.ts';
import { reduce } from '../../src/tui/reducer.ts';
import { type Extent, initialState, type State } from '../../src/tui/state.ts';

const NUMBERS = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
} as const;

const EXTENT: Extent = {
  count: 100,
  height: 10,
  cells: 11,
  at: 0.5,
  costs: COST_KINDS,
  views: ['tree', 'flame', 'callers'],
  lenses: ['size', 'dirty'],
  maps: 3,
  map: 1,
  moments: 5,
};

const reduced = (start: State, intents: readonly Intent[], extent = EXTENT): State =>
  intents.reduce((state, intent) => reduce(state, intent, extent), start);

const on = (screen: State['screen'], ...intents: Intent[]) =>
  reduced(initialState(screen, NUMBERS), intents);

const typed = (text: string): Intent[] =>
  [...text].map((one): Intent => ({ type: 'type-text', text: one }));

describe('lists', () => {
  test.each<[string, Intent[], { selected: number; top: number }]>([
    ['begin at the first row', [], { selected: 0, top: 0 }],
    ['go to the next row', [{ type: 'select-next' }], { selected: 1, top: 0 }],
    ['stay at the first row', [{ type: 'select-previous' }], { selected: 0, top: 0 }],
    ['move the view only at its edge', [{ type: 'page-down' }], { selected: 9, top: 0 }],
    [
      'move it by what is beyond the edge',
      [{ type: 'page-down' }, { type: 'select-next' }],
      { selected: 10, top: 1 },
    ],
    ['go half a page', [{ type: 'half-page-down' }], { selected: 5, top: 0 }],
    ['are scrolled with their view', [{ type: 'scroll', by: 3 }], { selected: 3, top: 3 }],
    [
      'are scrolled back',
      [
        { type: 'scroll', by: 6 },
        { type: 'scroll', by: -3 },
      ],
      { selected: 3, top: 3 },
    ],
    ['go to the end', [{ type: 'select-last' }], { selected: 99, top: 90 }],
    ['do not go beyond it', [{ type: 'select', index: 500 }], { selected: 99, top: 90 }],
    [
      'come back without moving the view',
      [{ type: 'select-last' }, { type: 'select-previous' }],
      { selected: 98, top: 90 },
    ],
    [
      'go back to the start',
      [{ type: 'select-last' }, { type: 'select-first' }],
      { selected: 0, top: 0 },
    ],
  ])('%s', (_, intents, cursor) => {
    expect(on('map', ...intents).cursors.map).toEqual(cursor);
  });

  test('of nothing have no row to go to', () => {
    const state = reduced(initialState('map', NUMBERS), [{ type: 'select-last' }], {
      ...EXTENT,
      count: 0,
    });
    expect(state.cursors.map).toEqual({ selected: 0, top: 0 });
  });
});

describe('screens', () => {
  test('go round', () => {
    expect(on('diagnostics', { type: 'next-screen' }).screen).toBe('overview');
    expect(on('overview', { type: 'previous-screen' }).screen).toBe('diagnostics');
  });

  test('are gone back from along the way', () => {
    const there = on('overview', { type: 'go-to-screen', screen: 'map' });
    expect(there).toMatchObject({ screen: 'map', trail: ['overview'] });
    expect(reduced(there, [{ type: 'back' }])).toMatchObject({ screen: 'overview', trail: [] });
  });

  test('are not left by surprise', () => {
    expect(on('overview', { type: 'back' })).toMatchObject({
      screen: 'overview',
      notice: 'this is the top; q quits',
    });
  });

  test('say something until the next key', () => {
    const said = on('overview', { type: 'notice', text: 'copied' });
    expect(said.notice).toBe('copied');
    expect(reduced(said, [{ type: 'select-next' }]).notice).toBe('');
  });
});

describe('what lies over a screen', () => {
  test('scrolls and goes away', () => {
    const help = on('map', { type: 'help' }, { type: 'page-down' });
    expect(help.overlay).toEqual({ kind: 'help', top: 10 });
    expect(reduced(help, [{ type: 'select-last' }]).overlay).toEqual({ kind: 'help', top: 90 });
    expect(reduced(help, [{ type: 'back' }]).overlay).toBeUndefined();
    expect(help.cursors.map.selected).toBe(0);
  });

  test('takes text and gives it to the search', () => {
    const asked = on('map', { type: 'prompt', purpose: 'search' }, ...typed('libcx'), {
      type: 'erase',
    });
    expect(asked.overlay).toEqual({ kind: 'prompt', purpose: 'search', text: 'libc' });
    expect(reduced(asked, [{ type: 'accept' }])).toMatchObject({
      overlay: undefined,
      search: 'libc',
    });
    expect(reduced(asked, [{ type: 'back' }])).toMatchObject({ overlay: undefined, search: '' });
  });

  test('filters the heap, and Esc takes the filter away', () => {
    const asked = on('heap', { type: 'prompt', purpose: 'filter' }, ...typed('load'), {
      type: 'accept',
    });
    expect(asked.heap.filter).toBe('load');
    expect(reduced(asked, [{ type: 'back' }]).heap.filter).toBe('');
  });
});

describe('capacity', () => {
  test.each<[string, Intent, Partial<State['capacity']['numbers']>]>([
    ['one more', { type: 'length', by: 1, unit: 'elements' }, { length: 12427 }],
    ['ten percent less', { type: 'length', by: -10, unit: 'percent' }, { length: 11183 }],
    ['larger elements', { type: 'element-size', by: 1 }, { elementBytes: 32 }],
    ['smaller elements', { type: 'element-size', by: -1 }, { elementBytes: 16 }],
    ['the next container', { type: 'container', by: 1 }, { container: 'rust-string' }],
    ['the allocator before', { type: 'allocator', by: -1 }, { allocator: 'cpython' }],
    ['past the capacity', { type: 'push' }, { length: 16385 }],
  ])('%s', (_, intent, changed) => {
    expect(on('capacity', intent).capacity.numbers).toEqual({ ...NUMBERS, ...changed });
  });

  test.each<[string, Partial<State['capacity']['numbers']>]>([
    ['100', { length: 100 }],
    ['100 x 8', { length: 100, elementBytes: 8 }],
    ['100×8', { length: 100, elementBytes: 8 }],
    [
      '1000 16 hashmap musl',
      { length: 1000, elementBytes: 16, container: 'rust-hash-table', allocator: 'musl' },
    ],
    ['std-vector', { container: 'cpp-vector' }],
  ])('reads %s', (text, changed) => {
    const state = on('capacity', { type: 'prompt', purpose: 'numbers' }, ...typed(text), {
      type: 'accept',
    });
    expect(state.capacity.numbers).toEqual({ ...NUMBERS, ...changed });
  });

  test('says what it does not understand, and keeps what was there', () => {
    const state = on('capacity', { type: 'prompt', purpose: 'numbers' }, ...typed('a lot'), {
      type: 'accept',
    });
    expect(state.capacity.numbers).toEqual(NUMBERS);
    expect(state.notice).toContain('a lot');
  });

  test('never goes below nothing', () => {
    const none = on('capacity', { type: 'prompt', purpose: 'numbers' }, ...typed('0'), {
      type: 'accept',
    });
    expect(
      reduced(none, [{ type: 'length', by: -1, unit: 'elements' }]).capacity.numbers.length,
    ).toBe(0);
  });
});

test('the timeline moves from where its cursor is seen', () => {
  expect(on('timeline', { type: 'move-cursor', by: 2 }).timeline.at).toBeCloseTo(0.7);
  expect(on('timeline', { type: 'move-cursor', by: -20 }).timeline.at).toBe(0);
});

test('the map has the lenses that its capture has', () => {
  expect(on('map', { type: 'lens' }).map.lens).toBe('dirty');
  expect(on('map', { type: 'lens' }, { type: 'lens' }).map.lens).toBe('size');
});

test('the map groups, and opens what it groups', () => {
  const grouped = on('map', { type: 'group' }, { type: 'toggle', screen: 'map', name: 'heap' });
  expect(grouped.map).toMatchObject({ grouping: 'kind', open: ['heap'] });
  expect(reduced(grouped, [{ type: 'toggle', screen: 'map', name: 'heap' }]).map.open).toEqual([]);
});

test('the map steps through maps, to the last of them', () => {
  expect(on('map', { type: 'step-map', by: 1 }).map.shown).toBe(2);
  const last = reduced(initialState('map', NUMBERS), [{ type: 'step-map', by: 1 }], {
    ...EXTENT,
    map: 2,
  });
  expect(last.map.shown).toBeUndefined();
  expect(last.notice).toBe('this is the last map');
});

test('a map is marked to be compared with, and no longer', () => {
  const marked = on('map', { type: 'mark-map' });
  expect(marked.map.marked).toBe(1);
  expect(reduced(marked, [{ type: 'mark-map' }]).map.marked).toBeUndefined();
});

test('a lens that the capture does not have is not taken', () => {
  const state = on('map', { type: 'lens', lens: 'pss' });
  expect(state.map.lens).toBe('size');
  expect(state.notice).toBe('the capture has no pss');
  expect(on('map', { type: 'lens', lens: 'dirty' }).map.lens).toBe('dirty');
});

test('the map of a moment is on the way from the timeline', () => {
  const there = on('timeline', { type: 'show-map', index: 2, grouping: 'kind' });
  expect(there).toMatchObject({
    screen: 'map',
    trail: ['timeline'],
    map: { shown: 2, grouping: 'kind' },
  });
  expect(reduced(there, [{ type: 'back' }]).screen).toBe('timeline');
});

test('addresses are hexadecimal or decimal', () => {
  expect(on('map', { type: 'addresses' }).addresses).toBe('decimal');
  expect(on('map', { type: 'addresses' }, { type: 'addresses' }).addresses).toBe('hex');
});

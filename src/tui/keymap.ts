/**
 * Which key means what on which screen. The footer and the help page are made from this table, so that
 * neither can promise a key that is not there.
 */
import { type Intent, SCREEN_IDS, VIEW_IDS, type ViewId } from './intents.ts';

/** A key as `keyName` calls it: `j`, `down`, `ctrl-f`, `shift-left`. */
export type Key = string;

/** Where keys are pressed: on a screen or a view of it, or in what lies over it. */
export type Mode = ViewId | 'help' | 'topic' | 'prompt';

export interface Binding {
  readonly keys: readonly Key[];
  readonly intent: Intent;
  /** For the help page. */
  readonly words: string;
  /** For the footer; undefined keeps it out. */
  readonly brief?: string;
}

const bind = (keys: string, intent: Intent, words: string, brief?: string): Binding => ({
  keys: keys.split(' '),
  intent,
  words,
  ...(brief === undefined ? {} : { brief }),
});

const QUIT = [
  bind('q', { type: 'quit' }, 'quit', 'quit'),
  bind('ctrl-c', { type: 'quit' }, 'quit, also while a file is read'),
  bind('ctrl-z', { type: 'suspend' }, 'suspend the program; fg brings it back'),
  bind('ctrl-l', { type: 'redraw' }, 'draw everything anew'),
];

const EVERYWHERE: readonly Binding[] = [
  ...SCREEN_IDS.map((screen, i) =>
    bind(String(i + 1), { type: 'show-screen', screen }, `the screen ${screen}`),
  ),
  bind('tab', { type: 'next-screen' }, 'the next screen'),
  bind('shift-tab', { type: 'previous-screen' }, 'the previous screen'),
  bind('e', { type: 'explain' }, 'explain the selected number, with its evidence', 'explain'),
  bind('b', { type: 'units' }, 'sizes as plain bytes, or with units', 'bytes'),
  bind('y', { type: 'copy' }, 'copy the selected line (OSC 52)'),
  bind('w ctrl-s', { type: 'write' }, 'write this screen to a text file'),
  bind('W', { type: 'write-json' }, 'write this screen to a JSON file'),
  bind('escape', { type: 'back' }, 'go back, or clear a filter'),
  bind('P', { type: 'processes' }, 'the processes of the log, to choose one'),
  bind('ctrl-r', { type: 'reload' }, 'read the captures anew'),
  bind('M', { type: 'mouse' }, 'the mouse for memtool, or for the terminal’s own selection'),
  bind('?', { type: 'help' }, 'this help', 'help'),
  ...QUIT,
];

const ARROWS = [
  bind('j down', { type: 'select-next' }, 'the next row', 'move'),
  bind('k up', { type: 'select-previous' }, 'the previous row', 'move'),
  bind('pagedown ctrl-f space', { type: 'page-down' }, 'a page down'),
  bind('pageup ctrl-b', { type: 'page-up' }, 'a page up'),
  bind('ctrl-d', { type: 'half-page-down' }, 'half a page down'),
  bind('ctrl-u', { type: 'half-page-up' }, 'half a page up'),
  bind('home <', { type: 'select-first' }, 'the first row'),
  bind('end > G', { type: 'select-last' }, 'the last row'),
];

/** On the map, `g` groups. */
const TOP = bind('g', { type: 'select-first' }, 'the first row');

const SEARCH = [
  bind('/', { type: 'prompt', purpose: 'search' }, 'search', 'search'),
  bind('n', { type: 'search-next' }, 'the next match'),
  bind('N', { type: 'search-previous' }, 'the match before'),
];

const LIST = [...ARROWS, ...SEARCH];

/** In reports. */
const SECTIONS = [
  bind('left h', { type: 'left' }, 'the section before', 'section'),
  bind('right l', { type: 'right' }, 'the next section', 'section'),
];

const open = (words: string, brief: string) => bind('enter', { type: 'open' }, words, brief);

/** In each view of the heap. */
const HEAP = [
  bind('v', { type: 'view' }, 'view: tree, flame graph, callers and callees', 'view'),
  bind('s', { type: 'sort' }, 'sort by: peak, calls, temporary, leaked, allocated', 'sort'),
  bind('/', { type: 'prompt', purpose: 'filter' }, 'only stacks through these functions', 'filter'),
  bind('n', { type: 'search-next' }, 'the next with the filter’s text'),
  bind('N', { type: 'search-previous' }, 'the one before'),
  bind('o', { type: 'own-code' }, 'with or without the functions of the language’s library'),
  bind('[', { type: 'window', edge: 'from', by: -1 }, 'the time begins a moment earlier', 'time'),
  bind(']', { type: 'window', edge: 'from', by: 1 }, 'the time begins a moment later', 'time'),
  bind('{', { type: 'window', edge: 'to', by: -1 }, 'the time ends a moment earlier', 'time'),
  bind('}', { type: 'window', edge: 'to', by: 1 }, 'the time ends a moment later', 'time'),
];

const CALLERS = bind(
  'c',
  { type: 'callers' },
  'the callers and callees of the function',
  'callers',
);

const SCREENS: Readonly<Record<ViewId, readonly Binding[]>> = {
  overview: [open('what the row is about, by itself', 'open'), ...SECTIONS, TOP, ...LIST],
  processes: [
    open('go on with this process', 'choose'),
    bind('backspace', { type: 'back' }, 'back, without choosing', 'back'),
    TOP,
    ...LIST,
  ],
  map: [
    bind('g', { type: 'group' }, 'group: none, kind, file, permissions', 'group'),
    bind('l', { type: 'lens' }, 'lens: size, resident, PSS, dirty', 'lens'),
    bind('r', { type: 'lens', lens: 'resident' }, 'what is in RAM'),
    bind('p', { type: 'lens', lens: 'pss' }, 'PSS: pages divided by those who share them'),
    bind('s', { type: 'sort' }, 'sort by address or by the lens', 'sort'),
    open('open or close a group; the capture’s line of a mapping', 'open'),
    bind('[', { type: 'step-map', by: -1 }, 'the map before: captures, then moments of the log'),
    bind(']', { type: 'step-map', by: 1 }, 'the next map'),
    bind('d', { type: 'mark-map' }, 'mark this map, and see how others differ from it'),
    bind('x', { type: 'addresses' }, 'addresses in hexadecimal, or in decimal'),
    bind('c', { type: 'compute' }, 'the container in this mapping, on the Capacity screen'),
    ...LIST,
  ],
  timeline: [
    bind('left h', { type: 'move-cursor', by: -1 }, 'the cursor to the left', 'cursor'),
    bind('right l', { type: 'move-cursor', by: 1 }, 'the cursor to the right', 'cursor'),
    bind('shift-left H', { type: 'move-cursor', by: -10 }, 'ten cells to the left'),
    bind('shift-right L', { type: 'move-cursor', by: 10 }, 'ten cells to the right'),
    bind('t', { type: 'series' }, 'the log’s memory, or the recording’s heap', 'switch'),
    open('the map of that moment; the line of the log', 'map, line'),
    bind('c', { type: 'compute' }, 'the chosen container on the Capacity screen'),
    TOP,
    ...LIST,
  ],
  growth: [
    open('the steps of a container one by one; a step’s line of the log', 'steps'),
    bind('c', { type: 'compute' }, 'its numbers on the Capacity screen', 'capacity'),
    ...SECTIONS,
    TOP,
    ...LIST,
  ],
  heap: [
    open('open or close the callers or callees', 'open'),
    bind('right l', { type: 'open' }, 'open or close'),
    bind('left h', { type: 'close' }, 'close, or go to the parent'),
    bind('+', { type: 'open-all' }, 'open the costliest way to its end'),
    bind('-', { type: 'close-all' }, 'close all'),
    bind('d', { type: 'direction' }, 'bottom-up (from the allocations) or top-down', 'direction'),
    CALLERS,
    ...HEAP,
    TOP,
    ...ARROWS,
  ],
  'heap-flame': [
    open('zoom into the frame', 'zoom'),
    bind('backspace', { type: 'back' }, 'zoom out', 'out'),
    bind('left h', { type: 'left' }, 'the frame to the left', 'move'),
    bind('down j', { type: 'select-next' }, 'the first frame below', 'move'),
    bind('up k', { type: 'select-previous' }, 'the frame above', 'move'),
    bind('right l', { type: 'right' }, 'the frame to the right', 'move'),
    bind('g home <', { type: 'select-first' }, 'the frame that all others stand below'),
    bind('end > G', { type: 'select-last' }, 'the end of the costliest way down'),
    bind('d', { type: 'direction' }, 'callers above (top-down) or callees above', 'direction'),
    CALLERS,
    ...HEAP,
  ],
  'heap-callers': [
    open('go to the function', 'go there'),
    bind('backspace left h', { type: 'back' }, 'the function that one came from', 'back'),
    bind('d', { type: 'direction' }, 'to the callees, or back to the callers', 'callees'),
    ...HEAP,
    TOP,
    ...ARROWS,
  ],
  'heap-account': [
    bind('v', { type: 'view' }, 'view: of the recording, where there is one', 'view'),
    ...SECTIONS,
    TOP,
    ...LIST,
  ],
  capacity: [
    bind('left h', { type: 'length', by: -1, unit: 'elements' }, 'one element less', 'length'),
    bind('right l', { type: 'length', by: 1, unit: 'elements' }, 'one element more', 'length'),
    bind('shift-left H', { type: 'length', by: -10, unit: 'percent' }, '10 % less', '±10 %'),
    bind('shift-right L', { type: 'length', by: 10, unit: 'percent' }, '10 % more', '±10 %'),
    bind('s', { type: 'element-size', by: 1 }, 'larger elements', 'size'),
    bind('S', { type: 'element-size', by: -1 }, 'smaller elements'),
    bind('c', { type: 'container', by: 1 }, 'the next container', 'container'),
    bind('C', { type: 'container', by: -1 }, 'the container before'),
    bind('a', { type: 'allocator', by: 1 }, 'the next allocator', 'allocator'),
    bind('A', { type: 'allocator', by: -1 }, 'the allocator before'),
    bind('p', { type: 'push' }, 'push one element past the capacity', 'push'),
    bind('=', { type: 'prompt', purpose: 'numbers' }, 'type numbers: 12426 x 24 vec glibc', 'type'),
    bind(']', { type: 'next-container', by: 1 }, 'the next container that was found'),
    bind('[', { type: 'next-container', by: -1 }, 'the one before'),
    ...ARROWS,
  ],
  source: [TOP, ...LIST],
  diagnostics: [open('the place in the capture', 'line'), TOP, ...LIST],
};

const CLOSE = bind('escape enter', { type: 'back' }, 'close', 'close');

const OVERLAYS: Readonly<Record<Exclude<Mode, ViewId>, readonly Binding[]>> = {
  help: [bind('?', { type: 'back' }, 'close'), CLOSE, TOP, ...ARROWS, ...QUIT],
  topic: [bind('e', { type: 'back' }, 'close'), CLOSE, TOP, ...ARROWS, ...QUIT],
  prompt: [
    bind('enter', { type: 'accept' }, 'take it', 'take'),
    bind('escape', { type: 'back' }, 'leave it', 'leave'),
    bind('backspace', { type: 'erase' }, 'erase a character'),
    bind('ctrl-c', { type: 'quit' }, 'quit'),
  ],
};

const isView = (mode: Mode): mode is ViewId => (VIEW_IDS as readonly string[]).includes(mode);

/** The bindings of a mode, its own first. */
export function bindingsOf(mode: Mode): readonly Binding[] {
  return isView(mode) ? [...SCREENS[mode], ...EVERYWHERE] : OVERLAYS[mode];
}

/** What a key means; in a prompt every other character is text. */
export function intentOf(mode: Mode, key: Key): Intent | undefined {
  const found = bindingsOf(mode).find(({ keys }) => keys.includes(key));
  if (found !== undefined) return found.intent;
  if (mode !== 'prompt') return undefined;
  if (key === 'space') return { type: 'type-text', text: ' ' };
  return [...key].length === 1 ? { type: 'type-text', text: key } : undefined;
}

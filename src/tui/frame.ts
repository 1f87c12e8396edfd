/** One frame: all lines of the terminal for a state, and how large what is in it is. */
import { baseName } from '../model/base-name.ts';
import { escapeText } from '../views/text/escape.ts';
import { formatBytes } from '../views/text/quantity.ts';
import { footerHints } from './keymap.ts';
import { helpLines, topicLines } from './pages.ts';
import { footerLine } from './parts/footer.ts';
import { fitLine, justified, type Line, span } from './parts/line.ts';
import { tabsLine } from './parts/tabs.ts';
import { settled } from './parts/viewport.ts';
import { wrapped } from './parts/wrapped.ts';
import type { Area } from './screen.ts';
import { NO_ROWS, type Shown } from './screen.ts';
import { HEAP_VIEW_TITLES } from './screens/heap-words.ts';
import { SCREENS, screenOf } from './screens/index.ts';
import type { Progress, Reading, Topic } from './session.ts';
import { cursorOf, type Extent, LENSES, modeOf, type State, viewOf } from './state-data.ts';

/** What a frame is made of. */
export interface Scene {
  readonly reading: Reading | undefined;
  /** Undefined when everything was read. */
  readonly progress: Progress | undefined;
  readonly state: State;
  readonly area: Area;
  topic(id: string): Topic;
}

export interface FrameLine {
  readonly line: Line;
  readonly isSelected: boolean;
}

export interface Frame {
  readonly lines: readonly FrameLine[];
  readonly extent: Extent;
  readonly shown: Shown;
}

/** Rows of a list that are never given up for what stands around it. */
const FEWEST_ROWS = 4;

export function frame(scene: Scene): Frame {
  const { state, area, progress } = scene;
  const body = bodyOf(scene, {
    columns: area.columns,
    rows: Math.max(1, area.rows - chrome(area)),
  });
  const lines: FrameLine[] = [plain(titleLine(scene, body.shown))];
  if (area.rows > SMALL) lines.push(plain(tabs(scene)));
  lines.push(...body.lines);
  while (lines.length < area.rows - 1) lines.push(plain([]));
  const last = bottomLine(state, progress, area);
  const all = [...lines.slice(0, Math.max(0, area.rows - 1)), plain(last)];
  return {
    lines: all.map(({ line, isSelected }) => ({ line: fitLine(line, area.columns), isSelected })),
    extent: body.extent,
    shown: body.shown,
  };
}

/** Terminals of so few rows do without tabs. */
const SMALL = 8;
const chrome = ({ rows }: Area): number => (rows > SMALL ? 3 : 2);

const plain = (line: Line): FrameLine => ({ line, isSelected: false });

interface Body {
  readonly lines: readonly FrameLine[];
  readonly extent: Extent;
  readonly shown: Shown;
}

function bodyOf(scene: Scene, area: Area): Body {
  const { state, reading } = scene;
  const { overlay } = state;
  const shown = shownOf(scene, area);
  if (overlay?.kind === 'help' || overlay?.kind === 'topic') {
    const page =
      overlay.kind === 'help'
        ? helpLines(viewOf(state), viewTitle(state), area.columns)
        : topicLines(scene.topic(overlay.topic), overlay.evidence, area.columns);
    const top = Math.max(0, Math.min(overlay.top, page.length - area.rows));
    return {
      lines: page.slice(top, top + area.rows).map(plain),
      extent: { count: page.length, height: area.rows, ...extras(shown) },
      shown,
    };
  }
  if (reading === undefined && shown.list.count === 0 && shown.head.length === 0) {
    return { lines: [], extent: { count: 0, height: area.rows, ...extras(shown) }, shown };
  }
  return shown.body ? drawnBody(shown, shown.body, area) : listBody(shown, state, area);
}

function shownOf({ reading, progress, state }: Scene, area: Area): Shown {
  const screen = screenOf(state.screen);
  const missing = screen.missing(reading, state);
  if (missing === undefined) return screen.show(reading, state, area);
  const isReading = reading === undefined && progress !== undefined;
  const words = isReading ? 'still reading; 6 shows how capacities work meanwhile' : missing;
  return { crumbs: [], head: [[], ...wrapped(words, area.columns)], list: NO_ROWS, foot: [] };
}

const extras = ({ cells = 1, at = 0, lenses = LENSES, moments = 0 }: Shown) => ({
  cells,
  at,
  lenses,
  moments,
});

/** The screen's name, and the view's where it has several. */
function viewTitle({ screen, heap: { view } }: State): string {
  const { title } = screenOf(screen);
  return screen === 'heap' ? `${title}, ${HEAP_VIEW_TITLES[view]}` : title;
}

/** A drawing, scrolled so far that the chosen part of it is seen. */
function drawnBody(shown: Shown, { lines, focus }: NonNullable<Shown['body']>, area: Area): Body {
  const head = shown.head.slice(0, Math.max(0, area.rows - FEWEST_ROWS));
  const height = area.rows - head.length;
  const { top } = settled({ selected: focus + 1, top: 0 }, lines.length, height);
  return {
    lines: [...head, ...lines.slice(top, top + height)].map(plain),
    extent: { count: shown.list.count, height, ...extras(shown) },
    shown,
  };
}

function listBody(shown: Shown, state: State, area: Area): Body {
  const { list } = shown;
  const fewest = Math.min(FEWEST_ROWS, list.count);
  const head = shown.head.slice(0, Math.max(0, area.rows - fewest));
  const footRoom = area.rows - head.length - fewest;
  const foot = shown.foot.length <= footRoom ? shown.foot : [];
  const height = Math.max(0, area.rows - head.length - foot.length);
  const { selected, top } = settled(cursorOf(state), list.count, height);
  const rows: FrameLine[] = [];
  for (let i = top; i < Math.min(list.count, top + height); i++) {
    rows.push({ line: list.line(i), isSelected: i === selected && !shown.marksItself });
  }
  while (rows.length < height) rows.push(plain([]));
  return {
    lines: [...head.map(plain), ...rows, ...foot.map(plain)],
    extent: { count: list.count, height, ...extras(shown) },
    shown,
  };
}

/** What program, which screen, where in it; on the right what is still going on. */
function titleLine({ reading, progress, state, area }: Scene, { crumbs, list }: Shown): Line {
  const program = reading === undefined ? [] : programOf(reading);
  const { title } = screenOf(state.screen);
  const path = ['memtool', ...program, title, ...crumbs].map(escapeText);
  const left: Line = path.flatMap(
    (word, i): Line => [
      ...(i > 0 ? [span(' › ', 'dim')] : []),
      span(word, i === 0 ? 'accent' : 'strong'),
    ],
  );
  const cursor = settled(cursorOf(state), list.count, 1);
  const position = list.count > 0 ? `${cursor.selected + 1}/${list.count}` : '';
  const right = progress === undefined ? position : progressWords(progress);
  return justified(left, [span(right, progress === undefined ? 'dim' : 'accent')], area.columns);
}

function programOf({ story: { witnesses } }: Reading): string[] {
  const { map, space, recording } = witnesses;
  const pid = space?.pid ?? map?.map.pid;
  const program =
    map?.map.command ?? space?.replayed.program ?? recording?.profile.recording.debuggee;
  if (program === undefined) return pid === undefined ? [] : [`process ${pid}`];
  const name = program.trim().split(/\s/, 1)[0]!;
  const base = baseName(name);
  return [pid === undefined ? base : `${base} ${pid}`];
}

export function progressWords({ file, position, size }: Progress): string {
  const base = escapeText(baseName(file));
  if (size === undefined) return `reading ${base} ${formatBytes(position, 'human')}`;
  return `reading ${base} ${Math.min(100, Math.floor((100 * position) / size))} %`;
}

function tabs({ reading, state, area }: Scene): Line {
  const all = SCREENS.map((screen) => ({
    title: screen.title,
    isActive: screen.id === state.screen,
    isFull: screen.missing(reading, state) === undefined,
  }));
  return tabsLine(all, area.columns);
}

const PROMPTS = { search: '/', filter: 'filter: ', numbers: 'length x size container allocator: ' };

/** What is typed, what was said, or the keys. */
function bottomLine(state: State, progress: Progress | undefined, { columns }: Area): Line {
  const { overlay, notice } = state;
  if (overlay?.kind === 'prompt') {
    const text = `${PROMPTS[overlay.purpose]}${escapeText(overlay.text)}`;
    return [span(text, 'strong'), span(' ', 'selected')];
  }
  if (notice !== '') return [span(escapeText(notice), 'strong')];
  const hints = footerHints(modeOf(state));
  const last = progress === undefined ? 'quit' : 'cancel';
  const named = hints.map((hint) => (hint.words === 'quit' ? { ...hint, words: last } : hint));
  return footerLine(named, columns, Math.min(2, named.length));
}

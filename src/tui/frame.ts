/** One frame: all lines of the terminal for a state, and how large what is in it is. */
import { COST_KINDS } from '../analysis/heap/costs.ts';
import { escapeText } from '../views/text/escape.ts';
import { cutText } from '../views/text/width.ts';
import type { ScreenId } from './intents.ts';
import { footerHints } from './key-hints.ts';
import { helpLines, topicLines } from './overlays.ts';
import { footerLine } from './parts/footer.ts';
import { fitLine, isBlank, type Line, span } from './parts/line.ts';
import { type CellRange, tabsLine } from './parts/tabs.ts';
import { settledRows } from './parts/viewport.ts';
import { wrapped } from './parts/wrapped.ts';
import type { Area } from './screen.ts';
import { NO_ROWS, type Shown } from './screen.ts';
import { HEAP_VIEW_TITLES } from './screens/heap/labels.ts';
import { SCREENS, screenOf } from './screens/index.ts';
import type { Progress, Reading, Topic } from './session.ts';
import { cursorOf, type Extent, HEAP_VIEWS, LENSES, modeOf, type State, viewOf } from './state.ts';
import { titleLine } from './title-line.ts';

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
  /** What the mouse finds there. */
  readonly target?: Target | undefined;
}

/** What a row of the terminal is: the tabs, a chart with a cursor, or a row of the list. */
export type Target =
  | { readonly kind: 'tabs'; readonly ranges: readonly TabRange[] }
  | { readonly kind: 'chart' }
  | { readonly kind: 'row'; readonly index: number };

/** The cells of a tab. */
export interface TabRange extends CellRange {
  readonly screen: ScreenId;
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
  const lines: FrameLine[] = [plain(titleLine(scene, body))];
  if (area.rows > SMALL) lines.push(tabs(scene));
  lines.push(...body.lines);
  while (lines.length < area.rows - 1) lines.push(plain([]));
  const last = bottomLine(state, progress, area);
  const all = [...lines.slice(0, Math.max(0, area.rows - 1)), plain(last)];
  return {
    lines: all.map((one) => ({ ...one, line: fitLine(one.line, area.columns) })),
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
  return listBody(shown, state, area);
}

function shownOf({ reading, progress, state }: Scene, area: Area): Shown {
  const screen = screenOf(state.screen);
  const missing = screen.missing(reading, state);
  if (missing === undefined) return screen.show(reading, state, area);
  const isReading = reading === undefined && progress !== undefined;
  const words = isReading ? 'still reading; 6 shows how capacities work meanwhile' : missing;
  return { crumbs: [], head: [[], ...wrapped(words, area.columns)], list: NO_ROWS, foot: [] };
}

const extras = ({
  cells = 1,
  at = 0,
  lenses = LENSES,
  costs = COST_KINDS,
  views = HEAP_VIEWS,
  maps = 0,
  map = 0,
  moments = 0,
}: Shown) => ({
  cells,
  at,
  lenses,
  costs,
  views,
  maps,
  map,
  moments,
});

/** The screen's name, and the view's where it has several. */
function viewTitle({ screen, heap: { view } }: State): string {
  const { title } = screenOf(screen);
  return screen === 'heap' ? `${title}, ${HEAP_VIEW_TITLES[view]}` : title;
}

/** As many lines as there is room for; the last says where more would follow. */
function cutRows(lines: readonly Line[], most: number): readonly Line[] {
  const shown = lines.slice(0, Math.max(0, most));
  const last = shown.at(-1);
  if (last === undefined || lines.slice(shown.length).every(isBlank)) return shown;
  return [...shown.slice(0, -1), [...last, ' …']];
}

/** Head, as many of the list's lines as there is room for, and foot. */
function listBody(shown: Shown, state: State, area: Area): Body {
  const { list, body } = shown;
  const all = body?.lines.length ?? list.count;
  const fewest = Math.min(FEWEST_ROWS, all, Math.ceil(area.rows / 2));
  const head = cutRows(shown.head, area.rows - fewest);
  const footRoom = area.rows - head.length - fewest;
  const foot = shown.foot.length <= footRoom ? shown.foot : [];
  const height = Math.max(0, area.rows - head.length - foot.length);
  const extent = { count: list.count, height, ends: endsOf(shown), lines: all, ...extras(shown) };
  const { selected, top } = settledRows(cursorOf(state), extent);
  // A chart is all that stands over a list with a cursor of its own.
  const chart: Target | undefined = shown.cells === undefined ? undefined : { kind: 'chart' };
  const above = (line: Line): FrameLine => ({ line, isSelected: false, target: chart });
  const rows: FrameLine[] = [];
  for (let i = top; i < Math.min(all, top + height); i++) {
    const index = body ? body.owners[i] : i;
    rows.push({
      line: body ? body.lines[i]! : list.line(i),
      isSelected: index === selected && !shown.marksItself,
      target: index === undefined ? undefined : { kind: 'row', index },
    });
  }
  while (rows.length < height) rows.push(plain([]));
  return { lines: [...head.map(above), ...rows, ...foot.map(plain)], extent, shown };
}

/** The line behind the last of each row of a drawing. */
function endsOf({ body }: Shown): readonly number[] | undefined {
  if (body === undefined) return undefined;
  const ends: number[] = [];
  for (const [line, index] of body.owners.entries()) {
    if (index !== undefined) ends[index] = line + 1;
  }
  return ends;
}

function tabs({ reading, state, area }: Scene): FrameLine {
  const all = SCREENS.map((screen) => ({
    title: screen.title,
    isActive: screen.id === state.screen,
    isFull: screen.missing(reading, state) === undefined,
    warnings: reading && screen.warnings?.(reading),
  }));
  const { line, ranges } = tabsLine(all, area.columns);
  const screens = ranges.map((range, i) => ({ ...range, screen: SCREENS[i]!.id }));
  return { line, isSelected: false, target: { kind: 'tabs', ranges: screens } };
}

const PROMPTS = { search: '/', filter: 'filter: ', numbers: 'length x size container allocator: ' };

/** What is typed, what was said, or the keys. */
function bottomLine(state: State, progress: Progress | undefined, { columns }: Area): Line {
  const { overlay, notice } = state;
  if (overlay?.kind === 'prompt') {
    const text = `${PROMPTS[overlay.purpose]}${escapeText(overlay.text)}`;
    // Where it is longer than the terminal, its end is what one looks at.
    return [span(cutText(text, columns - 1, 'start'), 'strong'), span(' ', 'selected')];
  }
  if (notice !== '') return [span(escapeText(notice), 'strong')];
  const hints = footerHints(modeOf(state));
  const last = progress === undefined ? 'quit' : 'cancel';
  const named = hints.map((hint) => (hint.words === 'quit' ? { ...hint, words: last } : hint));
  return footerLine(named, columns, Math.min(2, named.length));
}

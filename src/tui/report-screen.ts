/** Any report as a screen: rows that can be chosen, explained, opened, searched and copied. */
import { memoizeLast } from '../model/memoize.ts';
import type { TopicId } from '../model/topic.ts';
import { type Bar, type Report, type Section, type Subject, topicsOf } from '../views/report.ts';
import { escapeText } from '../views/text/escape.ts';
import { formatCell, type Units } from '../views/text/quantity.ts';
import { type ReportItem, type ReportLine, reportLines } from '../views/text/report-lines.ts';
import { displayWidth } from '../views/text/width.ts';
import type { Intent, ScreenId } from './intents.ts';
import { gauge } from './parts/bars.ts';
import { isBlank, type Line, span } from './parts/line.ts';
import { settled } from './parts/viewport.ts';
import { wrapped } from './parts/wrapped.ts';
import { type About, type Area, listOf, type Shown } from './screen.ts';
import { cursorOf, type State } from './state.ts';
import type { Tone } from './theme.ts';

/** What opening a row comes to. */
type Opens = (subject: Subject) => Intent | undefined;

/** A fact, a row of a table or a note of the report. */
interface ReportRow {
  readonly item: ReportItem;
  readonly section: Section;
  readonly topic: TopicId | undefined;
  /** What it is searched by and copied as. */
  readonly text: string;
}

/** Lines that tell how the chosen number is known. */
const MOST_REASONS = 4;

/** Screens of so few rows need them all for the report. */
const FEW_ROWS = 12;

export function reportShown(
  report: Report,
  state: State,
  { columns, rows: height }: Area,
  opens: Opens,
): Pick<Shown, 'list' | 'body' | 'foot'> {
  const { rows, lines, owners, parts } = laidOut(report, state.units, columns);
  const about = ({ item, topic }: ReportRow, index: number): About => {
    const { subject, place, because = [] } = item;
    const open = subject && opens(subject);
    return {
      topic,
      evidence: because.join('; '),
      place,
      container: subject?.kind === 'container' ? subject.index : undefined,
      ...(open && { open }),
      instead: partMoves(parts, index),
    };
  };
  const { selected } = settled(cursorOf(state), rows.length, 1);
  const chosen = rows[selected];
  return {
    list: listOf(
      rows,
      () => [],
      about,
      ({ text }) => text,
    ),
    body: { lines, owners },
    foot: chosen && height >= FEW_ROWS ? footLines(chosen, about(chosen, selected), columns) : [],
  };
}

interface Layout {
  readonly rows: readonly ReportRow[];
  readonly lines: readonly Line[];
  /** The row of each line; undefined for headings. */
  readonly owners: readonly (number | undefined)[];
  /** Rows that begin a section, or the table of one. */
  readonly parts: readonly number[];
}

function layOut(report: Report, units: Units, width: number): Layout {
  const rows: ReportRow[] = [];
  const lines: Line[] = [];
  const owners: (number | undefined)[] = [];
  const parts: number[] = [];
  const shown = reportLines(report, units, width).filter(({ kind }) => kind !== 'topics');
  const scales = barScales(shown, width);
  for (const { text, kind, item, section } of shown) {
    if (text === '' && (lines.length === 0 || isBlank(lines.at(-1)!))) continue;
    const before = rows.at(-1);
    if (item && section && before?.item !== item) {
      const isTable = kind !== 'note' && item.label === undefined;
      const isNew = before?.section !== section;
      if (isNew || (isTable && before.item.label !== undefined)) parts.push(rows.length);
      const topic = topicOf(item, section, isTable);
      rows.push({ item, section, topic, text: copied(item, isTable ? '\t' : ' ', units) });
    }
    owners.push(item && rows.length - 1);
    const words: Line = [span(text, item?.severity ? SEVERITY_TONES[item.severity] : TONES[kind])];
    const scale = section && scales.get(section);
    const isBarred = item?.bar !== undefined && scale !== undefined;
    lines.push(isBarred ? [...words, ...barLine(item.bar, displayWidth(text), scale)] : words);
  }
  return { rows, lines, owners, parts };
}

const laidOut = memoizeLast(layOut);

/** A report below a list: its lines, of which none is chosen. */
export const previewLines = memoizeLast(
  (report: Report, units: Units, width: number): readonly Line[] =>
    layOut(report, units, width).lines,
);

const TONES: Readonly<Record<ReportLine['kind'], Tone>> = {
  title: 'strong',
  head: 'dim',
  strong: 'strong',
  text: 'plain',
  note: 'dim',
  topics: 'dim',
};

const SEVERITY_TONES = { error: 'error', warning: 'warning', note: 'dim' } as const;

/** The values of a row, none of them cut. */
const copied = ({ cells, label = '' }: ReportItem, gap: string, units: Units): string =>
  [label, ...cells.map((cell) => formatCell(cell, units))].filter((text) => text !== '').join(gap);

/** Its own page; else that of the table, or of what the section says in words. */
const topicOf = ({ topic }: ReportItem, section: Section, isTable: boolean): TopicId | undefined =>
  topic ?? (isTable ? topicsOf(section) : section.topics)?.[0];

/** Bars of a section begin in the same column, and share a scale. */
interface BarScale {
  readonly start: number;
  readonly cells: number;
  readonly whole: number;
}

const FEWEST_BAR_CELLS = 4;
const MOST_BAR_CELLS = 60;

/** The table draws them itself. */
const hasBarColumn = ({ table }: Section): boolean =>
  table?.columns.some(({ hasBars }) => hasBars) === true;

function barScales(lines: readonly ReportLine[], width: number): Map<Section, BarScale> {
  const scales = new Map<Section, BarScale>();
  for (const { text, item, section } of lines) {
    if (item?.bar === undefined || section === undefined || hasBarColumn(section)) continue;
    const { start = 0, whole = 1 } = scales.get(section) ?? {};
    const from = Math.max(start, displayWidth(text) + 2);
    const cells = Math.min(MOST_BAR_CELLS, width - from);
    scales.set(section, { start: from, cells, whole: Math.max(whole, item.bar.to) });
  }
  for (const [section, { cells }] of scales) {
    if (cells < FEWEST_BAR_CELLS) scales.delete(section);
  }
  return scales;
}

/** Bars that begin where the one before ended are seen to add up. */
function barLine({ from, to, series }: Bar, used: number, { start, cells, whole }: BarScale): Line {
  const before = Math.min(cells - 1, Math.floor((from / whole) * cells));
  const drawn = gauge(to - from, whole, cells).slice(0, cells - before);
  return [' '.repeat(start - used + before), span(drawn, `fill-${series}`)];
}

/** To the first row of the part before, and of the next. */
function partMoves(parts: readonly number[], index: number): NonNullable<About['instead']> {
  const before = parts.findLast((first) => first < index) ?? 0;
  const next = parts.find((first) => first > index) ?? index;
  return { left: { type: 'select', index: before }, right: { type: 'select', index: next } };
}

/** How the chosen number is known, what explains it, and where it leads. */
function footLines({ item }: ReportRow, { topic, open, place }: About, columns: number): Line[] {
  const known = (item.because ?? []).flatMap((text) => wrapped(escapeText(text), columns));
  const hint = (key: string, words: string): Line => [span(key, 'accent'), span(words, 'dim')];
  const hints = [
    ...(topic ? hint('e', ` explains ${topic}  `) : []),
    ...(open ? hint('⏎', ` ${openWords(open)}  `) : []),
    ...(place ? hint('7', ` line ${place.line} of the capture`) : []),
  ];
  if (known.length === 0 && hints.length === 0) return [];
  return [[], ...known.slice(0, MOST_REASONS), hints];
}

const SCREEN_WORDS: Partial<Record<ScreenId, string>> = {
  map: 'the memory map',
  timeline: 'the timeline',
  heap: 'the heap',
};

function openWords(open: Intent): string {
  if (open.type === 'compute') return 'how it comes to its pages';
  return open.type === 'go-to-screen' ? (SCREEN_WORDS[open.screen] ?? open.screen) : 'more of it';
}

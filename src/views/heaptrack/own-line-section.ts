import { baseName } from '../../model/base-name.ts';
import { costIn } from '../../results/heap/costs.ts';
import type {
  LineNameResult,
  OwnLineResult,
  OwnLinesResult,
  OwnRankingResult,
} from '../../results/heap/own-lines-schema.ts';
import type { CostName, FrameResult, SharedResult } from '../../results/heap/stack-schema.ts';
import { COST_FIELDS } from '../../results/topics.ts';
import { type Cell, captured, left, percent, type Row, right, type Section } from '../report.ts';
import { rankingTitle } from './ranking-title.ts';
import { libraryFunction, ownFunction } from './short-names.ts';
import { columnTitle, costQuantity, placeWords, type StackStyle } from './stack-style.ts';

/** The columns beside the ranked one, in this order. */
const OTHER_COSTS: readonly CostName[] = ['peak', 'allocated', 'calls', 'temporary', 'leaked'];

/** Which of them a ranking has: what is asked for in all says little beside what is live. */
const columnsOf = (by: CostName, costs: SharedResult): readonly CostName[] => [
  by,
  ...OTHER_COSTS.filter(
    (kind) => kind !== by && kind !== 'allocated' && costs[COST_FIELDS[kind]] !== null,
  ),
];

/**
 * Lines of own code, ranked by a cost.
 *
 * @param hasWays the ways to each line stand below it.
 */
export function ownRankingSection(
  ranking: OwnRankingResult,
  lines: OwnLinesResult,
  style: StackStyle,
  hasWays: boolean,
): Section {
  const { by, others } = ranking;
  const shown = columnsOf(by, others);
  const rows = lineRows(ranking.lines, shown, style).flatMap((row, i) => [
    row,
    ...(hasWays ? wayRows(ranking.lines[i]!, shown, style) : []),
  ]);
  if (others.count > 0) {
    const words = `${others.count} ${others.count === 1 ? 'other' : 'others'}`;
    rows.push({ cells: [...costCells(others, shown, style), words], strong: true });
  }
  return {
    title: `${rankingTitle(by, style)}, ${groupWords(lines)}`,
    table: { columns: columns(shown, style), rows },
  };
}

/** Lines that asked for much, or often, and stand in no ranking. */
export function elsewhereSection(
  { elsewhere, rankings }: OwnLinesResult,
  style: StackStyle,
): Section[] {
  const [first] = elsewhere;
  if (first === undefined) return [];
  const shown = (['allocated', 'calls', 'temporary'] as const).filter(
    (kind) => first[COST_FIELDS[kind]] !== null,
  );
  const title =
    rankings[0]?.by === 'peak'
      ? 'Allocated much or often, little of it live at the peak'
      : 'Allocated much or often, and not in the table above';
  return [
    { title, table: { columns: columns(shown, style), rows: lineRows(elsewhere, shown, style) } },
  ];
}

function groupWords({ basis, rankings }: OwnLinesResult): string {
  const hasLines = rankings.some(({ lines }) => lines.some(({ place }) => place.file !== null));
  if (basis === 'any') return hasLines ? 'by line and what it called' : 'by module and function';
  return `by ${hasLines ? 'line' : 'function'} of your code and what it called`;
}

const shortTitle = (kind: CostName, style: StackStyle): string =>
  kind === 'temporary' ? 'temp.' : columnTitle(kind, style);

function columns(shown: readonly CostName[], style: StackStyle) {
  const [first, ...others] = shown.map((kind) => right(shortTitle(kind, style)));
  return [first!, right('share'), ...others, left('line', 'start'), left('in → called', 'middle')];
}

const lineRows = (
  lines: readonly OwnLineResult[],
  shown: readonly CostName[],
  style: StackStyle,
): Row[] =>
  lines.map((line) => ({
    cells: [...costCells(line, shown, style), ...lineCells(line, style)],
    strong: true,
  }));

/** Nothing is shown as a dash, so that numbers stand out. */
function costCells(costs: SharedResult, shown: readonly CostName[], style: StackStyle): Cell[] {
  const cells = shown.map((kind) => {
    const value = costIn(costs, kind);
    return value === 0 ? '–' : costQuantity(kind, value, style);
  });
  const share = costs.sharePercent;
  return [cells[0], share === null ? undefined : percent(share), ...cells.slice(1)];
}

/** Where a line stands, and what it is in and called. */
export function lineCells(
  { kind, place, called, isExceptionPool = false }: LineNameResult & Partial<OwnLineResult>,
  style: StackStyle,
): Cell[] {
  const where = captured(placeLabel(place));
  if (isExceptionPool) return [where, 'start-up, ≈ its pool for exceptions'];
  if (kind !== 'own') return [where, kind === 'start-up' ? 'start-up' : 'libraries alone'];
  const own =
    place.function === null ? '(no name known)' : nameWords(place.function, ownFunction, style);
  if (called === null) return [where, captured(own)];
  return [where, captured(`${own} → ${calledWords(called, style)}`)];
}

/** `src/main.rs:18`; the library without its version where no line is known: `libstdc++`. */
export const placeLabel = (place: FrameResult): string =>
  place.file === null && place.module !== null
    ? baseName(place.module).replace(/\.so(?:\..*)?$/, '')
    : placeWords(place);

const calledWords = ({ function: name, module }: FrameResult, style: StackStyle): string =>
  name === null ? baseName(module ?? '?') : nameWords(name, libraryFunction, style);

const nameWords = (
  name: string,
  shorten: (name: string) => string,
  { fullNames }: StackStyle,
): string => (fullNames ? name : shorten(name));

/** The ways to a line: a row for each own function further out, costs beside the first of a way. */
function wayRows(
  { ways, otherWays }: OwnLineResult,
  shown: readonly CostName[],
  style: StackStyle,
): Row[] {
  const empty = Array(shown.length + 1).fill(undefined);
  const isOnly = ways.length === 1 && otherWays.count === 0;
  const rows = ways.flatMap((way): Row[] => {
    const [, ...callers] = way.frames;
    const listed = callers.slice(0, style.frames);
    const more = callers.length - listed.length + way.otherFrames;
    const words: Cell[][] = listed.map((frame) => [
      captured(placeLabel(frame)),
      captured(
        `← ${frame.function === null ? '(no name known)' : nameWords(frame.function, ownFunction, style)}`,
      ),
    ]);
    if (more > 0) words.push([undefined, `… ${more} more`]);
    if (words.length === 0 && !isOnly) words.push([undefined, 'directly']);
    return words.map((cells, i) => ({
      cells: [...(i === 0 && !isOnly ? costCells(way, shown, style) : empty), ...cells],
      depth: 1,
    }));
  });
  if (otherWays.count === 0) return rows;
  const words = `${otherWays.count} other ways`;
  return [...rows, { cells: [...costCells(otherWays, shown, style), words], depth: 1 }];
}

/** How a line came about: its costliest way in one sentence. */
export function wayCells(
  { ways, otherWays, place }: OwnLineResult,
  by: CostName,
  style: StackStyle,
): Cell[] {
  const [way, ...others] = ways;
  if (way === undefined || way.frames.length === 1) return [];
  const words = way.frames.map((frame) => {
    const name = nameWords(frame.function ?? '(no name known)', ownFunction, style);
    return name + lineWords(frame, place);
  });
  if (way.otherFrames > 0) words.push(`… ${way.otherFrames} more`);
  const count = others.length + otherWays.count;
  return [
    costQuantity(by, costIn(way, by), style),
    captured(words.join(' ← ')),
    ...(count > 0 ? [`(and ${count} other ${count === 1 ? 'way' : 'ways'})`] : []),
  ];
}

/** `:18` in the file of the line itself; nothing in its module, where no line is known. */
function lineWords({ file, line, module }: FrameResult, place: FrameResult): string {
  if (file !== null) return file === place.file ? ` :${line}` : ` ${baseName(file)}:${line}`;
  return module === place.module ? '' : ` (${baseName(module ?? '?')})`;
}

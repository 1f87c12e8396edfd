import { type CutAt, cutText, padText, wrapText } from './width.ts';

/** What a column of a table needs of a terminal. */
export interface ColumnNeeds {
  readonly align?: 'left' | 'right';
  /** Where a text may be cut; `wrap` goes on in the next line. */
  readonly cut?: CutAt | 'wrap';
  /** Cells that it needs; without it, the column takes what the others leave. */
  readonly width?: number;
  /** Columns of higher numbers are dropped first where a terminal is narrow; undefined stays. */
  readonly dropAt?: number;
}

/** A column that is shown: which one, and with how many cells. */
export type FittedColumn = ColumnNeeds & { readonly index: number; readonly width: number };

export const GAP = '  ';

/** The narrowest that a column is cut to before lines are allowed to be too long instead. */
const MIN_CUT_WIDTH = 16;

/** Sentences are narrowed first, then paths, then the rest. */
const CUT_ORDER = ['wrap', 'start', 'middle', 'end'] as const;

/** Cells of all columns, with the gaps between them. */
export const widthOf = (columns: readonly { readonly width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);

/** Columns as they fit into a width: some dropped, some narrowed, one widened to its end. */
export function fitColumns(columns: readonly ColumnNeeds[], width: number): FittedColumn[] {
  const shown = columns.map((column, index) => ({
    ...column,
    index,
    width: column.width ?? MIN_CUT_WIDTH,
  }));
  const excess = () =>
    shown.reduce((sum, one) => sum + one.width + GAP.length, -GAP.length) - width;
  while (excess() > 0) {
    const drop = Math.max(...shown.map(({ dropAt }) => dropAt ?? 0));
    if (drop === 0) break;
    shown.splice(
      shown.findIndex(({ dropAt }) => dropAt === drop),
      1,
    );
  }
  for (const cut of CUT_ORDER) {
    for (const column of shown) {
      if (column.cut !== cut) continue;
      column.width -= Math.max(0, Math.min(excess(), column.width - MIN_CUT_WIDTH));
    }
  }
  const rest = shown.find(({ index }) => columns[index]!.width === undefined);
  if (rest !== undefined) rest.width = Math.max(0, rest.width - excess());
  return shown;
}

/** The lines of a cell, each as wide as its column where it can be cut. */
export function cellLines(text: string, { width, cut, align }: FittedColumn): string[] {
  const lines =
    cut === 'wrap' ? wrapText(text, width) : [cut === undefined ? text : cutText(text, width, cut)];
  return lines.map((line) => padText(line, width, align));
}

import { type CutAt, cutText, displayWidth, padText } from '../../views/text/width.ts';
import { type Line, type Span, span } from './line.ts';

/** A column of fixed width; the widest one, without a width, takes what is left. */
export interface ColumnSpec {
  readonly title: string;
  readonly width?: number;
  readonly align?: 'left' | 'right';
  readonly cut?: CutAt;
  /** Columns of higher numbers go first where a terminal is narrow; undefined stays. */
  readonly dropAt?: number;
}

const GAP = 2;

/** Columns with their widths in a terminal of so many cells; those that do not fit are left out. */
export interface TableLayout {
  readonly columns: readonly (ColumnSpec & { readonly width: number; readonly index: number })[];
}

const SMALLEST_REST = 16;

export function layoutColumns(columns: readonly ColumnSpec[], width: number): TableLayout {
  const shown = columns.map((column, index) => ({ ...column, index }));
  const used = () =>
    shown.reduce((sum, column) => sum + (column.width ?? SMALLEST_REST) + GAP, -GAP);
  while (used() > width) {
    const drop = Math.max(...shown.map(({ dropAt }) => dropAt ?? 0));
    if (drop === 0) break;
    shown.splice(
      shown.findIndex(({ dropAt }) => dropAt === drop),
      1,
    );
  }
  const fixed = shown.reduce((sum, column) => sum + (column.width ?? 0) + GAP, -GAP);
  // What is still too wide is cut, so that each cell says that it goes on.
  let left = width;
  return {
    columns: shown.map((column) => {
      const wanted = column.width ?? Math.max(0, width - fixed);
      const given = Math.max(0, Math.min(wanted, left));
      left -= given + GAP;
      return { ...column, width: given };
    }),
  };
}

/** Cells by column; where a table dropped a column its cell is not looked at. */
export function tableLine(
  { columns }: TableLayout,
  cells: readonly (string | Span | undefined)[],
): Line {
  return columns.flatMap(({ width, align, cut, index }, i): Line => {
    const cell = cells[index] ?? '';
    const text = typeof cell === 'string' ? cell : cell.text;
    const fitted = displayWidth(text) > width ? cutText(text, width, cut ?? 'end') : text;
    const padded = padText(fitted, width, align);
    const gap = i < columns.length - 1 ? ' '.repeat(GAP) : '';
    return [typeof cell === 'string' ? padded : span(padded, cell.tone), gap];
  });
}

export const tableHead = (layout: TableLayout, titles: readonly ColumnSpec[]): Line =>
  tableLine(
    layout,
    titles.map(({ title }) => span(title, 'dim')),
  );

import type { Row, Table } from '../report.ts';
import { cellLines, fitColumns, GAP, widthOf } from './columns.ts';
import { gauge } from './gauge.ts';
import { formatCell, type Units } from './quantity.ts';
import { displayWidth } from './width.ts';

const INDENT = '  ';

/** Characters of the longest bar. */
const BAR_WIDTH = 16;

/** Levels that are indented: deeper ones would be out of sight, and a tree of a thousand lines is wide. */
const MOST_LEVELS = 200;

export interface TableLine {
  readonly text: string;
  readonly kind: 'head' | 'strong' | 'text';
  /** The row that it is of, alone or with other lines. */
  readonly item?: Row;
}

/** Lays a table out in columns, numbers right-aligned, no line longer than `width` if possible. */
export function layoutTable({ columns, rows }: Table, units: Units, width: number): TableLine[] {
  const treeColumn = columns.findIndex((column) => column.align === 'left' && !column.hasBars);
  const whole = rows.reduce((most, { bar }) => Math.max(most, bar?.to ?? 0), 0);
  const textsOf = ({ cells, bar, depth = 0 }: Row) =>
    columns.map(({ hasBars }, i) => {
      if (hasBars) return bar ? gauge(bar.to - bar.from, whole, BAR_WIDTH) : '';
      const text = formatCell(cells[i], units);
      return i === treeColumn ? INDENT.repeat(Math.min(depth, MOST_LEVELS)) + text : text;
    });
  const titles = columns.map((column) => column.title);
  const head = { kind: 'head' as const, texts: titles };
  const lines = [
    ...(titles.some((title) => title !== '') ? [head] : []),
    ...rows.map((item) => ({
      kind: item.strong ? ('strong' as const) : ('text' as const),
      texts: textsOf(item),
      item,
    })),
  ];
  const widest = (i: number) =>
    lines.reduce((most, { texts }) => Math.max(most, displayWidth(texts[i]!)), 0);
  const needs = columns.map((column, i) => ({ ...column, width: widest(i) }));
  const all = fitColumns(needs, width);
  // Words go before bars where there is no room for both.
  const fitted =
    widthOf(all) <= width
      ? all
      : fitColumns(
          needs.map((one) => (one.hasBars ? { ...one, dropAt: 1 } : one)),
          width,
        );
  return lines.flatMap(({ texts, ...line }): TableLine[] => {
    const cells = fitted.map((column) => cellLines(texts[column.index]!, column));
    const height = Math.max(...cells.map((parts) => parts.length));
    return Array.from({ length: height }, (_, i) => ({
      ...line,
      text: cells
        .map((parts, column) => parts[i] ?? ' '.repeat(fitted[column]!.width))
        .join(GAP)
        .trimEnd(),
    }));
  });
}

import type { Column, Table } from '../report.ts';
import { formatCell, type Units } from './quantity.ts';
import { cutText, displayWidth, padText, wrapText } from './width.ts';

const GAP = '  ';
const INDENT = '  ';

/** Levels that are indented: deeper ones would be out of sight, and a tree of a thousand lines is wide. */
const MOST_LEVELS = 200;

/** The narrowest that a column is cut to before lines are allowed to be too long instead. */
const MIN_CUT_WIDTH = 16;

export interface TableLine {
  readonly text: string;
  readonly kind: 'head' | 'strong' | 'row';
}

/** Lays a table out in columns, numbers right-aligned, no line longer than `width` if possible. */
export function layoutTable(table: Table, units: Units, width: number): TableLine[] {
  const { columns } = table;
  const treeColumn = columns.findIndex((column) => column.align === 'left');
  const rows = table.rows.map((row) => ({
    kind: row.strong ? ('strong' as const) : ('row' as const),
    cells: columns.map((_, i) => {
      const text = formatCell(row.cells[i], units);
      return i === treeColumn ? INDENT.repeat(Math.min(row.depth ?? 0, MOST_LEVELS)) + text : text;
    }),
  }));
  const titles = columns.map((column) => column.title);
  const head = { kind: 'head' as const, cells: titles };
  const lines = titles.some((title) => title !== '') ? [head, ...rows] : rows;

  const widths = fitColumns(
    columns,
    columns.map((_, i) =>
      lines.reduce((most, line) => Math.max(most, displayWidth(line.cells[i]!)), 0),
    ),
    width,
  );
  return lines.flatMap(({ kind, cells }) => {
    const fitting = cells.map((cell, i) => fitted(cell, widths[i]!, columns[i]!));
    const height = Math.max(...fitting.map((parts) => parts.length));
    return Array.from({ length: height }, (_, line) => ({
      kind,
      text: fitting
        .map((parts, i) => padText(parts[line] ?? '', widths[i]!, columns[i]!.align))
        .join(GAP)
        .trimEnd(),
    }));
  });
}

/** Narrows what may be cut until all columns fit: sentences first, then paths, then the rest. */
function fitColumns(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, used) => sum + used + GAP.length, -GAP.length) - width;
  for (const cut of ['wrap', 'start', 'middle'] as const) {
    for (const [i, column] of columns.entries()) {
      if (column.cut !== cut || excess <= 0) continue;
      const step = Math.min(excess, Math.max(0, widths[i]! - MIN_CUT_WIDTH));
      widths[i]! -= step;
      excess -= step;
    }
  }
  return widths;
}

/** The lines of a cell. */
function fitted(cell: string, width: number, { cut }: Column): string[] {
  if (cut === 'wrap') return wrapText(cell, width);
  return [cut === undefined ? cell : cutText(cell, width, cut)];
}

import stringWidth from 'string-width';
import type { Table } from '../report.ts';
import { formatCell, type Units } from './quantity.ts';

const GAP = '  ';
const INDENT = '  ';

/** The narrowest a cut column may become before lines are allowed to be too long instead. */
const MIN_CUT_WIDTH = 16;

export interface TableLine {
  readonly text: string;
  readonly kind: 'head' | 'strong' | 'row';
}

/**
 * Lays a table out in columns, numbers right-aligned. Where it is wider than `width`, the first
 * left-aligned column gives way: it is cut in the middle, because paths and symbols differ at
 * their ends.
 */
export function layoutTable(table: Table, units: Units, width: number): TableLine[] {
  const treeColumn = table.columns.findIndex((column) => column.align === 'left');
  const rows = table.rows.map((row) => ({
    kind: row.strong ? ('strong' as const) : ('row' as const),
    cells: table.columns.map((_, i) => {
      const text = formatCell(row.cells[i], units);
      return i === treeColumn ? INDENT.repeat(row.depth ?? 0) + text : text;
    }),
  }));
  const titles = table.columns.map((column) => column.title);
  const lines = titles.some((title) => title !== '')
    ? [{ kind: 'head' as const, cells: titles }, ...rows]
    : rows;

  const widths = table.columns.map((_, i) =>
    lines.reduce((widest, line) => Math.max(widest, stringWidth(line.cells[i]!)), 0),
  );
  const total = widths.reduce((sum, columnWidth) => sum + columnWidth + GAP.length, -GAP.length);
  if (total > width && treeColumn !== -1) {
    widths[treeColumn] = Math.max(MIN_CUT_WIDTH, widths[treeColumn]! - (total - width));
  }
  return lines.map((line) => ({
    kind: line.kind,
    text: line.cells
      .map((cell, i) => pad(cutMiddle(cell, widths[i]!), widths[i]!, table.columns[i]!.align))
      .join(GAP)
      .trimEnd(),
  }));
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Keeps both ends of a text: `/home/me/…/heaptrace_csv`. Width counts terminal cells. */
function cutMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = [...text];
  const tail: string[] = [];
  const head: string[] = [];
  let room = width - 1;
  for (let fromTail = true; ; fromTail = !fromTail) {
    const next = fromTail ? characters.at(-1 - tail.length) : characters[head.length];
    const cells = stringWidth(next ?? '');
    if (next === undefined || cells > room) break;
    room -= cells;
    if (fromTail) tail.unshift(next);
    else head.push(next);
  }
  return `${head.join('')}…${tail.join('')}`;
}

import { type ColumnNeeds, cellLines, type FittedColumn, GAP } from '../../views/text/columns.ts';
import { type Line, type Span, span } from './line.ts';

/** A column whose width does not follow from its rows: of a long list most are never looked at. */
export interface ColumnSpec extends ColumnNeeds {
  readonly title: string;
}

/** Cells by column; where a table dropped a column its cell is not looked at. */
export const tableLine = (
  columns: readonly FittedColumn[],
  cells: readonly (string | Span | undefined)[],
): Line =>
  columns.flatMap((column, i): Line => {
    const cell = cells[column.index] ?? '';
    const [text] = cellLines(typeof cell === 'string' ? cell : cell.text, {
      ...column,
      cut: column.cut ?? 'end',
    });
    const gap = i < columns.length - 1 ? GAP : '';
    return [typeof cell === 'string' ? text! : span(text!, cell.tone), gap];
  });

export const tableHead = (columns: readonly FittedColumn[], specs: readonly ColumnSpec[]): Line =>
  tableLine(
    columns,
    specs.map(({ title }) => span(title, 'dim')),
  );

import { splitTop } from '../../model/split-top.ts';
import { costIn, sumOfCosts } from '../../results/heap/costs.ts';
import type { CallersResult } from '../../results/heap/schema.ts';
import type { CostsResult, SharedResult } from '../../results/heap/stack-schema.ts';
import {
  type Cell,
  type Column,
  captured,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';
import {
  columnTitle,
  costQuantity,
  frameCell,
  type StackStyle,
  shareColumn,
} from './stack-style.ts';

/**
 * A function, who calls it, whom it calls, and which of its lines cost what.
 *
 * @param found null where no function matches.
 */
export function callersSections(
  found: CallersResult | null,
  style: StackStyle,
  top: number,
): Section[] {
  if (found === null) return [{ title: 'Callers', notes: [['no function matches']] }];
  const { by, functions, self, callers, callees, lines } = found;
  const share = shareColumn(by, found, style);
  const noShare = share.columns.map(() => undefined);
  const columns: Column[] = [
    right(columnTitle(by, style)),
    ...share.columns,
    left('', 'middle'),
    left('', 'start'),
  ];
  const cost = (costs: CostsResult) => costQuantity(by, costIn(costs, by), style);
  const names = functions.slice(0, top).map((name) => ({
    cells: ['', ...noShare, frameCell(name, style), captured(name.module ?? '?')],
  }));
  /** The largest of a list, and the sum of the others. */
  const largest = <One extends SharedResult>(
    list: readonly One[],
    words: (one: One) => readonly Cell[],
  ): Row[] => {
    const { shown, rest } = splitTop(
      list.filter((one) => costIn(one, by) !== 0),
      top,
    );
    const rows: Row[] = shown.map((one) => ({
      cells: [cost(one), ...share.cells(one), ...words(one)],
    }));
    if (rest.length === 0) return rows;
    const sum = costQuantity(by, sumOfCosts(rest, by), style);
    return [...rows, { cells: [sum, ...noShare, `${rest.length} others`] }];
  };
  const related = (list: CallersResult['callers']): Row[] =>
    largest(list, (one) => [frameCell(one, style), captured(one.module ?? '?')]);
  return [
    {
      title: 'Function',
      table: {
        columns,
        rows: [
          { cells: [cost(found), ...share.cells(found), 'with all that it calls'], strong: true },
          { cells: [cost(self), ...noShare, 'in itself'] },
          ...names,
        ],
      },
    },
    { title: 'Called by', table: { columns, rows: related(callers) } },
    { title: 'Calls', table: { columns, rows: related(callees) } },
    { title: 'Lines', table: { columns, rows: largest(lines, (one) => [lineCell(one)]) } },
  ].filter(({ table }) => table.rows.length > 0);
}

function lineCell({ file, line }: CallersResult['lines'][number]): Cell {
  return file === null ? '(no line known)' : captured(`${file}:${line}`);
}

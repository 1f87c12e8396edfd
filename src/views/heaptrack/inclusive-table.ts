import { costIn } from '../../results/heap/costs.ts';
import type { FunctionsResult, TreeResult } from '../../results/heap/schema.ts';
import { type Cell, left, type Row, right, type Table } from '../report.ts';
import { columnTitle, costQuantity, type StackStyle, shareColumn } from './stack-style.ts';

/**
 * Functions with what goes through them, what of it is their own, and their names.
 *
 * @param named what stands for a function, and how its row looks.
 */
export function inclusiveTable<
  One extends TreeResult['rows'][number] | FunctionsResult['rows'][number],
>(
  { by, rows }: { readonly by: TreeResult['by']; readonly rows: readonly One[] },
  style: StackStyle,
  named: (row: One) => Row,
): Table {
  const share = shareColumn(by, rows[0], style);
  return {
    columns: [
      right(columnTitle(by, style)),
      ...share.columns,
      right('self'),
      left('function', 'middle'),
      left('', 'start'),
    ],
    rows: rows.map((row): Row => {
      const self = costIn(row.self, by);
      const costs: readonly (Cell | undefined)[] = [
        costQuantity(by, costIn(row, by), style),
        ...share.cells(row),
        self === 0 ? undefined : costQuantity(by, self, style),
      ];
      const { cells, ...look } = named(row);
      return { cells: [...costs, ...cells], ...look };
    }),
  };
}

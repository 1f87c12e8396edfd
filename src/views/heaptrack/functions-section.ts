import { costIn } from '../../results/heap/costs.ts';
import type { FunctionsResult } from '../../results/heap/schema.ts';
import { captured, counted, left, right, type Section } from '../report.ts';
import {
  columnTitle,
  costQuantity,
  frameCell,
  type StackStyle,
  shareColumn,
} from './stack-style.ts';

/** Functions by what goes through them: their own allocations, and those of all that they call. */
export function functionsSection(
  { by, rows, others }: FunctionsResult,
  style: StackStyle,
): Section {
  const share = shareColumn(by, rows[0], style);
  return {
    title: 'Functions, with all that they call',
    table: {
      columns: [
        right(columnTitle(by, style)),
        ...share.columns,
        right('self'),
        left('function', 'middle'),
        left('', 'start'),
      ],
      rows: rows.map((row) => {
        const self = costIn(row.self, by);
        return {
          cells: [
            costQuantity(by, costIn(row, by), style),
            ...share.cells(row),
            self === 0 ? undefined : costQuantity(by, self, style),
            frameCell(row, style),
            captured(row.module ?? '?'),
          ],
        };
      }),
    },
    notes: others === 0 ? [] : [[...counted(others, 'other function'), 'with less']],
  };
}

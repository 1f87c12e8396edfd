import { costIn } from '../../results/heap/costs.ts';
import type { TreeResult } from '../../results/heap/schema.ts';
import { captured, left, right, type Section } from '../report.ts';
import {
  columnTitle,
  costQuantity,
  frameCell,
  type StackStyle,
  shareColumn,
} from './stack-style.ts';

const DIRECTIONS: Record<TreeResult['direction'], string> = {
  'bottom-up': 'from the functions that allocate to their callers',
  'top-down': 'from main to the functions that allocate',
};

/** A call tree; each function with all that goes through it, and what ends in it. */
export function treeSection({ rows, by, direction }: TreeResult, style: StackStyle): Section {
  const share = shareColumn(by, rows[0], style);
  return {
    title: `Call tree, ${DIRECTIONS[direction]}`,
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
            ...(row.isSum
              ? [`${row.count} ${row.count === 1 ? 'other' : 'others'}`]
              : [frameCell(row, style), captured(row.module ?? '?')]),
          ],
          depth: row.depth,
          strong: row.depth === 0,
        };
      }),
    },
  };
}

import type { TreeResult } from '../../results/heap/schema.ts';
import { captured, type Section } from '../report.ts';
import { inclusiveTable } from './inclusive-table.ts';
import { frameCell, type StackStyle } from './stack-style.ts';

const DIRECTIONS: Record<TreeResult['direction'], string> = {
  'bottom-up': 'from the functions that allocate to their callers',
  'top-down': 'from main to the functions that allocate',
};

/** A call tree; each function with all that goes through it, and what ends in it. */
export function treeSection(tree: TreeResult, style: StackStyle): Section {
  return {
    title: `Call tree, ${DIRECTIONS[tree.direction]}`,
    table: inclusiveTable(tree, style, (row) => ({
      cells: row.isSum
        ? [`${row.count} ${row.count === 1 ? 'other' : 'others'}`]
        : [frameCell(row, style), captured(row.module ?? '?')],
      depth: row.depth,
      strong: row.depth === 0,
    })),
  };
}

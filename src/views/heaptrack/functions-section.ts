import type { FunctionsResult } from '../../results/heap/schema.ts';
import { captured, counted, type Section } from '../report.ts';
import { inclusiveTable } from './inclusive-table.ts';
import { frameCell, type StackStyle } from './stack-style.ts';

/** Functions by what goes through them: their own allocations, and those of all that they call. */
export function functionsSection(functions: FunctionsResult, style: StackStyle): Section {
  const { others } = functions;
  return {
    title: 'Functions, with all that they call',
    table: inclusiveTable(functions, style, (row) => ({
      cells: [frameCell(row, style), captured(row.module ?? '?')],
    })),
    notes: others === 0 ? [] : [[...counted(others, 'other function'), 'with less']],
  };
}

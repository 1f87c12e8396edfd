import type { RelatedFunction, SourceLine } from '../../analysis/heap/callers-callees.ts';
import type { HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapDetails, TreeDirection } from '../../analysis/heap/details.ts';
import { splitTop } from '../../model/split-top.ts';
import {
  type Cell,
  type Column,
  captured,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { COLUMN_TITLES, costQuantity, frameCell, type StackStyle } from './stack-style.ts';

const DIRECTIONS: Record<TreeDirection, string> = {
  'bottom-up': 'from the functions that allocate to their callers',
  'top-down': 'from main to the functions that allocate',
};

/** A call tree; each function with all that goes through it, and what ends in it. */
export function treeSection(
  { rows, by, direction }: NonNullable<HeapDetails['tree']>,
  style: StackStyle,
): Section {
  return {
    title: `Call tree, ${DIRECTIONS[direction]}`,
    table: {
      columns: [
        right(COLUMN_TITLES[by]),
        right('self'),
        left('function', 'middle'),
        left('', 'start'),
      ],
      rows: rows.map(({ depth, frame, count, costs, self }) => ({
        cells: [
          costQuantity(by, costs[by], style),
          self[by] === 0 ? undefined : costQuantity(by, self[by], style),
          ...(frame === undefined
            ? [`${count} ${count === 1 ? 'other' : 'others'}`]
            : [frameCell(frame, style), captured(frame.module ?? '?')]),
        ],
        depth,
        strong: depth === 0,
      })),
    },
  };
}

/** A function, who calls it, whom it calls, and which of its lines cost what. */
export function callersSections(
  { found, by }: NonNullable<HeapDetails['callers']>,
  style: StackStyle,
  top: number,
): Section[] {
  if (found === undefined) return [{ title: 'Callers', notes: [['no function matches']] }];
  const { functions, inclusive, self, callers, callees, lines } = found;
  const columns: Column[] = [right(COLUMN_TITLES[by]), left('', 'middle'), left('', 'start')];
  const cost = (costs: HeapCosts) => costQuantity(by, costs[by], style);
  const names = functions
    .slice(0, top)
    .map((name) => ({ cells: ['', frameCell(name, style), captured(name.module ?? '?')] }));
  const related = (functionsOf: readonly RelatedFunction[]): Row[] =>
    largest(
      functionsOf,
      ({ costs }) => costs[by],
      top,
      (one) => [cost(one.costs), frameCell(one, style), captured(one.module ?? '?')],
      (sum, others) => [costQuantity(by, sum, style), others],
    );
  return [
    {
      title: 'Function',
      table: {
        columns,
        rows: [
          { cells: [cost(inclusive), 'with all that it calls'], strong: true },
          { cells: [cost(self), 'in itself'] },
          ...names,
        ],
      },
    },
    { title: 'Called by', table: { columns, rows: related(callers) } },
    { title: 'Calls', table: { columns, rows: related(callees) } },
    {
      title: 'Lines',
      table: {
        columns,
        rows: largest(
          lines,
          ({ inclusive: costs }) => costs[by],
          top,
          (line) => [cost(line.inclusive), lineCell(line)],
          (sum, others) => [costQuantity(by, sum, style), others],
        ),
      },
    },
  ].filter(({ table }) => table.rows.length > 0);
}

function lineCell({ file, line }: SourceLine): Cell {
  return file === undefined ? '(no line known)' : captured(`${file}:${line}`);
}

/** The largest of a list, and the sum of the others, as rows. */
function largest<T>(
  list: readonly T[],
  size: (one: T) => number,
  top: number,
  cells: (one: T) => Row['cells'],
  othersCells: (sum: number, others: string) => Row['cells'],
): Row[] {
  const costly = list.filter((one) => size(one) !== 0);
  const { shown, rest } = splitTop(
    costly.toSorted((a, b) => Math.abs(size(b)) - Math.abs(size(a))),
    top,
  );
  const rows: Row[] = shown.map((one) => ({ cells: cells(one) }));
  if (rest.length === 0) return rows;
  const sum = rest.reduce((total, one) => total + size(one), 0);
  return [...rows, { cells: othersCells(sum, `${rest.length} others`) }];
}

import type { CallTree } from '../../../analysis/heap/call-tree.ts';
import type { CostKind, HeapCosts } from '../../../analysis/heap/costs.ts';
import type { TreeDirection } from '../../../analysis/heap/details.ts';
import { topicOfCost } from '../../../results/topics.ts';
import { type FittedColumn, fitColumns } from '../../../views/text/columns.ts';
import { escapeText } from '../../../views/text/escape.ts';
import type { Units } from '../../../views/text/quantity.ts';
import type { Intent } from '../../intents.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { type ColumnSpec, tableHead, tableLine } from '../../parts/table.ts';
import { settled } from '../../parts/viewport.ts';
import { type About, listOf } from '../../screen.ts';
import type { State } from '../../state.ts';
import { costliestWay, type HeapRow, hasBranches, heapRows } from './heap-rows.ts';
import { stacksIn, treeIn, windowIn } from './heap-stacks.ts';
import type { HeapViewOf } from './heap-view.ts';
import {
  cost,
  costTitle,
  evidenceOf,
  figures,
  functionLines,
  functionWords,
  heat,
  NO_CALLERS,
  nameOf,
  shareOf,
} from './labels.ts';

const HEAT_CELLS = 10;

const DIRECTIONS: Readonly<Record<TreeDirection, string>> = {
  'bottom-up': 'from the functions that allocate to their callers',
  'top-down': 'from main to the functions that allocate',
};

/** The call tree as rows that open and close. */
export const treeView: HeapViewOf = (profile, state, { columns }) => {
  const { direction, by, open } = state.heap;
  const isWindow = windowIn(profile, state) !== undefined;
  const tree = treeIn(profile, state, direction);
  const rows = heapRows(tree, by, open);
  const specs = columnsOf(costTitle(by, isWindow));
  const layout = fitColumns(specs, columns);
  const line = (row: HeapRow) => rowLine(row, tree, by, layout, state.units);
  const { selected } = settled(state.cursors.heap, rows.length, 1);
  const { kinds } = stacksIn(profile, state);
  const evidence = evidenceOf(windowIn(profile, state), by, kinds);
  return {
    direction: `${direction}: ${DIRECTIONS[direction]}`,
    crumbs: [direction],
    head: [tableHead(layout, specs)],
    list: listOf(
      rows,
      line,
      (row) => aboutRow(row, tree, by, evidence),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot:
      rows[selected] === undefined ? [] : footLines(rows[selected], tree, state, kinds, isWindow),
  };
};

const columnsOf = (title: string): ColumnSpec[] => [
  { title, width: 11, align: 'right' },
  { title: 'share', width: 7, align: 'right' },
  { title: '', width: HEAT_CELLS, dropAt: 1 },
  { title: 'self', width: 11, align: 'right', dropAt: 2 },
  { title: 'function', cut: 'middle' },
  { title: 'at', width: 34, cut: 'start', dropAt: 3 },
];

function rowLine(
  row: HeapRow,
  tree: CallTree,
  by: CostKind,
  layout: readonly FittedColumn[],
  units: Units,
): Line {
  const { node, costs, depth, isOpen, others } = row;
  const value = costs[by];
  const whole = tree.total[by];
  const indent = '  '.repeat(Math.min(depth, 20));
  const common = [
    span(cost(by, value, units), 'strong'),
    shareOf(value, whole),
    span(gauge(Math.abs(value), Math.abs(whole), HEAT_CELLS), heat(value / whole).tone),
  ];
  if (node === undefined) {
    const words = `${indent}  ${others} ${others === 1 ? 'other' : 'others'}`;
    return tableLine(layout, [...common, '', span(words, 'dim')]);
  }
  const frame = tree.frame(node);
  const self = node.own[by];
  const where = frame.file === undefined ? (frame.module ?? '') : `${frame.file}:${frame.line}`;
  return tableLine(layout, [
    ...common,
    self === 0 ? '' : cost(by, self, units),
    `${indent}${isOpen ? '▾' : '▸'} ${functionWords(frame, units)}`,
    span(escapeText(where), 'dim'),
  ]);
}

function aboutRow(
  row: HeapRow,
  tree: CallTree,
  by: CostKind,
  evidence: (costs: HeapCosts) => string,
): About {
  const { node, name, isOpen, parent } = row;
  const toParent: Intent | undefined = parent < 0 ? undefined : { type: 'select', index: parent };
  if (node === undefined) {
    return {
      topic: topicOfCost(by),
      evidence: 'the sum of functions with less than a ten thousandth of the whole each',
      place: undefined,
      instead: { callers: NO_CALLERS },
      ...(toParent ? { close: toParent } : {}),
    };
  }
  const toggle: Intent = { type: 'toggle', screen: 'heap', name };
  const close = isOpen ? toggle : toParent;
  return {
    topic: topicOfCost(by),
    evidence: evidence(row.costs),
    place: undefined,
    ...(isOpen || hasBranches(tree, by, node) ? { open: toggle } : {}),
    ...(close ? { close } : {}),
    instead: { callers: { type: 'show-callers', of: nameOf(tree.frame(node)) } },
    openAll: { type: 'open-names', names: costliestWay(tree, by, row) },
  };
}

function footLines(
  { node, costs }: HeapRow,
  tree: CallTree,
  { heap: { by }, units }: State,
  kinds: readonly CostKind[],
  isWindow: boolean,
): Line[] {
  if (node === undefined) return [];
  const own = `in itself ${cost(by, node.own[by], units)}`;
  return [
    ...functionLines(tree.frame(node)),
    [span(`${figures(costs, kinds, units, isWindow)}; ${own}`, 'dim')],
  ];
}

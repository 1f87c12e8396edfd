import type { CallTree } from '../../analysis/heap/call-tree.ts';
import type { CostKind } from '../../analysis/heap/costs.ts';
import type { TreeDirection } from '../../analysis/heap/details.ts';
import type { TopicId } from '../../analysis/story/waterfall.ts';
import {
  COLUMN_TITLES,
  costQuantity,
  frameCell,
  type StackStyle,
} from '../../views/heaptrack/stack-style.ts';
import { escapeText } from '../../views/text/escape.ts';
import { formatCell, type Units } from '../../views/text/quantity.ts';
import type { Intent } from '../intents.ts';
import { gauge } from '../parts/bars.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { type ColumnSpec, layoutColumns, tableHead, tableLine } from '../parts/table.ts';
import { settled } from '../parts/viewport.ts';
import { type About, listOf, type Screen } from '../screen.ts';
import type { State } from '../state-data.ts';
import { costliestWay, type HeapRow, hasBranches, heapRows, heapTree } from './heap-rows.ts';

const STYLE: StackStyle = { frames: 1, fullNames: false, figures: 'total' };
const HEAT_CELLS = 10;

const TOPICS: Readonly<Record<CostKind, TopicId>> = {
  peak: 'capacity',
  calls: 'chunk-header',
  temporary: 'freed-but-kept',
  leaked: 'freed-but-kept',
  allocated: 'vec-growth',
};

const DIRECTIONS: Readonly<Record<TreeDirection, string>> = {
  'bottom-up': 'from the functions that allocate to their callers',
  'top-down': 'from main to the functions that allocate',
};

export const heapScreen: Screen = {
  id: 'heap',
  title: 'Heap',
  missing: (reading) =>
    reading?.story.witnesses.recording === undefined
      ? 'no heap recording was read. Record one: heaptrack PROGRAM, or memtool record --heaptrack -- PROGRAM'
      : undefined,
  show(reading, state, { columns }) {
    const { profile } = reading!.story.witnesses.recording!;
    const { direction, by, filter, ownCode, open } = state.heap;
    const tree = heapTree(profile, direction, filter, ownCode);
    const rows = heapRows(tree, by, open);
    const specs = columnsOf(by);
    const layout = layoutColumns(specs, columns);
    const line = (row: HeapRow) => rowLine(row, tree, by, layout, state.units);
    const { selected } = settled(state.cursors.heap, rows.length, 1);
    return {
      crumbs: [direction, ...(filter === '' ? [] : [`filter ${filter}`])],
      head: [settingsLine(tree, state), tableHead(layout, specs)],
      list: listOf(
        rows,
        line,
        (row) => aboutRow(row, tree, by),
        (row) => lineText(line(row)).trimEnd(),
      ),
      foot: rows[selected] === undefined ? [] : footLines(rows[selected], tree, by, state.units),
    };
  },
};

const columnsOf = (by: CostKind): ColumnSpec[] => [
  { title: COLUMN_TITLES[by], width: 11, align: 'right' },
  { title: 'share', width: 7, align: 'right' },
  { title: '', width: HEAT_CELLS, dropAt: 1 },
  { title: 'self', width: 11, align: 'right', dropAt: 2 },
  { title: 'function', cut: 'middle' },
  { title: 'at', width: 34, cut: 'start', dropAt: 3 },
];

const cost = (by: CostKind, value: number, units: Units): string =>
  formatCell(costQuantity(by, value, STYLE), units);

const shareOf = (value: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * value) / whole).toFixed(1)} %`;

function rowLine(
  row: HeapRow,
  tree: CallTree,
  by: CostKind,
  layout: ReturnType<typeof layoutColumns>,
  units: Units,
): Line {
  const { node, costs, depth, isOpen, others } = row;
  const value = costs[by];
  const whole = tree.total[by];
  const indent = '  '.repeat(Math.min(depth, 20));
  const common = [
    span(cost(by, value, units), 'strong'),
    shareOf(value, whole),
    span(gauge(Math.abs(value), Math.abs(whole), HEAT_CELLS), heat(value / whole)),
  ];
  if (node === undefined) {
    const words = `${indent}  ${others} ${others === 1 ? 'other' : 'others'}`;
    return tableLine(layout, [...common, '', span(words, 'dim')]);
  }
  const frame = tree.frame(node);
  const self = node.self[by];
  const where = frame.file === undefined ? (frame.module ?? '') : `${frame.file}:${frame.line}`;
  return tableLine(layout, [
    ...common,
    self === 0 ? '' : cost(by, self, units),
    `${indent}${isOpen ? '▾' : '▸'} ${formatCell(frameCell(frame, STYLE), units)}`,
    span(escapeText(where), 'dim'),
  ]);
}

/** From cold to hot; the length of the bar says the same. */
function heat(share: number) {
  if (share >= 0.5) return 'fill-6' as const;
  if (share >= 0.2) return 'fill-3' as const;
  return share >= 0.05 ? ('fill-1' as const) : ('fill-2' as const);
}

function settingsLine({ total }: CallTree, { heap, units }: State): Line {
  return [
    span(cost(heap.by, total[heap.by], units), 'strong'),
    ` ${COLUMN_TITLES[heap.by]}`,
    ...(heap.filter === '' ? [] : [' through ', span(escapeText(heap.filter), 'strong')]),
    span('   s ', 'accent'),
    span(`sort by ${COLUMN_TITLES[heap.by]}`, 'dim'),
    span('   o ', 'accent'),
    span(heap.ownCode ? 'own code' : 'all code', 'dim'),
    span('   d ', 'accent'),
    span(`${heap.direction}: ${DIRECTIONS[heap.direction]}`, 'dim'),
  ];
}

function aboutRow(row: HeapRow, tree: CallTree, by: CostKind): About {
  const { node, name, isOpen, parent } = row;
  const toParent: Intent | undefined = parent < 0 ? undefined : { type: 'select', index: parent };
  if (node === undefined) {
    return {
      topic: TOPICS[by],
      evidence: 'the sum of functions with less than a ten thousandth of the whole each',
      place: undefined,
      ...(toParent ? { close: toParent } : {}),
    };
  }
  const toggle: Intent = { type: 'toggle', screen: 'heap', name };
  const close = isOpen ? toggle : toParent;
  return {
    topic: TOPICS[by],
    evidence: `the recording: ${row.costs.calls} calls, ${row.costs.allocated} bytes in all`,
    place: undefined,
    ...(isOpen || hasBranches(tree, by, node) ? { open: toggle } : {}),
    ...(close ? { close } : {}),
    openAll: { type: 'open-names', names: costliestWay(tree, by, row) },
  };
}

function footLines({ node, costs }: HeapRow, tree: CallTree, by: CostKind, units: Units): Line[] {
  if (node === undefined) return [];
  const { name, file, line, module } = tree.frame(node);
  const figures = `${costs.calls} calls, ${costs.temporary} temporary, ${cost('allocated', costs.allocated, units)} in all, ${cost('peak', costs.peak, units)} at peak, ${cost('leaked', costs.leaked, units)} leaked; in itself ${cost(by, node.self[by], units)}`;
  const where = [file === undefined ? '' : `${file}:${line}`, module ?? ''].filter(Boolean);
  return [
    [span(escapeText(name ?? '(no name known)'), 'strong')],
    [escapeText(where.join('  '))],
    [span(figures, 'dim')],
  ];
}

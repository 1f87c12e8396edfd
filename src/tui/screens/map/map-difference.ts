import {
  type MapDifference,
  type MappingChange,
  mapDifference,
} from '../../../analysis/memory-map/map-difference.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { formatCell } from '../../../views/text/quantity.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import {
  type ColumnSpec,
  layoutColumns,
  type TableLayout,
  tableHead,
  tableLine,
} from '../../parts/table.ts';
import { type About, type Area, listOf, memoizeLast, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';
import { choiceName, type MapChoice, markedGroups, reasonOf, shownGroups } from './map-choices.ts';
import { addressColumn, addressText, LENS_TITLES, mappingLabel } from './map-lines.ts';
import { topicOf } from './map-rows.ts';

/** The columns of a map in which changes are looked for. */
type Lens = 'size' | 'resident';

const differenceOf = memoizeLast(mapDifference);

const changesOf = memoizeLast(
  (all: readonly MappingChange[], lens: Lens, sort: State['map']['sort']) => {
    const changed = all.filter((one) => one[lens] !== 0);
    const byAddress = (a: MappingChange, b: MappingChange) => startOf(a) - startOf(b);
    const byWeight = (a: MappingChange, b: MappingChange) =>
      Math.abs(b[lens] ?? 0) - Math.abs(a[lens] ?? 0) || byAddress(a, b);
    return changed.sort(sort === 'address' ? byAddress : byWeight);
  },
);

const startOf = ({ before, after }: MappingChange): number => (after ?? before)!.mapping.start;

/** What appeared, vanished or changed its size from one map to another. */
export function differenceShown(
  reading: Reading,
  from: MapChoice,
  to: MapChoice,
  state: State,
  { columns }: Area,
): Shown {
  const difference = differenceOf(markedGroups(reading, from), shownGroups(reading, to));
  const hasResident = [difference.before, difference.after].every(
    ({ total }) => total.resident !== undefined,
  );
  const lens: Lens = hasResident && state.map.lens !== 'size' ? 'resident' : 'size';
  const rows = changesOf(difference.changes, lens, state.map.sort);
  const last = Math.max(0, ...rows.slice(-1).map(startOf), ...rows.slice(0, 1).map(startOf));
  const specs = columnsOf(lens, last, state);
  const layout = layoutColumns(specs, columns);
  const line = (row: MappingChange) => changeLine(row, lens, layout, state);
  return {
    crumbs: [`A ${briefName(from)} → B ${briefName(to)}`],
    head: [summaryLine(difference, rows.length, lens, state), [], tableHead(layout, specs)],
    list: listOf(
      rows,
      line,
      (row) => aboutChange(row, from, to, reading),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot: [],
    lenses: hasResident ? ['size', 'resident'] : ['size'],
  };
}

function columnsOf(lens: Lens, last: number, { addresses }: State): ColumnSpec[] {
  const size = (title: string, dropAt?: number): ColumnSpec => ({
    title,
    width: 10,
    align: 'right',
    ...(dropAt === undefined ? {} : { dropAt }),
  });
  return [
    addressColumn(last, addresses),
    size(`${LENS_TITLES[lens]} A`, 4),
    size(`${LENS_TITLES[lens]} B`, 3),
    size('change'),
    { title: 'mode', width: 4, dropAt: 2 },
    { title: 'what', cut: 'end' },
  ];
}

const briefName = (choice: MapChoice): string =>
  choice.kind === 'moment' ? `line ${choice.sample.line}` : choiceName(choice);

const sum = ({ before, after }: MapDifference, lens: Lens): Bytes =>
  (after.total[lens] ?? 0) - (before.total[lens] ?? 0);

function summaryLine(difference: MapDifference, count: number, lens: Lens, state: State): Line {
  const how = difference.matchedBy === 'address' ? 'by address' : 'by name: the layouts differ';
  return [
    span(changeText(sum(difference, lens), state), 'strong'),
    ` ${LENS_TITLES[lens]} from A to B; ${count} ${count === 1 ? 'mapping' : 'mappings'} changed, matched ${how}`,
    span('   d ', 'accent'),
    span('ends it', 'dim'),
  ];
}

const changeText = (value: Bytes, { units }: State): string =>
  formatCell({ kind: 'bytes', value, signed: true }, units);

function changeLine(change: MappingChange, lens: Lens, layout: TableLayout, state: State): Line {
  const { before, after } = change;
  const one = (after ?? before)!;
  const size = (of: typeof before) =>
    of === undefined
      ? '–'
      : formatCell({ kind: 'bytes', value: of.mapping[lens] ?? 0 }, state.units);
  const how = before === undefined ? 'new: ' : after === undefined ? 'gone: ' : '';
  return tableLine(layout, [
    addressText(one.mapping.start, state.addresses),
    size(before),
    size(after),
    span(changeText(change[lens] ?? 0, state), 'strong'),
    one.mapping.permissions,
    `${how}${mappingLabel(one, layout.columns.at(-1)!.width)}`,
  ]);
}

function aboutChange(
  { before, after }: MappingChange,
  from: MapChoice,
  to: MapChoice,
  { sources }: Reading,
): About {
  const one = (after ?? before)!;
  const choice = after === undefined ? from : to;
  const { line } = one.mapping;
  const file = choice.kind === 'captured' ? choice.file : sources.log;
  return {
    topic: topicOf(one),
    evidence: `${reasonOf(one, choice)} (line ${line} of ${choiceName(choice)})`,
    place: file === undefined ? undefined : { file, line },
  };
}

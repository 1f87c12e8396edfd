import type { MapChoice } from '../../../app/story-maps.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import type { ChangeResult, ComparisonResult } from '../../../results/map/schema.ts';
import { TOPICS } from '../../../results/topics.ts';
import { type FittedColumn, fitColumns } from '../../../views/text/columns.ts';
import { formatCell } from '../../../views/text/quantity.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { type ColumnSpec, tableHead, tableLine } from '../../parts/table.ts';
import { type About, type Area, listOf, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import { LENS_FIELDS, type State } from '../../state.ts';
import { choiceName, reasonOf } from './map-choices.ts';
import { addressColumn, addressText, lensTitle, nameOf } from './map-lines.ts';

/** The columns of a map in which changes are looked for. */
type Lens = 'size' | 'resident';

const changesOf = memoizeLast(
  (all: readonly ChangeResult[], lens: Lens, sort: State['map']['sort']) => {
    const field = LENS_FIELDS[lens];
    const changed = all.filter((one) => one[field] !== 0);
    const byAddress = (a: ChangeResult, b: ChangeResult) => startOf(a) - startOf(b);
    const byWeight = (a: ChangeResult, b: ChangeResult) =>
      Math.abs(b[field] ?? 0) - Math.abs(a[field] ?? 0) || byAddress(a, b);
    return changed.sort(sort === 'address' ? byAddress : byWeight);
  },
);

const startOf = ({ before, after }: ChangeResult): number => Number((after ?? before)!.start);

/** What appeared, vanished or changed its size from one map to another. */
export function differenceShown(
  reading: Reading,
  from: number,
  to: number,
  state: State,
  { columns }: Area,
): Shown {
  const { maps } = reading;
  const difference = maps.compared(from, to).comparison;
  const [a, b] = [maps.choices[from]!, maps.choices[to]!];
  const hasResident = totalOf(difference).residentBytes !== null;
  const lens: Lens = hasResident && state.map.lens !== 'size' ? 'resident' : 'size';
  const rows = changesOf(difference.changes, lens, state.map.sort);
  const last = Math.max(0, ...rows.slice(-1).map(startOf), ...rows.slice(0, 1).map(startOf));
  const specs = columnsOf(lens, last, state);
  const layout = fitColumns(specs, columns);
  const line = (row: ChangeResult) => changeLine(row, lens, layout, state);
  return {
    crumbs: [`A ${briefName(a)} → B ${briefName(b)}`],
    head: [summaryLine(difference, rows.length, lens, state), [], tableHead(layout, specs)],
    list: listOf(
      rows,
      line,
      (row) => aboutChange(row, lens, a, b, reading),
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
    size(`${lensTitle(lens)} A`, 4),
    size(`${lensTitle(lens)} B`, 3),
    size('change'),
    { title: 'mode', width: 4, dropAt: 2 },
    { title: 'what', cut: 'end' },
  ];
}

const briefName = (choice: MapChoice): string =>
  choice.kind === 'moment' ? `line ${choice.sample.line}` : choiceName(choice);

const totalOf = ({ groups }: ComparisonResult) => groups.find(({ name }) => name === 'total')!;

function summaryLine(difference: ComparisonResult, count: number, lens: Lens, state: State): Line {
  const how = difference.matchedBy === 'address' ? 'by address' : 'by name: the layouts differ';
  return [
    span(changeText(totalOf(difference)[LENS_FIELDS[lens]] ?? 0, state), 'strong'),
    ` ${lensTitle(lens)} from A to B; ${count} ${count === 1 ? 'mapping' : 'mappings'} changed, matched ${how}`,
    span('   d ', 'accent'),
    span('ends it', 'dim'),
  ];
}

const changeText = (value: Bytes, { units }: State): string =>
  formatCell({ kind: 'bytes', value, signed: true }, units);

function changeLine(
  change: ChangeResult,
  lens: Lens,
  layout: readonly FittedColumn[],
  state: State,
): Line {
  const { before, after } = change;
  const one = (after ?? before)!;
  const field = LENS_FIELDS[lens];
  const size = (of: typeof before) =>
    of === null ? '–' : formatCell({ kind: 'bytes', value: of[field] ?? 0 }, state.units);
  const how = before === null ? 'new: ' : after === null ? 'gone: ' : '';
  return tableLine(layout, [
    addressText(one.start, state.addresses),
    size(before),
    size(after),
    span(changeText(change[field] ?? 0, state), 'strong'),
    one.permissions,
    `${how}${nameOf(one, layout.at(-1)!.width)}`,
  ]);
}

function aboutChange(
  { before, after }: ChangeResult,
  lens: Lens,
  from: MapChoice,
  to: MapChoice,
  { sources }: Reading,
): About {
  const one = (after ?? before)!;
  const choice = after === null ? from : to;
  const { line, topic } = one;
  const file = choice.kind === 'captured' ? choice.file : sources.log;
  return {
    topic: topic ?? TOPICS[LENS_FIELDS[lens]],
    evidence: `${reasonOf(one, choice)} (line ${line} of ${choiceName(choice)})`,
    place: file === undefined ? undefined : { file, line },
  };
}

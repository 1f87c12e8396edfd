/** How rows of the map are drawn. */
import type { SectionSums } from '../../../analysis/memory-map/mapping-sections.ts';
import type { RoledMapping } from '../../../analysis/memory-map/memory-groups.ts';
import { type Address, formatAddress } from '../../../model/address.ts';
import { baseName } from '../../../model/base-name.ts';
import { isInferred, roleLabel } from '../../../views/pmap/report.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';
import { type ColumnSpec, type TableLayout, tableLine } from '../../parts/table.ts';
import type { Lens, State } from '../../state.ts';
import type { MapRow } from './map-rows.ts';

export const LENS_TITLES: Readonly<Record<Lens, string>> = {
  size: 'size',
  resident: 'resident',
  pss: 'PSS',
  dirty: 'dirty',
};

const HEAT_CELLS = 12;

/** x86-64's vsyscall page lies far behind all others, under an address of 16 digits. */
const LONG_ADDRESS = 2 ** 48;

/** Where a name has less, its folder stands below the list alone. */
const ROOM_FOR_PATHS = 40;

export const addressText = (address: Address, base: State['addresses']): string =>
  base === 'hex' ? formatAddress(address) : String(address);

/** Room for all addresses up to the last. */
export function addressColumn(last: Address, base: State['addresses']): ColumnSpec {
  const isLong = last > LONG_ADDRESS;
  const width = base === 'hex' ? (isLong ? 18 : 14) : isLong ? 20 : 15;
  return { title: 'address', width, align: 'right', dropAt: 1 };
}

const DROP_AT: Readonly<Record<Lens, number>> = { size: 3, resident: 4, dirty: 5, pss: 6 };

/** Where a terminal is narrow, the columns that are not looked through go first. */
export function mapColumns(
  lens: Lens,
  lenses: readonly Lens[],
  last: Address,
  base: State['addresses'],
): ColumnSpec[] {
  const sizes = lenses.map(
    (key): ColumnSpec => ({
      title: (key === lens ? '▸' : '') + LENS_TITLES[key],
      width: 10,
      align: 'right',
      ...(key === lens ? {} : { dropAt: DROP_AT[key] }),
    }),
  );
  return [
    addressColumn(last, base),
    ...sizes,
    { title: '', width: HEAT_CELLS, dropAt: 7 },
    { title: 'mode', width: 4, dropAt: 2 },
    { title: 'what', cut: 'end' },
  ];
}

export const footprintOf = (row: MapRow): SectionSums =>
  row.kind === 'mapping' ? row.one.mapping : row.section.footprint;

/** What sizes are shown, and against what. */
export interface Scale {
  readonly lens: Lens;
  readonly lenses: readonly Lens[];
  readonly whole: number;
  /** What lies in a mapping, where the log knows. */
  contents(one: RoledMapping): string | undefined;
}

export function mapLine(
  row: MapRow,
  layout: TableLayout,
  { lens, lenses, whole, contents }: Scale,
  { units, addresses }: Pick<State, 'units' | 'addresses'>,
): Line {
  const footprint = footprintOf(row);
  const size = (key: Lens) => {
    const value = footprint[key];
    const text = value === undefined ? '–' : formatBytes(value, units);
    return span(text, value === 0 ? 'dim' : key === lens ? 'strong' : 'plain');
  };
  const heat = span(gauge(footprint[lens] ?? 0, whole, HEAT_CELLS), 'fill-1');
  const sizes = [...lenses.map(size), heat];
  if (row.kind === 'section') {
    const { name, mappings } = row.section;
    const what = `${row.isOpen ? '▾' : '▸'} ${escapeText(name)}  (${mappings.length})`;
    return tableLine(layout, [undefined, ...sizes, '', span(what, 'strong')]);
  }
  const { mapping } = row.one;
  const what = mappingLabel(row.one, layout.columns.at(-1)!.width);
  const inside = contents(row.one);
  return tableLine(layout, [
    addressText(mapping.start, addresses),
    ...sizes,
    escapeText(mapping.permissions),
    `${'  '.repeat(row.depth)}${what}${inside === undefined ? '' : `: ${inside}`}`,
  ]);
}

/** What a mapping is, with the folder of its file where there is room. */
export function mappingLabel(one: RoledMapping, room: number): string {
  const { backing } = one.mapping;
  const path =
    backing.kind !== 'file'
      ? undefined
      : room < ROOM_FOR_PATHS
        ? baseName(backing.path)
        : `${baseName(backing.path)}  ${backing.path}`;
  return `${isInferred(one) ? '≈ ' : ''}${escapeText(path ?? roleLabel(one))}`;
}

/** How rows of the map are drawn. */
import type { Address } from '../../../model/address.ts';
import { baseName } from '../../../model/base-name.ts';
import type { MappingResult } from '../../../results/map/schema.ts';
import type { SectionSums } from '../../../results/map/sections.ts';
import { SIZE_TITLES } from '../../../views/map/columns.ts';
import { mappingLabel } from '../../../views/map/labels.ts';
import type { FittedColumn } from '../../../views/text/columns.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';
import { type ColumnSpec, tableLine } from '../../parts/table.ts';
import { LENS_FIELDS, type Lens, type State } from '../../state.ts';
import type { MapRow } from './map-rows.ts';

export const lensTitle = (lens: Lens): string => SIZE_TITLES[LENS_FIELDS[lens]];

const HEAT_CELLS = 12;

/** x86-64's vsyscall page lies far behind all others, under an address of 16 digits. */
const LONG_ADDRESS = 2 ** 48;

/** Where a name has less, its folder stands below the list alone. */
const ROOM_FOR_PATHS = 40;

/** @param start as results have it, in hexadecimal. */
export const addressText = (start: string, base: State['addresses']): string =>
  base === 'hex' ? start : String(Number(start));

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
      title: (key === lens ? '▸' : '') + lensTitle(key),
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

export const sizesOf = (row: MapRow): SectionSums =>
  row.kind === 'mapping' ? row.one : row.section.footprint;

/** What sizes are shown, and against what. */
export interface Scale {
  readonly lens: Lens;
  readonly lenses: readonly Lens[];
  readonly whole: number;
  /** What lies in a mapping, where the log knows. */
  contents(one: MappingResult): string | undefined;
}

export function mapLine(
  row: MapRow,
  layout: readonly FittedColumn[],
  { lens, lenses, whole, contents }: Scale,
  { units, addresses }: Pick<State, 'units' | 'addresses'>,
): Line {
  const sizes = sizesOf(row);
  const size = (key: Lens) => {
    const value = sizes[LENS_FIELDS[key]];
    const text = value === null ? '–' : formatBytes(value, units);
    return span(text, value === 0 ? 'dim' : key === lens ? 'strong' : 'plain');
  };
  const heat = span(gauge(sizes[LENS_FIELDS[lens]] ?? 0, whole, HEAT_CELLS), 'fill-1');
  const cells = [...lenses.map(size), heat];
  if (row.kind === 'section') {
    const { name, mappings } = row.section;
    const what = `${row.isOpen ? '▾' : '▸'} ${escapeText(name)}  (${mappings.length})`;
    return tableLine(layout, [undefined, ...cells, '', span(what, 'strong')]);
  }
  const { one } = row;
  const what = nameOf(one, layout.at(-1)!.width);
  const inside = contents(one);
  return tableLine(layout, [
    addressText(one.start, addresses),
    ...cells,
    escapeText(one.permissions),
    `${'  '.repeat(row.depth)}${what}${inside === undefined ? '' : `: ${inside}`}`,
  ]);
}

/** What a mapping is, with the folder of its file where there is room. */
export function nameOf(one: MappingResult, room: number): string {
  const { backing } = one;
  const path =
    backing.kind !== 'file'
      ? undefined
      : room < ROOM_FOR_PATHS
        ? baseName(backing.path)
        : `${baseName(backing.path)}  ${backing.path}`;
  return `${one.identity === 'inferred' ? '≈ ' : ''}${escapeText(path ?? mappingLabel(one))}`;
}

import type { SectionSums } from '../../analysis/mapping-sections.ts';
import type { MemoryGroups, RoledMapping } from '../../analysis/memory-groups.ts';
import { formatAddress } from '../../model/address.ts';
import { baseName } from '../../model/base-name.ts';
import { pagesOf } from '../../model/bytes.ts';
import { isInferred, roleLabel } from '../../views/pmap/report.ts';
import { escapeText } from '../../views/text/escape.ts';
import { formatBytes, type Units } from '../../views/text/quantity.ts';
import { gauge } from '../parts/bars.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { type ColumnSpec, layoutColumns, tableHead, tableLine } from '../parts/table.ts';
import { settled } from '../parts/viewport.ts';
import { type About, listOf, type Screen } from '../screen.ts';
import type { Reading } from '../session.ts';
import { LENSES, type Lens, type State } from '../state-data.ts';
import { indexesOf, LOOKS, type MapRow, mapRows, mapStrip, topicOf } from './map-rows.ts';

const LENS_TITLES: Readonly<Record<Lens, string>> = {
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

export const mapScreen: Screen = {
  id: 'map',
  title: 'Map',
  missing: (reading) =>
    (reading?.story.witnesses.map?.mappings.length ?? 0) === 0
      ? 'no memory map was read. Record one: cp /proc/PID/smaps smaps.txt, or pmap -x PID > pmap.txt'
      : undefined,
  show(reading, state, { columns }) {
    const groups = reading!.story.witnesses.map!;
    const { grouping, sort, lens, open } = state.map;
    const rows = mapRows(groups, grouping, sort, lens, open);
    const { selected } = settled(state.cursors.map, rows.length, 1);
    const lenses = LENSES.filter((key) => groups.total[key] !== undefined);
    const specs = columnsOf(
      lens,
      lenses,
      (groups.mappings.at(-1)?.mapping.start ?? 0) > LONG_ADDRESS,
    );
    const layout = layoutColumns(specs, columns);
    const most = Math.max(1, ...rows.slice(0, 1).map((row) => footprintOf(row)[lens] ?? 0));
    const whole = sort === 'address' && grouping === 'none' ? (groups.total[lens] ?? 1) : most;
    const line = (row: MapRow) => rowLine(row, layout, { lens, lenses, whole }, state.units);
    const chosen = rows[selected];
    return {
      crumbs: grouping === 'none' ? [] : [`by ${grouping}`],
      head: [
        settingsLine(groups, state),
        ...stripLines(groups, lens, columns, chosen),
        tableHead(layout, specs),
      ],
      list: listOf(
        rows,
        line,
        (row) => aboutRow(row, reading!, groups),
        (row) => lineText(line(row)).trimEnd(),
      ),
      foot: chosen === undefined ? [] : footLines(chosen, groups),
      lenses,
    };
  },
};

/** Where a terminal is narrow, the columns that are not looked through go first. */
function columnsOf(lens: Lens, lenses: readonly Lens[], hasLong: boolean): ColumnSpec[] {
  const sizes = lenses.map(
    (key): ColumnSpec => ({
      title: (key === lens ? '▸' : '') + LENS_TITLES[key],
      width: 10,
      align: 'right',
      ...(key === lens ? {} : { dropAt: DROP_AT[key] }),
    }),
  );
  return [
    { title: 'address', width: hasLong ? 18 : 14, align: 'right' },
    ...sizes,
    { title: '', width: HEAT_CELLS, dropAt: 5 },
    { title: 'mode', width: 4 },
    { title: 'what', cut: 'end' },
  ];
}

const DROP_AT: Readonly<Record<Lens, number>> = { size: 1, resident: 2, dirty: 3, pss: 4 };

const footprintOf = (row: MapRow): SectionSums =>
  row.kind === 'mapping' ? row.one.mapping : row.section.footprint;

/** What sizes are shown, and against what. */
interface Scale {
  readonly lens: Lens;
  readonly lenses: readonly Lens[];
  readonly whole: number;
}

function rowLine(
  row: MapRow,
  layout: ReturnType<typeof layoutColumns>,
  { lens, lenses, whole }: Scale,
  units: Units,
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
  const { backing } = mapping;
  const room = layout.columns.at(-1)!.width;
  const path =
    backing.kind !== 'file'
      ? undefined
      : room < ROOM_FOR_PATHS
        ? baseName(backing.path)
        : `${baseName(backing.path)}  ${backing.path}`;
  const what = escapeText(path ?? roleLabel(row.one));
  const label = `${'  '.repeat(row.depth)}${isInferred(row.one) ? '≈ ' : ''}${what}`;
  return tableLine(layout, [
    formatAddress(mapping.start),
    ...sizes,
    escapeText(mapping.permissions),
    label,
  ]);
}

function settingsLine({ total, mappings }: MemoryGroups, { map, units }: State): Line {
  const bytes = total[map.lens];
  return [
    `${mappings.length} mappings, `,
    span(bytes === undefined ? 'not in the capture' : formatBytes(bytes, units), 'strong'),
    ` ${LENS_TITLES[map.lens]}`,
    span('   l ', 'accent'),
    span(`lens ${LENS_TITLES[map.lens]}`, 'dim'),
    span('   g ', 'accent'),
    span(`group ${map.grouping}`, 'dim'),
    span('   s ', 'accent'),
    span(`sort by ${map.sort === 'lens' ? LENS_TITLES[map.lens] : 'address'}`, 'dim'),
  ];
}

/** The address space in proportion, what its glyphs mean, and where the chosen row lies in it. */
function stripLines(
  groups: MemoryGroups,
  lens: Lens,
  columns: number,
  chosen: MapRow | undefined,
): Line[] {
  const strip = mapStrip(groups, lens, columns);
  const shown: Line = runs(strip.cells).map(([look, length]) =>
    span(LOOKS[look]!.glyph.repeat(length), LOOKS[look]!.tone),
  );
  const marks = new Array<string>(columns).fill(' ');
  for (const index of chosen === undefined ? [] : indexesOf(groups, chosen)) {
    marks.fill('▲', strip.first[index]!, strip.last[index]! + 1);
  }
  const legend = LOOKS.filter((_, i) => strip.cells.includes(i)).flatMap(
    ({ title, glyph, tone }): Line => [span(glyph, tone), span(` ${title}  `, 'dim')],
  );
  return [legend, shown, [span(marks.join(''), 'accent')]];
}

/** Equal neighbours as one: value and length. */
function runs(values: readonly number[]): [number, number][] {
  const all: [number, number][] = [];
  for (const value of values) {
    const last = all.at(-1);
    if (last?.[0] === value) last[1]++;
    else all.push([value, 1]);
  }
  return all;
}

function aboutRow(row: MapRow, { sources }: Reading, groups: MemoryGroups): About {
  if (row.kind === 'section') {
    const { section } = row;
    return {
      topic: topicOf(section.mappings[0]!),
      evidence: `the sum of ${section.mappings.length} mappings: ${section.name}`,
      place: undefined,
      open: { type: 'toggle', screen: 'map', name: section.name },
    };
  }
  const { mapping } = row.one;
  const file = sources.maps.get(groups.map);
  return {
    topic: topicOf(row.one),
    evidence: `${reasonOf(row.one)} (line ${mapping.line})`,
    place: file === undefined ? undefined : { file, line: mapping.line },
  };
}

function reasonOf({ role, use }: RoledMapping): string {
  if (role.basis === 'inferred') return role.because;
  return use?.basis === 'inferred' ? use.because : 'so the capture says';
}

/** What there is no room for in the row. */
function footLines(row: MapRow, { total }: MemoryGroups): Line[] {
  if (row.kind === 'section') return [];
  const { mapping } = row.one;
  const { start, size, resident } = mapping;
  const parts = [
    `${formatAddress(start)} to ${formatAddress(start + size)}: ${pagesOf(size)} pages`,
    ...(resident === undefined
      ? []
      : [
          `${pagesOf(resident)} in RAM (${percent(resident, size)} of it`,
          `${percent(resident, total.resident ?? 0)} of RSS)`,
        ]),
  ];
  return [
    [span(parts.join(', '), 'plain')],
    [span(`line ${mapping.line}: ${escapeText(reasonOf(row.one))}`, 'dim')],
  ];
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;

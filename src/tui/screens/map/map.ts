import type { MemoryGroups, RoledMapping } from '../../../analysis/memory-map/memory-groups.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { layoutColumns, tableHead } from '../../parts/table.ts';
import { settled } from '../../parts/viewport.ts';
import { type About, type Area, listOf, type Screen, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import { LENSES, type Lens, type State } from '../../state.ts';
import { roundedGrowth } from '../labels.ts';
import {
  choiceName,
  type MapChoice,
  mapChoices,
  reasonOf,
  shownChoice,
  shownGroups,
} from './map-choices.ts';
import { type Content, contentsOf } from './map-contents.ts';
import { differenceShown } from './map-difference.ts';
import { addressText, footprintOf, LENS_TITLES, mapColumns, mapLine } from './map-lines.ts';
import { type MapRow, mapRows, topicOf } from './map-rows.ts';
import { stripLines } from './map-strip.ts';

export const mapScreen: Screen = {
  id: 'map',
  title: 'Map',
  missing: (reading) =>
    reading === undefined || mapChoices(reading).length === 0
      ? 'no memory map was read. Record one: cp /proc/PID/smaps smaps.txt, or pmap -x PID > pmap.txt'
      : undefined,
  show(reading, state, area) {
    const choices = mapChoices(reading!);
    const map = shownChoice(reading!, state);
    const marked = choices[state.map.marked ?? -1];
    const shown =
      marked !== undefined && state.map.marked !== map
        ? differenceShown(reading!, marked, choices[map]!, state, area)
        : oneShown(reading!, choices[map]!, state, area);
    return { ...shown, maps: choices.length, map };
  },
};

/** One map as a list, with the address space above it. */
function oneShown(reading: Reading, choice: MapChoice, state: State, { columns }: Area): Shown {
  const groups = shownGroups(reading, choice);
  const { grouping, sort, open } = state.map;
  const lenses = LENSES.filter((key) => groups.total[key] !== undefined);
  const lens = lenses.includes(state.map.lens) ? state.map.lens : 'size';
  const rows = mapRows(groups, grouping, sort, lens, open);
  const { selected } = settled(state.cursors.map, rows.length, 1);
  const contents = contentsOf(reading, choice, groups.mappings);
  const specs = mapColumns(
    lens,
    lenses,
    groups.mappings.at(-1)?.mapping.start ?? 0,
    state.addresses,
  );
  const layout = layoutColumns(specs, columns);
  const most = Math.max(1, ...rows.slice(0, 1).map((row) => footprintOf(row)[lens] ?? 0));
  const isPartOfAll = sort === 'address' && grouping === 'none';
  const scale = {
    lens,
    lenses,
    whole: isPartOfAll ? (groups.total[lens] ?? 1) : most,
    contents: (one: RoledMapping) => contentWords(contents.get(one), reading),
  };
  const line = (row: MapRow) => mapLine(row, layout, scale, state);
  const chosen = rows[selected];
  const reason = (row: MapRow) => {
    const inside = row.kind === 'mapping' ? scale.contents(row.one) : undefined;
    if (inside !== undefined) return `in it ${inside}; c shows how it comes to its pages`;
    return row.kind === 'mapping' ? reasonOf(row.one, choice) : '';
  };
  const count = mapChoices(reading).length;
  return {
    crumbs: [
      ...(count === 1 && choice.kind === 'captured'
        ? []
        : [`${state.map.marked === undefined ? '' : 'A: '}${choiceName(choice)}`]),
      ...(grouping === 'none' ? [] : [`by ${grouping}`]),
    ],
    head: [
      settingsLine(groups, lens, state, count),
      ...stripLines(groups, lens, columns, chosen),
      tableHead(layout, specs),
    ],
    list: listOf(
      rows,
      line,
      (row) => aboutRow(row, reading, choice, contents),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot: chosen === undefined ? [] : footLines(chosen, groups, reason(chosen), state),
    lenses,
  };
}

/** The containers in a mapping, in a few words. */
function contentWords(
  contents: readonly Content[] | undefined,
  { story }: Reading,
): string | undefined {
  if (contents === undefined) return undefined;
  const [first, ...others] = contents;
  const words = roundedGrowth(story.containers[first!.container]!.grown);
  return others.length === 0 ? words : `${words}, and ${others.length} more`;
}

function settingsLine(
  { total, mappings }: MemoryGroups,
  lens: Lens,
  { map, units }: State,
  count: number,
): Line {
  const bytes = total[lens];
  return [
    `${mappings.length} ${mappings.length === 1 ? 'mapping' : 'mappings'}, `,
    span(bytes === undefined ? 'not in the capture' : formatBytes(bytes, units), 'strong'),
    ` ${LENS_TITLES[lens]}`,
    span('   l ', 'accent'),
    span(`lens ${LENS_TITLES[lens]}`, 'dim'),
    span('   g ', 'accent'),
    span(`group ${map.grouping}`, 'dim'),
    span('   s ', 'accent'),
    span(`sort by ${map.sort === 'lens' ? LENS_TITLES[lens] : 'address'}`, 'dim'),
    ...(count < 2
      ? []
      : [
          span('   [ ] ', 'accent'),
          span(`${count} maps`, 'dim'),
          span('   d ', 'accent'),
          span('compare', 'dim'),
        ]),
  ];
}

function aboutRow(
  row: MapRow,
  { sources }: Reading,
  choice: MapChoice,
  contents: ReadonlyMap<RoledMapping, readonly Content[]>,
): About {
  if (row.kind === 'section') {
    const { section } = row;
    return {
      topic: topicOf(section.mappings[0]!),
      evidence: `the sum of ${section.mappings.length} mappings: ${section.name}`,
      place: undefined,
      open: { type: 'toggle', screen: 'map', name: section.name },
    };
  }
  const content = contents.get(row.one)?.[0];
  const { line } = row.one.mapping;
  const [file, at] =
    choice.kind === 'captured' ? [choice.file, line] : [sources.log, content?.line ?? line];
  return {
    topic: topicOf(row.one),
    evidence: `${reasonOf(row.one, choice)} (line ${line})`,
    place: file === undefined ? undefined : { file, line: at },
    container: content?.container,
  };
}

/** What there is no room for in the row. */
function footLines(
  row: MapRow,
  { total }: MemoryGroups,
  reason: string,
  { addresses }: State,
): Line[] {
  if (row.kind === 'section') return [];
  const { mapping } = row.one;
  const { start, size, resident } = mapping;
  const parts = [
    `${addressText(start, addresses)} to ${addressText(start + size, addresses)}: ${pagesOf(size)} pages`,
    ...(resident === undefined
      ? []
      : [
          `${pagesOf(resident)} in RAM (${percent(resident, size)} of it`,
          `${percent(resident, total.resident ?? 0)} of RSS)`,
        ]),
  ];
  return [
    [span(parts.join(', '), 'plain')],
    [span(`line ${mapping.line}: ${escapeText(reason)}`, 'dim')],
  ];
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;

import type { MapChoice, MapContent } from '../../../app/story-maps.ts';
import { formatAddress } from '../../../model/address.ts';
import { pagesOf } from '../../../model/bytes.ts';
import type { MappingResult, ProcessResult } from '../../../results/map/schema.ts';
import { TOPICS } from '../../../results/topics.ts';
import { capacityWords, containerWords } from '../../../views/growth-words.ts';
import { fitColumns } from '../../../views/text/columns.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { tableHead } from '../../parts/table.ts';
import { settled } from '../../parts/viewport.ts';
import { type About, type Area, listOf, type Screen, type Shown } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import { LENS_FIELDS, LENSES, type Lens, type State } from '../../state.ts';
import { choiceName, reasonOf, shownChoice } from './map-choices.ts';
import { differenceShown } from './map-difference.ts';
import { addressText, lensTitle, mapColumns, mapLine, sizesOf } from './map-lines.ts';
import { indexInMap, type MapRow, mapRows } from './map-rows.ts';
import { foundInGroups } from './map-search.ts';
import { stripLines } from './map-strip.ts';

export const mapScreen: Screen = {
  id: 'map',
  title: 'Map',
  missing: (reading) =>
    reading === undefined || reading.maps.choices.length === 0
      ? 'no memory map was read. Record one: cp /proc/PID/smaps smaps.txt, or pmap -x PID > pmap.txt'
      : undefined,
  show(reading, state, area) {
    const { choices } = reading!.maps;
    const map = shownChoice(reading!, state);
    const { marked } = state.map;
    const shown =
      marked !== undefined && choices[marked] !== undefined && marked !== map
        ? differenceShown(reading!, marked, map, state, area)
        : oneShown(reading!, map, state, area);
    return { ...shown, maps: choices.length, map };
  },
};

/** One map as a list, with the address space above it. */
function oneShown(reading: Reading, index: number, state: State, { columns }: Area): Shown {
  const choice = reading.maps.choices[index]!;
  const map = reading.maps.processAt(index);
  const { grouping, sort, open } = state.map;
  const lenses = LENSES.filter((key) => map.total[LENS_FIELDS[key]] !== null);
  const lens = lenses.includes(state.map.lens) ? state.map.lens : 'size';
  const field = LENS_FIELDS[lens];
  const rows = mapRows(map, grouping, sort, lens, open);
  const { selected } = settled(state.cursors.map, rows.length, 1);
  const contents = reading.maps.contentsAt(index);
  const last = Number(map.mappings.at(-1)?.start ?? 0);
  const specs = mapColumns(lens, lenses, last, state.addresses);
  const layout = fitColumns(specs, columns);
  const most = Math.max(1, ...rows.slice(0, 1).map((row) => sizesOf(row)[field] ?? 0));
  const isPartOfAll = sort === 'address' && grouping === 'none';
  const scale = {
    lens,
    lenses,
    whole: isPartOfAll ? (map.total[field] ?? 1) : most,
    contents: (one: MappingResult) => contentWords(contents.get(indexInMap(map, one)), reading),
  };
  const contentsOf = (row: MapRow) =>
    row.kind === 'mapping' ? contents.get(indexInMap(map, row.one)) : undefined;
  const line = (row: MapRow) => mapLine(row, layout, scale, state);
  const chosen = rows[selected];
  const reason = (row: MapRow) => {
    const inside = row.kind === 'mapping' ? scale.contents(row.one) : undefined;
    if (inside !== undefined) return `in it ${inside}; c shows how it comes to its pages`;
    return row.kind === 'mapping' ? reasonOf(row.one, choice) : '';
  };
  const count = reading.maps.choices.length;
  return {
    crumbs: [
      ...(count === 1 && choice.kind === 'captured'
        ? []
        : [`${state.map.marked === undefined ? '' : 'A: '}${choiceName(choice)}`]),
      ...(grouping === 'none' ? [] : [`by ${grouping}`]),
    ],
    head: [
      settingsLine(map, lens, state, count),
      ...stripLines(map, lens, columns, chosen),
      tableHead(layout, specs),
    ],
    list: listOf(
      rows,
      line,
      (row) => aboutRow(row, lens, reading, choice, contentsOf(row)?.[0]),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot: chosen === undefined ? [] : footLines(chosen, map, reason(chosen), state),
    lenses,
    ...(chosen !== undefined &&
      grouping !== 'none' && {
        find: foundInGroups(map, lens, state, chosen, (row) => lineText(line(row))),
      }),
  };
}

/** The containers in a mapping, in a few words. */
function contentWords(
  contents: readonly MapContent[] | undefined,
  { story }: Reading,
): string | undefined {
  if (contents === undefined) return undefined;
  const [first, ...others] = contents;
  const { grown } = story.containers[first!.container]!;
  const capacities = capacityWords(grown);
  const words = escapeText(containerWords(grown)) + (capacities ? `, ${capacities}` : '');
  return others.length === 0 ? words : `${words}, and ${others.length} more`;
}

function settingsLine(
  { total }: ProcessResult,
  lens: Lens,
  { map, units }: State,
  count: number,
): Line {
  const bytes = total[LENS_FIELDS[lens]];
  return [
    `${total.mappings} ${total.mappings === 1 ? 'mapping' : 'mappings'}, `,
    span(bytes === null ? 'not in the capture' : formatBytes(bytes, units), 'strong'),
    ` ${lensTitle(lens)}`,
    span('   l ', 'accent'),
    span(`lens ${lensTitle(lens)}`, 'dim'),
    span('   g ', 'accent'),
    span(`group ${map.grouping}`, 'dim'),
    span('   s ', 'accent'),
    span(`sort by ${map.sort === 'lens' ? lensTitle(lens) : 'address'}`, 'dim'),
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

/** What is known of a row; of its sizes where there is nothing else to explain. */
function aboutRow(
  row: MapRow,
  lens: Lens,
  { sources }: Reading,
  choice: MapChoice,
  content: MapContent | undefined,
): About {
  if (row.kind === 'section') {
    const { section } = row;
    return {
      topic: section.topic ?? TOPICS[LENS_FIELDS[lens]],
      evidence: `the sum of ${section.mappings.length} mappings: ${section.name}`,
      place: undefined,
      open: { type: 'toggle', screen: 'map', name: section.name },
    };
  }
  const { line, topic } = row.one;
  const [file, at] =
    choice.kind === 'captured' ? [choice.file, line] : [sources.log, content?.line ?? line];
  return {
    topic: topic ?? TOPICS[LENS_FIELDS[lens]],
    evidence: `${reasonOf(row.one, choice)} (line ${line})`,
    place: file === undefined ? undefined : { file, line: at },
    container: content?.container,
  };
}

/** What there is no room for in the row. */
function footLines(
  row: MapRow,
  { total }: ProcessResult,
  reason: string,
  { addresses }: State,
): Line[] {
  if (row.kind === 'section') return [];
  const { start, sizeBytes, residentBytes, line } = row.one;
  const end = formatAddress(Number(start) + sizeBytes);
  const parts = [
    `${addressText(start, addresses)} to ${addressText(end, addresses)}: ${pagesOf(sizeBytes)} pages`,
    ...(residentBytes === null
      ? []
      : [
          `${pagesOf(residentBytes)} in RAM (${percent(residentBytes, sizeBytes)} of it`,
          `${percent(residentBytes, total.residentBytes ?? 0)} of RSS)`,
        ]),
  ];
  return [[span(parts.join(', '), 'plain')], [span(`line ${line}: ${escapeText(reason)}`, 'dim')]];
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;

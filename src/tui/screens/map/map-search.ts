import type { ProcessResult } from '../../../results/map/schema.ts';
import type { Intent } from '../../intents.ts';
import { foundIndex } from '../../search.ts';
import type { Lens, State } from '../../state.ts';
import { type MapRow, mapRows } from './map-rows.ts';

const isSame = (a: MapRow, b: MapRow): boolean =>
  a.kind === 'mapping'
    ? b.kind === 'mapping' && a.one === b.one
    : b.kind === 'section' && a.section.name === b.section.name;

/** The next row with a text, also in groups that are closed: theirs is opened. */
export function foundInGroups(
  map: ProcessResult,
  lens: Lens,
  { map: { grouping, sort, open } }: State,
  chosen: MapRow,
  text: (row: MapRow) => string,
): (search: string, by: 1 | -1, fromHere: boolean) => Intent | undefined {
  const rowsWith = (names: readonly string[]) => mapRows(map, grouping, sort, lens, names);
  return (search, by, fromHere) => {
    const sections = rowsWith([]).flatMap((row) =>
      row.kind === 'section' ? row.section.name : [],
    );
    const all = rowsWith(sections);
    const from = all.findIndex((row) => isSame(row, chosen));
    const list = { count: all.length, text: (index: number) => text(all[index]!) };
    const at = foundIndex(list, search, from, by, fromHere);
    if (at === undefined) return undefined;
    const group = all.findLast((row, i) => i <= at && row.kind === 'section');
    const isInside = all[at]!.kind === 'mapping' && group?.kind === 'section';
    const names = isInside ? [...new Set([...open, group.section.name])] : open;
    const index = rowsWith(names).findIndex((row) => isSame(row, all[at]!));
    return { type: 'reveal', open: names, index };
  };
}

import type { Footprint } from '../../model/memory-map.ts';
import type { TopicId } from '../../model/topic.ts';
import { bytes, type Cell, type Column, right } from '../report.ts';

/** The columns that a capture can have, in the order in which they stand. */
const COLUMNS = [
  ['size', 'size', 'overcommit'],
  ['resident', 'resident', 'rss-and-pss'],
  ['pss', 'PSS', 'rss-and-pss'],
  ['uss', 'USS', 'rss-and-pss'],
  ['dirty', 'dirty', 'dirty-pages'],
  ['swap', 'swap', 'rss-and-pss'],
] as const satisfies readonly (readonly [keyof Footprint, string, TopicId])[];

export type ShownColumn = (typeof COLUMNS)[number];

/** Columns in which any part has a value; swap only where something is in it. */
export function knownColumns(parts: readonly Footprint[]): readonly ShownColumn[] {
  return COLUMNS.filter(([key]) =>
    parts.some((part) => (key === 'swap' ? part.swap : part[key] !== undefined)),
  );
}

/** A list of mappings has addresses and names to show as well: the columns of pmap -x are enough. */
export function mappingColumns(known: readonly ShownColumn[]): readonly ShownColumn[] {
  const hasDirty = known.some(([key]) => key === 'dirty');
  return known.filter(([key]) => key !== 'uss' && !(hasDirty && key === 'pss'));
}

export const columnTitles = (columns: readonly ShownColumn[]): Column[] =>
  columns.map(([, title, topic]) => right(title, topic));

export function sizeCells(footprint: Footprint, columns: readonly ShownColumn[]): Cell[] {
  return columns.map(([key]) => {
    const value = footprint[key];
    return value === undefined ? '–' : bytes(value);
  });
}

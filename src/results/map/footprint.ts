import type { Footprint } from '../../model/memory-map.ts';
import type { ChangeResult, FootprintResult, GroupResult, SizeColumn } from './schema.ts';

export const footprintResult = (of: Footprint): FootprintResult => ({
  sizeBytes: of.size,
  residentBytes: of.resident ?? null,
  dirtyBytes: of.dirty ?? null,
  pssBytes: of.pss ?? null,
  ussBytes: of.uss ?? null,
  swapBytes: of.swap ?? null,
  anonymousBytes: of.anonymous ?? null,
  hugePageBytes: of.hugePages ?? null,
  lazyFreeBytes: of.lazyFree ?? null,
});

/** The columns of a table of footprints, by the fields that they show, in their order. */
const COLUMNS = [
  ['sizeBytes', 'size'],
  ['residentBytes', 'resident'],
  ['pssBytes', 'pss'],
  ['ussBytes', 'uss'],
  ['dirtyBytes', 'dirty'],
  ['swapBytes', 'swap'],
] as const satisfies readonly (readonly [SizeColumn, keyof Footprint])[];

/** Columns in which any part has a value; swap only where something is in it. */
export function knownColumns(parts: readonly Footprint[]): SizeColumn[] {
  const isKnown = (key: keyof Footprint) =>
    parts.some((part) => (key === 'swap' ? part.swap : part[key] !== undefined));
  return COLUMNS.filter(([, key]) => isKnown(key)).map(([column]) => column);
}

type Sizes = Pick<FootprintResult, SizeColumn>;

/** What a list does not show, in one row; a column is unknown as soon as one part is. */
export function sumOfSizes(parts: readonly Sizes[]): Sizes {
  const sum = (column: SizeColumn): number | null =>
    parts.reduce<number | null>((total, part) => {
      const value = part[column];
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    sizeBytes: parts.reduce((total, part) => total + part.sizeBytes, 0),
    residentBytes: sum('residentBytes'),
    pssBytes: sum('pssBytes'),
    ussBytes: sum('ussBytes'),
    dirtyBytes: sum('dirtyBytes'),
    swapBytes: sum('swapBytes'),
  };
}

export const sumOfChanges = (parts: readonly Pick<ChangeResult, 'sizeBytes'>[]): number =>
  parts.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

type Group = Sizes & Pick<GroupResult, 'mappings' | 'basis'>;

/** The same of groups. */
export const sumOfGroups = (parts: readonly Group[]): Group => ({
  ...sumOfSizes(parts),
  mappings: parts.reduce((total, part) => total + part.mappings, 0),
  basis: parts.some(({ basis }) => basis === 'inferred') ? 'inferred' : 'measured',
});

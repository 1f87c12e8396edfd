import type { FootprintResult, ProcessResult, SizeColumn } from '../../results/map/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, type Cell, type Column, right } from '../report.ts';

/** What the sizes of a memory map are called. */
export const SIZE_TITLES: Readonly<Record<SizeColumn, string>> = {
  sizeBytes: 'size',
  residentBytes: 'resident',
  pssBytes: 'PSS',
  ussBytes: 'USS',
  dirtyBytes: 'dirty',
  swapBytes: 'swap',
};

/** A list of mappings has addresses and names to show as well: the columns of pmap -x are enough. */
export function mappingColumns({ columns }: Pick<ProcessResult, 'columns'>): SizeColumn[] {
  const hasDirty = columns.includes('dirtyBytes');
  return columns.filter((key) => key !== 'ussBytes' && !(hasDirty && key === 'pssBytes'));
}

export const columnTitles = (columns: readonly SizeColumn[]): Column[] =>
  columns.map((key) => right(SIZE_TITLES[key], TOPICS[key]));

export const sizeCells = (
  sizes: Pick<FootprintResult, SizeColumn>,
  columns: readonly SizeColumn[],
): Cell[] =>
  columns.map((key) => {
    const value = sizes[key];
    return value === null ? '–' : bytes(value);
  });

import { VMA } from '../../knowledge/vma-flags.ts';
import type { AddressRange } from '../../model/range.ts';
import { isOneMapping, type Region, type RegionKind } from './region.ts';

/** A row as /proc/PID/maps would have it. */
export interface MappedRow extends AddressRange {
  readonly kind: RegionKind;
  readonly protection: number;
  readonly shared: boolean;
  /** In the file; 0 for private anonymous memory. */
  readonly offset: number;
  readonly path: string | undefined;
}

/**
 * Regions as the kernel shows them: it knows no histories, and holds neighbours of one nature as
 * one mapping.
 */
export function mappedRows(regions: readonly Region[]): MappedRow[] {
  const rows: MappedRow[] = [];
  let begin = 0;
  for (let i = 1; i <= regions.length; i++) {
    if (i < regions.length && isOneMapping(regions[i - 1]!, regions[i]!)) continue;
    rows.push(rowOf(regions.slice(begin, i)));
    begin = i;
  }
  return rows;
}

function rowOf(regions: readonly Region[]): MappedRow {
  const first = regions[0]!;
  const isFile = first.kind === 'file' || first.kind === 'shared';
  return {
    start: first.start,
    end: regions.at(-1)!.end,
    kind: regions.some(({ kind }) => kind === 'heap') ? 'heap' : first.kind,
    protection: first.protection,
    shared: (first.flags & VMA.SHARED) !== 0,
    offset: isFile ? first.offset : 0,
    path: first.path,
  };
}

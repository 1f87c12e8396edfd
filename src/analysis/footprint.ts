import type { Footprint } from '../model/memory-map.ts';

/** Sums a column; unknown as soon as one part is unknown, because a partial sum would be a lie. */
function sumColumn(parts: readonly Footprint[], column: 'resident' | 'dirty'): number | undefined {
  let total = 0;
  for (const part of parts) {
    const value = part[column];
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}

export function sumFootprints(parts: readonly Footprint[]): Footprint {
  return {
    size: parts.reduce((total, part) => total + part.size, 0),
    resident: sumColumn(parts, 'resident'),
    dirty: sumColumn(parts, 'dirty'),
  };
}

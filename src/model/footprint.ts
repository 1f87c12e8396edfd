import { type Footprint, type FootprintColumn, UNKNOWN_FOOTPRINT } from './memory-map.ts';

export const FOOTPRINT_COLUMNS = Object.keys(UNKNOWN_FOOTPRINT) as readonly FootprintColumn[];

/** Sums columns; one is unknown as soon as one part is, because a partial sum would be a lie. */
export function sumFootprints(parts: readonly Footprint[]): Footprint {
  const sum: { size: number } & Record<FootprintColumn, number | undefined> = {
    size: 0,
    resident: 0,
    dirty: 0,
    pss: 0,
    uss: 0,
    swap: 0,
    anonymous: 0,
    hugePages: 0,
    lazyFree: 0,
  };
  for (const part of parts) {
    sum.size += part.size;
    for (const column of FOOTPRINT_COLUMNS) {
      const [total, value] = [sum[column], part[column]];
      sum[column] = total === undefined || value === undefined ? undefined : total + value;
    }
  }
  return sum;
}

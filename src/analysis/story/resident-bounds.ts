import type { Bytes } from '../../model/bytes.ts';
import type { Mapping } from '../../model/memory-map.ts';

/** How much of a part of a row is in RAM, by what is in RAM of the whole row. */
export interface ResidentBounds {
  readonly least: Bytes;
  readonly most: Bytes;
}

/**
 * At least what does not fit into the rest of the row, at most the part itself.
 *
 * @returns undefined where the map has no resident sizes.
 */
export function residentBounds(
  part: Bytes,
  { size, resident }: Mapping,
): ResidentBounds | undefined {
  if (resident === undefined) return undefined;
  return { least: Math.max(0, resident - (size - part)), most: Math.min(part, resident) };
}

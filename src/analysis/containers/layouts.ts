/**
 * What a container's own words look like, seen from the one that points to its block: words before and
 * behind it that can be a length and a capacity. The order of a Rust container's words is the compiler's
 * choice, one for a whole program (rustc gives none for `repr(Rust)`); so it is learned from the image.
 */

/** Words are counted from the pointer. */
export interface CountedLayout {
  readonly name: string;
  readonly capacity: number;
  readonly length: number;
}

/** All orders of pointer, length and capacity in three words. */
export const COUNTED_LAYOUTS: readonly CountedLayout[] = [
  { name: 'capacity, pointer, length', capacity: -1, length: 1 },
  { name: 'length, pointer, capacity', capacity: 1, length: -1 },
  { name: 'pointer, capacity, length', capacity: 1, length: 2 },
  { name: 'pointer, length, capacity', capacity: 2, length: 1 },
  { name: 'capacity, length, pointer', capacity: -2, length: -1 },
  { name: 'length, capacity, pointer', capacity: -1, length: -2 },
];

/** That of rustc today (1.95; the order is no promise). */
export const RUST_ORDER = COUNTED_LAYOUTS[0]!;

/** How much larger than what was asked for a block is, at most: malloc rounds up to 16 bytes. */
const ROUNDING = 15;
/** Of a block with a mapping of its own: whole pages. */
const PAGE_ROUNDING = 4095;
/** The smallest block is usable to 24 bytes, whatever was asked for. */
const SMALLEST_USABLE = 24;

/** The element sizes with which a capacity explains a block. */
export interface SizeInterval {
  readonly least: number;
  readonly most: number;
}

/** @returns undefined where none does. */
export function elementSizes(capacity: number, usable: number): SizeInterval | undefined {
  const least = leastSize(capacity, usable);
  const most = Math.floor(usable / capacity);
  return least <= most ? { least, most } : undefined;
}

const leastSize = (capacity: number, usable: number): number =>
  Math.max(1, Math.ceil((usable - roundingOf(usable)) / capacity));

const roundingOf = (usable: number): number => {
  if (usable <= SMALLEST_USABLE) return usable - 1;
  // A chunk of a heap lends its neighbour's first word to the block, one with its own mapping has none.
  return usable % 16 === 0 ? PAGE_ROUNDING : ROUNDING;
};

/** Whether a capacity and a length can be those of a block. */
export function fits(capacity: number, length: number, usable: number): boolean {
  if (capacity < 1 || capacity > usable || length < 0 || length > capacity) return false;
  return leastSize(capacity, usable) * capacity <= usable;
}

/** Whether so many bytes were asked for, as far as a block's size tells. */
export function fitsBytes(requested: number, usable: number): boolean {
  return requested <= usable && requested >= usable - roundingOf(usable);
}

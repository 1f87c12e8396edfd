import type { Address } from './address.ts';

/** A half-open stretch of address space: `start` belongs to it, `end` does not. */
export interface AddressRange {
  readonly start: Address;
  readonly end: Address;
}

/** The common part of two ranges, or undefined where they only touch or lie apart. */
export function intersection(a: AddressRange, b: AddressRange): AddressRange | undefined {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : undefined;
}

/** What is left of `a` when `b` is cut out of it: none, one or two ranges, in address order. */
export function without(a: AddressRange, b: AddressRange): AddressRange[] {
  if (!intersection(a, b)) return [a];
  const rest: AddressRange[] = [];
  if (a.start < b.start) rest.push({ start: a.start, end: b.start });
  if (b.end < a.end) rest.push({ start: b.end, end: a.end });
  return rest;
}

/** What of a range no part of it covers; the parts lie in it, by address, apart. */
export function gaps(range: AddressRange, parts: readonly AddressRange[]): AddressRange[] {
  const found: AddressRange[] = [];
  let start = range.start;
  for (const part of parts) {
    if (part.start > start) found.push({ start, end: part.start });
    start = part.end;
  }
  if (start < range.end) found.push({ start, end: range.end });
  return found;
}

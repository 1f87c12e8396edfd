/**
 * The first index of a sorted list at which something holds, and behind which it holds everywhere; the
 * list's length where it never does.
 */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    // No shift: a length may be in bytes.
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first `count` of a ranked list, and what comes after them: shown as a sum, never cut off. */
export function splitTop<T>(
  ranked: readonly T[],
  count: number,
): { readonly shown: readonly T[]; readonly rest: readonly T[] } {
  // A rest of one takes the same line as its sum would.
  const cut = ranked.length === count + 1 ? count + 1 : count;
  return { shown: ranked.slice(0, cut), rest: ranked.slice(cut) };
}

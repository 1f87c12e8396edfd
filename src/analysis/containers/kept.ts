/** Those of some blocks that are wanted: the list itself where all are, as there may be millions. */
export function kept(all: Uint32Array, wanted: (block: number) => boolean): Uint32Array {
  let length = 0;
  for (const block of all) if (wanted(block)) length++;
  if (length === all.length) return all;
  const found = new Uint32Array(length);
  let next = 0;
  for (const block of all) if (wanted(block)) found[next++] = block;
  return found;
}

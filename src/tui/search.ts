import type { List } from './screen.ts';

/** The row with a text, without regard to case, from a row onwards and around the end. */
export function foundIndex(
  list: Pick<List, 'count' | 'text'>,
  search: string,
  from: number,
  by: 1 | -1,
  fromHere: boolean,
): number | undefined {
  const wanted = search.toLowerCase();
  const { count } = list;
  if (count === 0) return undefined;
  for (let step = fromHere ? 0 : 1; step <= count; step++) {
    const index = (((from + by * step) % count) + count) % count;
    if (list.text(index).toLowerCase().includes(wanted)) return index;
  }
  return undefined;
}

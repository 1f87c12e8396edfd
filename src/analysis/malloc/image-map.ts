import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { LINUX, type Mapping, type MemoryMap, UNKNOWN_FOOTPRINT } from '../../model/memory-map.ts';
import type { ImageRow, ProcessImage } from '../../model/process-image.ts';
import { PageContents, windows } from './page-windows.ts';

export interface ImageIdentity {
  readonly pid: number | undefined;
  readonly command: string | undefined;
  readonly executable: string | undefined;
}

/**
 * The memory map of an image. In RAM is what holds something; of files nothing is known, because a core
 * has pages of them that were not in RAM, and lacks others that were.
 *
 * @param looked pages that somebody has looked at.
 */
export function imageMap(
  image: ProcessImage,
  { pid, command, executable }: ImageIdentity,
  looked: readonly PageContents[] = [],
): MemoryMap {
  // The kernel writes no row that was never written to, where it writes such rows at all (vma_dump_size).
  const hasAnonymous = image.rows.some((row) => row.dumped > 0 && isMemory(row));
  const known = looked.toSorted((a, b) => a.start - b.start);
  let first = 0;
  const knownFrom = (start: Address) => {
    while (first < known.length && known[first]!.end <= start) first++;
    return { known, first };
  };
  const mappings = image.rows.map((row, i): Mapping => {
    const { start, end, permissions, offset, backing } = row;
    const isUnwritten = row.dumped === 0 && hasAnonymous;
    const isWhole = row.known === end - start || isUnwritten;
    return {
      ...UNKNOWN_FOOTPRINT,
      start,
      size: end - start,
      permissions,
      offset,
      backing,
      resident: isMemory(row) && isWhole ? contentsOf(image, row, knownFrom(start)) : undefined,
      line: i + 1,
    };
  });
  return { pid, command, executable, system: LINUX, mappings, stated: undefined, account: [] };
}

const isMemory = ({ backing }: ImageRow): boolean => backing.kind !== 'file';

/** Bytes of pages of a row that hold something. @param known in the order of addresses. */
function contentsOf(
  image: ProcessImage,
  row: ImageRow,
  { known, first }: { readonly known: readonly PageContents[]; readonly first: number },
): Bytes {
  const end = row.start + row.known;
  let sum = 0;
  let at = row.start;
  for (let i = first; i < known.length && known[i]!.start < end; i++) {
    const pages = known[i]!;
    if (pages.end <= at) continue;
    if (pages.start > at) sum += newContents(image, at, pages.start);
    sum += pages.wholeWithin(at, Math.min(end, pages.end));
    at = Math.min(end, pages.end);
  }
  return at < end ? sum + newContents(image, at, end) : sum;
}

function newContents(image: ProcessImage, start: number, end: number): Bytes {
  const contents = new PageContents({ start, end }, image.pageBytes);
  for (const _ of windows(image, { start, end }, contents));
  return contents.total;
}

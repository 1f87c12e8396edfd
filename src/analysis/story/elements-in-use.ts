import type { Bytes } from '../../model/bytes.ts';
import type { Mapping } from '../../model/memory-map.ts';
import type { GrownContainer } from '../growth/from-log/findings.ts';

/** How many elements a container holds, by the pages of it that were touched. */
export type ElementsInUse =
  | { readonly least: number; readonly most: number; readonly because: string }
  | { readonly refused: string };

/**
 * The elements that fill the touched pages of a block: more than all but the last page hold, and at
 * most what all hold. Only where nothing else touches pages, or takes them away.
 *
 * @param row the mapping of the block alone.
 * @param capture where the row was read.
 */
export function elementsInUse(
  { estimate, allocator, element }: GrownContainer,
  row: Mapping,
  capture: string,
  pageBytes: Bytes,
): ElementsInUse {
  const size = element?.size.value;
  if (size === undefined) return { refused: 'the element size is not known' };
  if (row.resident === undefined) return { refused: 'the map has no resident sizes' };
  if (estimate.rule !== 'double' && estimate.rule !== 'python-list') {
    return { refused: 'its elements do not fill it from the start' };
  }
  const header = allocator.mappedHeader;
  if (header === undefined) return { refused: `${allocator.name} touches other pages of a block` };
  if (row.swap) return { refused: 'a part of it is swapped out' };
  if (row.hugePages) return { refused: 'it lies in huge pages, of which one byte takes 2 MiB' };
  if (row.lazyFree) return { refused: 'a part of it was given up (MADV_FREE)' };
  const touched = row.resident - header;
  if (touched <= 0) return { refused: 'no page of it was touched' };
  return {
    least: Math.max(0, Math.floor((touched - pageBytes) / size) + 1),
    most: Math.floor(touched / size),
    because: `${row.resident / pageBytes} of its pages are resident (${capture}:${row.line})`,
  };
}

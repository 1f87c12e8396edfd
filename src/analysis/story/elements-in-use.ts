import type { ContainerKind } from '../../knowledge/containers.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Mapping } from '../../model/memory-map.ts';
import type { GrownContainer } from '../growth/from-log/grown-container.ts';

/** What a container holds, by the pages of it that were touched. */
export type ElementsInUse =
  | {
      readonly bytes: Bounds;
      /** Undefined where the element size is not known well enough. */
      readonly elements: Bounds | undefined;
      readonly because: string;
    }
  | { readonly refused: string };

/** From `least` to `most`. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Rows from here on can hold a page of 2 MiB, of which a map without a column for them says nothing. */
const HUGE_PAGE_ROW = 2 << 20;

/** A container and the row of a map that is its mapping alone. */
export interface OwnRow {
  readonly grown: GrownContainer;
  /** Which of its blocks the row has. */
  readonly at: number;
  readonly row: Mapping;
  /** Where the row was read. */
  readonly capture: string;
  readonly pageBytes: Bytes;
  /** What a recording's names call the container; undefined without one. */
  readonly kind: ContainerKind | undefined;
}

/**
 * The bytes of elements that fill the touched pages of a block: more than all but the last page hold,
 * and at most what all hold, if none was taken out again. Only where nothing else touches pages, or
 * takes them away.
 */
export function elementsInUse(own: OwnRow): ElementsInUse {
  const { grown, at, row, capture, pageBytes, kind } = own;
  const { estimate, allocator, element, blocks } = grown;
  const block = blocks[at]?.requested;
  if (block === undefined) return { refused: 'no rule explains its block' };
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
  const most = Math.min(touched, block);
  // A ring writes to all of its block, and a huge page is there as a whole.
  const isRing = kind === undefined ? touched + pageBytes > block : kind === 'rust-vec-deque';
  const mayBeLess = isRing || (row.hugePages === undefined && row.size >= HUGE_PAGE_ROW);
  const least = mayBeLess ? 0 : Math.max(0, Math.min(touched - pageBytes + 1, block));
  const size = element?.certainty === 'guess' ? undefined : element?.size.value;
  return {
    bytes: { least, most },
    elements:
      size === undefined
        ? undefined
        : { least: Math.ceil(least / size), most: Math.floor(most / size) },
    because: `${row.resident / pageBytes} of its pages are resident (${capture}:${row.line})`,
  };
}

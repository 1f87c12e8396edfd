import { CHUNK_HEADER, CHUNK_OVERHEAD } from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import type { AddressRange } from '../../../model/range.ts';
import { PageContents, windows } from '../page-windows.ts';
import { type ChunkVisitor, ChunkWalk, type HeapSegment } from './chunk-walk.ts';

/** Collects blocks in use, by address. */
class Collector implements ChunkVisitor {
  starts: Float64Array = new Float64Array(1 << 16);
  usable: Float64Array = new Float64Array(1 << 16);
  count = 0;
  readonly #isFree: (chunk: Address) => boolean;

  constructor(isFree: (chunk: Address) => boolean) {
    this.#isFree = isFree;
  }

  chunk(address: Address, size: Bytes, isInUse: boolean): void {
    if (!isInUse || this.#isFree(address)) return;
    this.add(address + CHUNK_HEADER, size - CHUNK_OVERHEAD);
  }

  add(start: Address, usable: Bytes): void {
    if (this.count === this.starts.length) {
      this.starts = larger(this.starts);
      this.usable = larger(this.usable);
    }
    this.starts[this.count] = start;
    this.usable[this.count] = usable;
    this.count++;
  }
}

function larger(values: Float64Array): Float64Array {
  const copy = new Float64Array(values.length * 2);
  copy.set(values);
  return copy;
}

/**
 * The blocks that the program has.
 *
 * @param mapped blocks with mappings of their own, headers included.
 * @param isFree whether a chunk that looks used waits in a list of free ones.
 */
export function liveBlocks(
  image: ProcessImage,
  segments: readonly HeapSegment[],
  mapped: readonly AddressRange[],
  isFree: (chunk: Address) => boolean,
) {
  const blocks = new Collector(isFree);
  const parts = [
    ...segments.map((segment) => ({ ...segment, segment })),
    ...mapped.map((one) => ({ ...one, segment: undefined })),
  ];
  for (const { start, end, segment } of parts.toSorted((a, b) => a.start - b.start)) {
    if (segment === undefined) {
      blocks.add(start + CHUNK_HEADER, end - start - CHUNK_HEADER);
      continue;
    }
    const walk = new ChunkWalk(segment, blocks);
    for (const window of windows(image, segment, new PageContents(segment, image.pageBytes))) {
      if (!walk.feed(window)) break;
    }
    walk.finish();
  }
  return blocks;
}

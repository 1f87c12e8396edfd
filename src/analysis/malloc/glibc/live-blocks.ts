import { CHUNK_HEADER, CHUNK_OVERHEAD } from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import type { AddressRange } from '../../../model/range.ts';
import { NumberColumn } from '../number-column.ts';
import { PageContents, windows } from '../page-windows.ts';
import { type ChunkVisitor, ChunkWalk, type HeapSegment } from './chunk-walk.ts';

/** Collects blocks in use, by address. */
class Collector implements ChunkVisitor {
  starts: Float64Array;
  usable: NumberColumn;
  count = 0;
  readonly #isFree: (chunk: Address) => boolean;

  constructor(expected: number, isFree: (chunk: Address) => boolean) {
    this.starts = new Float64Array(expected);
    this.usable = new NumberColumn(expected);
    this.#isFree = isFree;
  }

  chunk(address: Address, size: Bytes, isInUse: boolean): void {
    if (!isInUse || this.#isFree(address)) return;
    this.add(address + CHUNK_HEADER, size - CHUNK_OVERHEAD);
  }

  add(start: Address, usable: Bytes): void {
    // A process that goes on has made more meanwhile.
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.usable.set(this.count, usable);
    this.count++;
  }

  #grow(): void {
    const { starts, usable, count } = this;
    this.starts = new Float64Array(count + (count >> 3) + 1024);
    this.starts.set(starts);
    this.usable = new NumberColumn(this.starts.length);
    for (let block = 0; block < count; block++) this.usable.set(block, usable.get(block));
  }
}

/**
 * The blocks that the program has.
 *
 * @param mapped blocks with mappings of their own, headers included.
 * @param expected how many there are, as far as that is known.
 * @param isFree whether a chunk that looks used waits in a list of free ones.
 */
export function liveBlocks(
  image: ProcessImage,
  segments: readonly HeapSegment[],
  mapped: readonly AddressRange[],
  expected: number,
  isFree: (chunk: Address) => boolean,
) {
  const blocks = new Collector(expected, isFree);
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

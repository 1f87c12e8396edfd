import {
  CHUNK_ALIGNMENT,
  FAST_BINS,
  SMALLEST_CHUNK,
  THREAD_CACHES,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { LargeBlock } from '../../../model/heap-account.ts';
import { PageContents } from '../page-windows.ts';
import { SizeCounts } from '../size-counts.ts';
import type { ChunkVisitor } from './chunk-walk.ts';

/** A block of so many bytes is looked at on its own. */
const LARGE_BLOCK: Bytes = 64 * 1024;

/** As many large blocks, and thread caches, are remembered. */
const MOST_REMEMBERED = 65536;

/** Fast bins have no larger chunks. */
const LARGEST_FAST: Bytes = SMALLEST_CHUNK + (FAST_BINS - 1) * CHUNK_ALIGNMENT;

/** What a free chunk keeps in itself: size, links of its lists (struct malloc_chunk). malloc_trim leaves it. */
const FREE_CHUNK_HEAD: Bytes = 0x30;

/** A large block in use, and what of it was never used. */
export interface MeasuredBlock extends LargeBlock {
  /** Behind the last page that holds something. */
  readonly untouchedEnd: Bytes;
}

/** Counts the chunks of one arena. */
export class ArenaAccount implements ChunkVisitor {
  usedCount = 0;
  usedBytes: Bytes = 0;
  readonly used = new SizeCounts();
  freeCount = 0;
  freeBytes: Bytes = 0;
  readonly free = new SizeCounts();
  /** Of their bytes those in pages that hold something. */
  freeResident: Bytes = 0;
  /** Whole pages inside runs of free chunks that hold something: what malloc_trim gives back. */
  freeWholePages: Bytes = 0;
  readonly large: MeasuredBlock[] = [];
  /** Chunks of the size that thread caches have. */
  readonly cacheCandidates: Address[] = [];
  /** The pages of the segment that is walked. */
  contents = new PageContents({ start: 0, end: 0 }, 4096);
  /** Free chunks without one in use between them; malloc_trim joins those of fast bins with their neighbours. */
  #runStart: Address = 0;
  #runEnd: Address = 0;
  readonly #fast: ReadonlySet<Address>;

  /** @param fast chunks that wait in fast bins, and look used. */
  constructor(fast: ReadonlySet<Address>) {
    this.#fast = fast;
  }

  chunk(address: Address, size: Bytes, isInUse: boolean): void {
    if (!isInUse || (size <= LARGEST_FAST && this.#fast.has(address))) {
      if (this.#runEnd !== address) {
        this.#endRun();
        this.#runStart = address;
      }
      this.#runEnd = address + size;
    }
    if (!isInUse) {
      this.freeCount++;
      this.freeBytes += size;
      this.free.add(size);
      this.freeResident += this.contents.bytesWithin(address, address + size);
      return;
    }
    this.usedCount++;
    this.usedBytes += size;
    this.used.add(size);
    if (size >= LARGE_BLOCK) this.#keepLarge(address, size);
    else if (size === CACHE_SIZES[0] || size === CACHE_SIZES[1] || size === CACHE_SIZES[2]) {
      this.#keepCandidate(address);
    }
  }

  /**
   * Called behind the last chunk of a segment, or before its top.
   *
   * @returns where the top begins once free chunks before it are joined with it.
   */
  endSegment(top: Address | undefined): Address | undefined {
    if (top !== undefined && this.#runEnd === top) {
      this.#runEnd = 0;
      return this.#runStart;
    }
    this.#endRun();
    return top;
  }

  #endRun(): void {
    if (this.#runEnd - this.#runStart >= this.contents.pageBytes) {
      const start = this.#runStart + FREE_CHUNK_HEAD;
      this.freeWholePages += this.contents.wholeWithin(start, this.#runEnd);
    }
    this.#runEnd = 0;
  }

  #keepLarge(address: Address, size: Bytes): void {
    if (this.large.length === MOST_REMEMBERED) return;
    this.large.push({
      address,
      size,
      touched: this.contents.touchedBy(address, address + size),
      untouchedEnd: this.contents.untouchedEnd(address, address + size),
    });
  }

  #keepCandidate(address: Address): void {
    if (this.cacheCandidates.length < MOST_REMEMBERED) this.cacheCandidates.push(address);
  }
}

const CACHE_SIZES = THREAD_CACHES.map(({ chunkBytes }) => chunkBytes);

import {
  CHUNK_ALIGNMENT,
  FENCEPOST,
  IS_MMAPPED,
  NON_MAIN_ARENA,
  PREVIOUS_IN_USE,
  SMALLEST_CHUNK,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { AddressRange } from '../../../model/range.ts';
import type { Window } from '../page-windows.ts';

/** A stretch of chunks, one behind the other, without a gap. */
export interface HeapSegment extends AddressRange {
  /** Where the first chunk begins. */
  readonly firstChunk: Address;
  /** The chunk that the arena grows from, where it is this segment's last. */
  readonly top: Address | undefined;
  /** Whether that chunk's size says that it ends where the heap does. */
  readonly isTopWhole: boolean;
  readonly isMain: boolean;
}

/** Told of each chunk, in the order of addresses. */
export interface ChunkVisitor {
  /** @param isInUse as the next chunk has it: blocks in thread caches and fast bins look used as well. */
  chunk(address: Address, size: Bytes, isInUse: boolean): void;
}

/** Where a walk could not go on, and why. */
export interface OddChunk {
  readonly address: Address;
  readonly because: string;
}

/** How a walk ended. */
export interface WalkEnd {
  /** Bytes of the segment that no chunk accounts for. */
  readonly lost: Bytes;
  readonly odd: OddChunk | undefined;
  readonly topBytes: Bytes;
  /** Where the heap was left to somebody else who called brk; it goes on behind what he took. */
  readonly fence: Address | undefined;
}

const FLAGS = 7;

/** Follows the chunks of one segment through windows of its contents. It trusts no size. */
export class ChunkWalk {
  readonly #segment: HeapSegment;
  readonly #visitor: ChunkVisitor;
  #next: Address;
  /** The chunk before, whose state the next one tells. */
  #previous: Address = 0;
  #previousSize: Bytes = 0;
  /** A free chunk whose size stands otherwise behind it; the walk can go on. */
  #mismatch: OddChunk | undefined;
  #end: WalkEnd | undefined;

  constructor(segment: HeapSegment, visitor: ChunkVisitor) {
    this.#segment = segment;
    this.#visitor = visitor;
    this.#next = segment.firstChunk;
  }

  /** @returns whether the segment goes on behind the window. */
  feed({ start, halves, bytes }: Window): boolean {
    const { top, end: segmentEnd, isMain } = this.#segment;
    // A header that is cut is none.
    const end = start + bytes - (bytes % CHUNK_ALIGNMENT);
    while (this.#end === undefined && this.#next < end) {
      const address = this.#next;
      const at = (address - start) / 4;
      const low = halves[at + 2]!;
      const size = halves[at + 3]! * 2 ** 32 + low - (low & FLAGS);
      if (this.#previousSize > 0) {
        const isInUse = (low & PREVIOUS_IN_USE) !== 0;
        this.#visitor.chunk(this.#previous, this.#previousSize, isInUse);
        const said = isInUse ? this.#previousSize : halves[at + 1]! * 2 ** 32 + halves[at]!;
        if (said !== this.#previousSize) {
          this.#mismatch ??= { address: this.#previous, because: OTHER_SIZE };
        }
        this.#previousSize = 0;
      }
      if (address === top) {
        // Its size was looked at when the heap's end was: of a process that goes on it is another by now.
        const isWhole = this.#segment.isTopWhole;
        this.#finish(
          isWhole ? undefined : 'the top chunk ends elsewhere',
          isWhole ? segmentEnd - address : 0,
        );
      } else if (size <= FENCEPOST && top === undefined) {
        this.#finish(segmentEnd - address <= 4 * FENCEPOST ? undefined : TOO_SMALL, 0);
      } else if (size === FENCEPOST && isMain) {
        this.#end = { odd: this.#mismatch, topBytes: 0, lost: 0, fence: address };
      } else if (size < SMALLEST_CHUNK) this.#finish(TOO_SMALL, 0);
      else if (size % CHUNK_ALIGNMENT !== 0) this.#finish('its size is no multiple of 16', 0);
      else if (address + size > segmentEnd) this.#finish('it ends behind its heap', 0);
      else if (low & IS_MMAPPED || (isMain && low & NON_MAIN_ARENA)) {
        this.#finish('its flags are those of another heap', 0);
      } else {
        this.#previous = address;
        this.#previousSize = size;
        this.#next = address + size;
      }
    }
    return this.#end === undefined;
  }

  /** Called behind the last window. */
  finish(): WalkEnd {
    if (this.#end === undefined) {
      const isWhole = this.#next >= this.#segment.end && this.#segment.top === undefined;
      this.#finish(isWhole ? undefined : 'what follows was not dumped', 0);
    }
    return this.#end!;
  }

  #finish(because: string | undefined, topBytes: Bytes): void {
    const odd = because === undefined ? undefined : { address: this.#next, because };
    const lost = odd ? this.#segment.end - this.#next : 0;
    this.#end = { odd: odd ?? this.#mismatch, topBytes, lost, fence: undefined };
  }
}

const OTHER_SIZE = 'it is free, and the chunk behind it says another size';
const TOO_SMALL = 'it is smaller than any chunk';

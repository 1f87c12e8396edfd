/**
 * Blocks that are free and look used: those in thread caches and in fast bins, which malloc gives out again
 * without a look at their neighbours.
 */
import {
  CHUNK_HEADER,
  MASK_SHIFT,
  SMALLEST_CHUNK,
  type ThreadCacheLayout,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ImageWords } from '../image-words.ts';
import type { OddChunk } from './chunk-walk.ts';
import { chunkSize } from './find-segments.ts';

const STEP: Bytes = 16;

/** Free blocks of a list. */
export interface ListedChunks {
  readonly size: Bytes;
  readonly count: number;
  readonly chunks: readonly Address[];
  /** Where the list does not go on as it should. */
  readonly odd: OddChunk | undefined;
}

/** Whether pointers in lists are mixed with their own address (since glibc 2.32). */
export type Masking = 'masked' | 'plain';

const unmasked = (word: number, at: Address, masking: Masking): number => {
  if (masking === 'plain') return word;
  // Exclusive or on 64 bits, by halves: doubles have no such operation.
  const key = Math.floor(at / 2 ** MASK_SHIFT);
  const low = (((word % 2 ** 32) >>> 0) ^ ((key % 2 ** 32) >>> 0)) >>> 0;
  const high = (Math.floor(word / 2 ** 32) ^ Math.floor(key / 2 ** 32)) >>> 0;
  return high * 2 ** 32 + low;
};

interface ListShape {
  /** Undefined in a list of blocks of any size, each larger than those that have lists of their own. */
  readonly size: Bytes | undefined;
  /** More than so many are a circle. */
  readonly most: number;
  readonly masking: Masking;
  /** What pointers point to, seen from the chunk: itself, or the user's bytes. */
  readonly pointsTo: Bytes;
}

type FollowedList = Pick<ListedChunks, 'chunks' | 'odd'>;

/** The largest chunk for which thread caches have a list of its own size. */
const LARGEST_SIZED: Bytes = SMALLEST_CHUNK + 63 * STEP;

/** Follows a list of free chunks. */
function follow(
  head: Address,
  { size, most, masking, pointsTo }: ListShape,
  words: ImageWords,
): FollowedList {
  const chunks: Address[] = [];
  const isOfList = (bytes: Bytes | undefined) =>
    size === undefined ? bytes !== undefined && bytes > LARGEST_SIZED : bytes === size;
  for (let pointer = head; pointer !== 0; ) {
    const chunk = pointer - pointsTo;
    const odd = (because: string) => ({ chunks, odd: { address: chunk, because } });
    if (chunks.length >= most) return odd('its list of free blocks runs in a circle');
    if (chunk % STEP !== 0 || !isOfList(chunkSize(chunk, words))) {
      return odd('a list of free blocks leads here, and it is none of their size');
    }
    chunks.push(chunk);
    const link = chunk + CHUNK_HEADER;
    const word = words.word(link);
    if (word === undefined) return odd('a list of free blocks leads to what was not dumped');
    pointer = unmasked(word, link, masking);
  }
  return { chunks, odd: undefined };
}

/**
 * The chunks in fast bins.
 *
 * @param most chunks that the arena can have at all.
 */
export function fastBinChunks(
  heads: readonly Address[],
  most: number,
  words: ImageWords,
): ListedChunks[] {
  const listsOf = (masking: Masking) =>
    heads
      .map((head, i) => {
        const size = SMALLEST_CHUNK + i * STEP;
        const list = follow(head, { size, most, masking, pointsTo: 0 }, words);
        return { size, count: list.chunks.length, ...list };
      })
      .filter(({ count, odd }) => count > 0 || odd !== undefined);
  const isOdd = ({ odd }: ListedChunks) => odd !== undefined;
  // All lists of a process are masked, or none is.
  const masked = listsOf('masked');
  if (!masked.some(isOdd)) return masked;
  const plain = listsOf('plain');
  return plain.some(isOdd) ? masked : plain;
}

/** A thread's cache, as the block of the heap that it is. */
export interface ThreadCache {
  readonly chunk: Address;
  /** The chunks that wait in it. */
  readonly chunks: readonly { readonly address: Address; readonly size: Bytes }[];
  /** Undefined where nothing waits in it. */
  readonly masking: Masking | undefined;
}

/**
 * Reads a chunk as a thread's cache.
 *
 * @returns undefined where it is not one: counts and heads must agree, and every list must hold as many
 *   blocks of its size as its count says, or leave as much room as all others do.
 */
export function threadCacheAt(
  chunk: Address,
  layout: ThreadCacheLayout,
  words: ImageWords,
): ThreadCache | undefined {
  const chunks: { address: Address; size: Bytes }[] = [];
  let masking: Masking | undefined;
  let limit: number | undefined;
  for (let bin = 0; bin < layout.bins; bin++) {
    const { count, head, size } = binAt(chunk, bin, layout, words);
    if (count === undefined || head === undefined || count > MOST_CACHED) return undefined;
    const isEmpty = head === 0;
    if (layout.counted === 'waiting' && isEmpty !== (count === 0)) return undefined;
    // Users' addresses, not chunks; the same way of masking holds for all lists.
    const ways = masking === undefined ? (['masked', 'plain'] as const) : [masking];
    const lists = ways.map((way) => {
      const shape = { size, most: MOST_CACHED, masking: way, pointsTo: CHUNK_HEADER };
      return { way, ...follow(head, shape, words) };
    });
    const list = lists.find((one) => {
      if (one.odd !== undefined) return false;
      if (layout.counted === 'waiting') return one.chunks.length === count;
      return limit === undefined || one.chunks.length + count === limit;
    });
    if (list === undefined) return undefined;
    if (!isEmpty) masking = list.way;
    if (layout.counted === 'room') limit = list.chunks.length + count;
    for (const address of list.chunks) {
      chunks.push({ address, size: size ?? chunkSize(address, words)! });
    }
  }
  return limit === 0 ? undefined : { chunk, chunks, masking };
}

/**
 * Reads a chunk as the cache of a thread that goes on: its lists change faster than they can be followed, and
 * its counts alone say how many blocks wait in them.
 */
export function countedCacheAt(
  chunk: Address,
  layout: ThreadCacheLayout,
  words: ImageWords,
): ThreadCache | undefined {
  const bins = Array.from({ length: layout.sizedBins }, (_, bin) =>
    binAt(chunk, bin, layout, words),
  );
  const room = Math.max(...bins.map(({ count = 0 }) => count));
  const chunks: { address: Address; size: Bytes }[] = [];
  for (const { count, head, size } of bins) {
    if (count === undefined || head === undefined || count > MOST_CACHED) return undefined;
    if (head % STEP !== 0 || head >= 2 ** 47) return undefined;
    const waiting = layout.counted === 'waiting' ? count : room - count;
    // Where they lie is not known; of their arena they are.
    for (let i = 0; i < waiting; i++) chunks.push({ address: chunk, size: size! });
  }
  return { chunk, chunks, masking: undefined };
}

/** More blocks of one size than caches have by default: 7 (TCACHE_FILL_COUNT). */
const MOST_CACHED = 127;

/** A list of a cache: what its count says, where it begins, and the size of its blocks where they have one. */
function binAt(
  chunk: Address,
  bin: number,
  { bins, countBytes, sizedBins }: ThreadCacheLayout,
  words: ImageWords,
) {
  const start = chunk + CHUNK_HEADER;
  const at = start + bin * countBytes;
  const half = words.half(at - (at % 4));
  const shift = (at % 4) * 8;
  return {
    count: half === undefined ? undefined : (half >>> shift) & (countBytes === 1 ? 0xff : 0xffff),
    head: words.word(start + bins * countBytes + bin * 8),
    size: bin < sizedBins ? SMALLEST_CHUNK + bin * STEP : undefined,
  };
}

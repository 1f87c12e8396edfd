/**
 * Blocks that are free and look used: those in thread caches and in fast bins, which malloc gives out again
 * without a look at their neighbours.
 */
import {
  CHUNK_HEADER,
  FAST_BINS,
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
  readonly size: Bytes;
  /** More than so many are a circle. */
  readonly most: number;
  readonly masking: Masking;
  /** What pointers point to, seen from the chunk: itself, or the user's bytes. */
  readonly pointsTo: Bytes;
}

/** Follows a list of chunks of one size. */
function follow(
  head: Address,
  { size, most, masking, pointsTo }: ListShape,
  words: ImageWords,
): ListedChunks {
  const chunks: Address[] = [];
  for (let pointer = head; pointer !== 0; ) {
    const chunk = pointer - pointsTo;
    const odd = (because: string) => ({
      size,
      count: chunks.length,
      chunks,
      odd: { address: chunk, because },
    });
    if (chunks.length >= most) return odd('its list of free blocks runs in a circle');
    if (chunk % STEP !== 0 || chunkSize(chunk, words) !== size) {
      return odd('a list of free blocks leads here, and it is none of their size');
    }
    chunks.push(chunk);
    const link = chunk + CHUNK_HEADER;
    const word = words.word(link);
    if (word === undefined) return odd('a list of free blocks leads to what was not dumped');
    pointer = unmasked(word, link, masking);
  }
  return { size, count: chunks.length, chunks, odd: undefined };
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
      .slice(0, FAST_BINS)
      .map((head, i) =>
        follow(head, { size: SMALLEST_CHUNK + i * STEP, most, masking, pointsTo: 0 }, words),
      )
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
 *   blocks of its size as its count says.
 */
export function threadCacheAt(
  chunk: Address,
  { bins, countBytes }: ThreadCacheLayout,
  words: ImageWords,
): ThreadCache | undefined {
  const start = chunk + CHUNK_HEADER;
  const chunks: { address: Address; size: Bytes }[] = [];
  let masking: Masking | undefined;
  for (let bin = 0; bin < bins; bin++) {
    const count = countAt(start, bin, countBytes, words);
    const head = words.word(start + bins * countBytes + bin * 8);
    if (count === undefined || head === undefined || (count === 0) !== (head === 0)) {
      return undefined;
    }
    if (count === 0) continue;
    const size = SMALLEST_CHUNK + bin * STEP;
    // Users' addresses, not chunks; the same way of masking holds for all lists.
    const ways = masking === undefined ? (['masked', 'plain'] as const) : [masking];
    const way = ways.find((one) => {
      const shape = { size, most: count, masking: one, pointsTo: CHUNK_HEADER };
      const list = follow(head, shape, words);
      const isRight = list.odd === undefined && list.count === count;
      if (isRight) for (const address of list.chunks) chunks.push({ address, size });
      return isRight;
    });
    if (way === undefined) return undefined;
    masking = way;
  }
  return { chunk, chunks, masking };
}

/**
 * Reads a chunk as the cache of a thread that goes on: its lists change faster than they can be followed, and
 * its counts alone say how many blocks wait in them.
 */
export function countedCacheAt(
  chunk: Address,
  { bins, countBytes }: ThreadCacheLayout,
  words: ImageWords,
): ThreadCache | undefined {
  const start = chunk + CHUNK_HEADER;
  const chunks: { address: Address; size: Bytes }[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const count = countAt(start, bin, countBytes, words);
    const head = words.word(start + bins * countBytes + bin * 8);
    if (count === undefined || head === undefined || count > MOST_CACHED) return undefined;
    if (head % STEP !== 0 || head >= 2 ** 47) return undefined;
    const size = SMALLEST_CHUNK + bin * STEP;
    // Where they lie is not known; of their arena they are.
    for (let i = 0; i < count; i++) chunks.push({ address: chunk, size });
  }
  return { chunk, chunks, masking: undefined };
}

/** More blocks of one size than caches have by default: 7 (TCACHE_FILL_COUNT). */
const MOST_CACHED = 127;

function countAt(
  start: Address,
  bin: number,
  countBytes: 1 | 2,
  words: ImageWords,
): number | undefined {
  const at = start + bin * countBytes;
  const half = words.half(at - (at % 4));
  if (half === undefined) return undefined;
  const shift = (at % 4) * 8;
  return (half >>> shift) & (countBytes === 1 ? 0xff : 0xffff);
}

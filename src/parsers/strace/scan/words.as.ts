/**
 * Words that come again and again: names of calls, sets of flags, advice. Each is kept once, with
 * what TypeScript made of it, so that the next one like it costs a comparison.
 *
 *     bytes   0  hash     u32
 *             4  kind     u32   length, and the role in the upper half; 0: nothing is here
 *             8  calls    u32   completed calls of this name
 *            12  errors   u32   of which failed
 *            16  meaning  i32   what `onWord` returned
 *            32  text           up to 64 bytes, filled up with zeros
 */

import { WORD_BYTES, WORD_CALLS, WORD_CAPACITY, WORD_ERRORS } from './layout';

/** Says what a word means: a flag's value, a name's kind; below 0 where it is not plain. */
declare function onWord(index: u32, role: u32, at: usize, length: u32): i32;

/** Where the words lie; there is room for WORD_CAPACITY. */
export let words: usize = 0;
let count: u32 = 0;

const MAX_WORD_BYTES: usize = 64;
const KIND: usize = 4;
const MEANING: usize = 16;
const TEXT: usize = 32;

const FACTOR: u64 = 0x9e3779b97f4a7c15;

/** Instead of an index. */
export const UNKNOWN: u32 = 0xffffffff;

/** Up to eight bytes, the rest zeros. */
// @ts-ignore: decorator
@inline
function piece(at: usize, length: usize): u64 {
  const bytes = load<u64>(at);
  return length < 8 ? bytes & (((<u64>1) << (<u64>length << 3)) - 1) : bytes;
}

/** The index of a word; UNKNOWN where it is too long, or there is no room for one more. */
export function wordAt(role: u32, start: usize, end: usize): u32 {
  const length = end - start;
  if (length == 0 || length > MAX_WORD_BYTES) return UNKNOWN;
  const kind = (role << 16) | <u32>length;
  let mixed: u64 = kind;
  for (let i: usize = 0; i < length; i += 8) {
    mixed = (mixed ^ piece(start + i, length - i)) * FACTOR;
    mixed ^= mixed >> 32;
  }
  const hash = <u32>mixed;
  let index = hash & (WORD_CAPACITY - 1);
  let word = words + <usize>index * WORD_BYTES;
  while (load<u32>(word, KIND) != 0) {
    if (load<u32>(word) == hash && load<u32>(word, KIND) == kind && isEqual(word, start, length)) {
      return index;
    }
    index = (index + 1) & (WORD_CAPACITY - 1);
    word = words + <usize>index * WORD_BYTES;
  }
  return addWord(index, hash, kind, start);
}

function isEqual(word: usize, start: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i += 8) {
    if (load<u64>(word + i, TEXT) != piece(start + i, length - i)) return false;
  }
  return true;
}

function addWord(index: u32, hash: u32, kind: u32, start: usize): u32 {
  // A quarter stays free, so that searches end.
  if (count == (WORD_CAPACITY >> 2) * 3) return UNKNOWN;
  count++;
  const word = words + <usize>index * WORD_BYTES;
  const length = <usize>(kind & 0xffff);
  for (let i: usize = 0; i < length; i += 8) {
    store<u64>(word + i, piece(start + i, length - i), TEXT);
  }
  store<u32>(word, hash);
  store<u32>(word, kind, KIND);
  store<i32>(word, onWord(index, kind >> 16, start, <u32>length), MEANING);
  return index;
}

/** What TypeScript made of a word; below 0 where it is not plain. */
// @ts-ignore: decorator
@inline
export function meaningOf(index: u32): i32 {
  if (index == UNKNOWN) return -1;
  return load<i32>(words + <usize>index * WORD_BYTES, MEANING);
}

/** Counts a completed call. */
// @ts-ignore: decorator
@inline
export function countCall(index: u32, isError: bool): void {
  const word = words + <usize>index * WORD_BYTES;
  store<u32>(word, load<u32>(word, WORD_CALLS) + 1, WORD_CALLS);
  store<u32>(word, load<u32>(word, WORD_ERRORS) + <u32>isError, WORD_ERRORS);
}

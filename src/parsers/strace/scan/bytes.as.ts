/**
 * How scan.as.ts looks at bytes. All readers may look up to 64 bytes beyond the end of a line; none
 * goes past its newline, which fits no digit, letter or bracket.
 */

export const NEWLINE: u32 = 10;
export const SPACE: u32 = 32;
export const MINUS: u32 = 45;

// @ts-ignore: decorator
@inline
export function isDigit(char: u32): bool {
  return char - 48 < 10;
}

/** Where the first `char` stands in a range, or the range's end. */
export function nextOf(start: usize, end: usize, char: i8): usize {
  const wanted = i8x16.splat(char);
  for (let at = start; at < end; at += 32) {
    const low = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    const high = i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted));
    const found = <u32>(low | (high << 16));
    if (found == 0) continue;
    const position = at + <usize>ctz(found);
    return position < end ? position : end;
  }
  return end;
}

/** Where the last `char` stands in a range; 0 where it does not. */
export function lastOf(start: usize, end: usize, char: i8): usize {
  const wanted = i8x16.splat(char);
  let at = end;
  while (at > start) {
    at -= 16;
    const found = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found == 0) continue;
    const position = at + 31 - <usize>clz(found);
    return position >= start ? position : 0;
  }
  return 0;
}

/** Whether all bytes of a range are printable ASCII. */
export function isPlain(start: usize, end: usize): bool {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    // As signed numbers, bytes of other characters are below 32, too.
    let odd = <u32>i8x16.bitmask(i8x16.lt_s(bytes, i8x16.splat(32)));
    if (end - at < 16) odd &= (<u32>1 << <u32>(end - at)) - 1;
    if (odd != 0) return false;
  }
  return true;
}

export function skipSpaces(start: usize): usize {
  let at = start;
  while (load<u8>(at) == SPACE) at++;
  return at;
}

/** Behind the last digit. */
export function digitsEnd(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at;
}

/** The number that some digits make, 15 at most. */
export function decimal(start: usize, end: usize): u64 {
  let value: u64 = 0;
  for (let at = start; at < end; at++) value = value * 10 + load<u8>(at) - 48;
  return value;
}

/** What `readNumber` read. */
export let number: f64 = 0;

/** A longer number may not be exact in an f64. */
const MAX_HEX_DIGITS: usize = 13;
const MAX_DIGITS: usize = 15;

/** `NULL` and `0x` as little-endian numbers. */
const NULL: u32 = 0x4c4c554e;
const HEX: u16 = 0x7830;

/** Reads `NULL`, `0x7f05bd29a000` or `8192`; returns where it ends, 0 where it is none of them. */
export function readNumber(start: usize): usize {
  if (load<u16>(start) != HEX) {
    if (load<u32>(start) == NULL) {
      number = 0;
      return start + 4;
    }
    const end = digitsEnd(start);
    if (end == start || end > start + MAX_DIGITS) return 0;
    number = <f64>decimal(start, end);
    return end;
  }
  let at = start + 2;
  let value: u64 = 0;
  for (;;) {
    const char = <u32>load<u8>(at);
    let digit = char - 48;
    if (digit >= 10) {
      digit = char - 87;
      if (char - 97 >= 6) break;
    }
    value = (value << 4) | digit;
    at++;
  }
  if (at == start + 2 || at > start + 2 + MAX_HEX_DIGITS) return 0;
  number = <f64>value;
  return at;
}

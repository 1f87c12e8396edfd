/** How scan.as.ts looks at text: many characters at once, without branches. */

/** A bit for each of 64 bytes. */
// @ts-ignore: decorator
@inline
export function mask(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>(<u32>(i8x16.bitmask(a) | (i8x16.bitmask(b) << 16))) |
    (<u64>(<u32>(i8x16.bitmask(c) | (i8x16.bitmask(d) << 16))) << 32)
  );
}

// @ts-ignore: decorator
@inline
export function equal(bytes: v128, char: i8): v128 {
  return i8x16.eq(bytes, i8x16.splat(char));
}

/** `+` or `-`. */
// @ts-ignore: decorator
@inline
export function areSigns(bytes: v128): v128 {
  return v128.or(equal(bytes, 43), equal(bytes, 45));
}

/** `0` to `9` or `a` to `f`. */
// @ts-ignore: decorator
@inline
export function areDigits(bytes: v128): v128 {
  return v128.or(
    i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10)),
    i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(97)), i8x16.splat(6)),
  );
}

/**
 * The number that up to eight hex digits at the top of a word make; zero bytes count as 0.
 *
 * Neighbours are joined: digits to pairs, pairs to fours. A multiplication does it, it adds a copy
 * of the word moved up by one place and by 4, 8 or 16 bits more.
 */
// @ts-ignore: decorator
@inline
export function hexOf(digits: u64): u32 {
  // `0` to `9` end in their value; `a` to `f` end in 1 to 6 and have bit 6 set.
  const values = (digits & 0x0f0f0f0f0f0f0f0f) + 9 * ((digits >> 6) & 0x0101010101010101);
  const pairs = ((values * 0x1001) >> 8) & 0x00ff00ff00ff00ff;
  const fours = ((pairs * 0x1000001) >> 16) & 0x0000ffff0000ffff;
  return <u32>((fours * 0x1000000000001) >> 32);
}

/** The same for four digits: recordings have rarely more than 65536 allocation infos. */
// @ts-ignore: decorator
@inline
export function shortHexOf(digits: u32): u32 {
  const values = (digits & 0x0f0f0f0f) + 9 * ((digits >> 6) & 0x01010101);
  const pairs = ((values * 0x1001) >> 8) & 0x00ff00ff;
  return (pairs * 0x1000001) >> 16;
}

/** The value of one hex digit, or -1. */
export function digitOf(char: u32): i32 {
  if (char - 48 < 10) return <i32>char - 48;
  return char - 97 < 6 ? <i32>char - 87 : -1;
}

/**
 * Addresses are plain doubles.
 *
 * A double holds every multiple of 2048 below 2^64 exactly, and every integer up to 2^53. Mappings
 * start and end at multiples of a page (4096 at least), so all their addresses are exact, that of
 * the vsyscall page (0xffffffffff600000) included; pointers inside a mapping are exact below 2^53,
 * which is beyond the 47-bit user space of x86-64 and the 48-bit one of arm64. What is not exact
 * (an unaligned pointer above 2^53) is refused by `parseAddress`, never rounded.
 *
 * The alternative, bigint, costs an allocation per operation in loops that see millions of calls
 * (docs/decisions/0001-addresses-are-doubles.md).
 */
export type Address = number;

/** Any address of 64 bits, as damaged call stacks have them: a bigint where a double does not hold it. */
export type CodeAddress = Address | bigint;

/** Hex digits that always fit: 13 digits are 52 bits. */
const SAFE_HEX_DIGITS = 13;

/**
 * Reads an address from hex text without prefix.
 *
 * @returns undefined when the text is not hex, or is a value that a double cannot hold.
 */
export function parseAddress(hex: string): Address | undefined {
  if (!/^[0-9a-f]+$/i.test(hex)) return undefined;
  const digits = hex.replace(/^0+(?=.)/, '');
  if (digits.length > 16) return undefined;
  const address = Number.parseInt(digits, 16);
  if (digits.length > SAFE_HEX_DIGITS && BigInt(address) !== BigInt(`0x${digits}`)) {
    return undefined;
  }
  return address;
}

/** Writes an address as the captures do: `0x7ffff7d19000`. */
export function formatAddress(address: CodeAddress): string {
  if (typeof address === 'bigint') return `0x${address.toString(16)}`;
  // In halves that V8 formats as integers, several times as fast as a double: maps have many rows.
  const high = Math.floor(address / HALF);
  const low = (address - high * HALF).toString(16);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, '0')}`;
}

const HALF = 2 ** 32;

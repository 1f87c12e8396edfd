/** The wire format of protobuf (https://protobuf.dev/programming-guides/encoding/), as far as pprof uses it. */

/** A field of a message: a number, or the bytes of what it holds. */
export type Visit = (field: number, value: number, bytes: Uint8Array | undefined) => void;

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** Half of what 64 bits hold: from there on numbers are negative. */
const NEGATIVE = 2 ** 63;

/** Reads numbers of 1 to 10 bytes from a message. */
class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @returns undefined where the message ends in it. Beyond 2^53 it is rounded. */
  varint(): number | undefined {
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 10; length++) {
      const byte = this.bytes[this.at];
      if (byte === undefined) return undefined;
      this.at++;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value >= NEGATIVE ? value - 2 * NEGATIVE : value;
      factor *= 128;
    }
    return undefined;
  }
}

/**
 * Visits the fields of a message.
 *
 * @returns how many bytes are whole fields: all of them, unless the message is cut or damaged.
 */
export function visitFields(bytes: Uint8Array, visit: Visit): number {
  const cursor = new Cursor(bytes);
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const tag = cursor.varint();
    if (tag === undefined || tag < 8) return start;
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === VARINT) {
      const value = cursor.varint();
      if (value === undefined) return start;
      visit(field, value, undefined);
    } else if (kind === LENGTH) {
      const length = cursor.varint();
      if (length === undefined || length < 0 || cursor.at + length > bytes.length) return start;
      visit(field, 0, bytes.subarray(cursor.at, cursor.at + length));
      cursor.at += length;
    } else if (kind === FIXED_64 || kind === FIXED_32) {
      const length = kind === FIXED_64 ? 8 : 4;
      if (cursor.at + length > bytes.length) return start;
      cursor.at += length;
    } else return start;
  }
  return bytes.length;
}

/** Numbers of a list, which stand in one field, or each in a field of its own. */
export function addNumbers(list: number[], value: number, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) {
    list.push(value);
    return;
  }
  const cursor = new Cursor(bytes);
  for (let next = cursor.varint(); next !== undefined; next = cursor.varint()) list.push(next);
}

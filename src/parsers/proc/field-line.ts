import { type Bytes, KIB } from '../../model/bytes.ts';

const [NEWLINE, RETURN, TAB, SPACE, ZERO, NINE, COLON, UNDERSCORE, A, Z, TO_LOWER] = [
  10, 13, 9, 32, 48, 57, 58, 95, 97, 122, 32,
];

/** More digits may be no size that a double holds exactly. */
const MOST_DIGITS = 12;

/** A field that was asked for, by its index; one that was not; or anything else. */
type FieldLine = number | 'unused' | 'other';

/**
 * Tells fields of smaps from their bytes: a mapping has some twenty, most of which are not used, and a
 * process can have tens of thousands of mappings.
 */
export class FieldLines {
  /** In KiB as in the file, here in bytes: the value of the field that was read last. */
  value: Bytes = 0;
  /** Where the line that was read last ends: at its newline, or behind the last byte. */
  end = 0;
  /** By the length of their names. */
  readonly #names: { readonly name: Uint8Array; readonly index: number }[][] = [];

  /** @param names of the fields that are asked for; `read` gives their indexes. */
  constructor(names: readonly string[]) {
    for (const [index, name] of names.entries()) {
      this.#names[name.length] ??= [];
      this.#names[name.length]!.push({ name: Buffer.from(name), index });
    }
  }

  /** Reads the line that begins at `start`. Whatever is odd about it is `other`, to be read as text. */
  read(buffer: Uint8Array, start: number, end: number): FieldLine {
    let at = start;
    while (at < end && isLetter(buffer[at]!)) at++;
    const isKey = at > start && at < end && buffer[at] === COLON;
    const index = isKey ? this.#indexOf(buffer, start, at - start) : undefined;
    const isSize = index !== undefined && this.#readSize(buffer, at + 1, end);
    while (at < end && buffer[at] !== NEWLINE) at++;
    this.end = at;
    if (!isKey || (index !== undefined && !isSize)) return 'other';
    return index ?? 'unused';
  }

  #indexOf(buffer: Uint8Array, start: number, length: number): number | undefined {
    const named = this.#names[length];
    if (named === undefined) return undefined;
    for (const { name, index } of named) {
      let i = 0;
      while (i < length && buffer[start + i] === name[i]) i++;
      if (i === length) return index;
    }
    return undefined;
  }

  /** Spaces, digits, ` kB`, and nothing more. */
  #readSize(buffer: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at++;
    const first = at;
    let value = 0;
    while (at < end && buffer[at]! >= ZERO && buffer[at]! <= NINE)
      value = value * 10 + buffer[at++]! - ZERO;
    if (at === first || at - first > MOST_DIGITS) return false;
    if (buffer[at] !== SPACE || buffer[at + 1] !== 0x6b || buffer[at + 2] !== 0x42) return false;
    at += 3;
    if (buffer[at] === RETURN) at++;
    this.value = value * KIB;
    return at === end || buffer[at] === NEWLINE;
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | TO_LOWER;
  return (lower >= A && lower <= Z) || byte === UNDERSCORE;
}

import { decodePunycode } from './punycode.ts';

/** Thrown where a name breaks the grammar or a limit; made once, since nobody looks at its stack. */
export const MALFORMED = new Error('not a v0 name');

/**
 * Characters read, those read again through back references included. A name of some kilobytes can
 * refer to itself so often that reading it never ends.
 */
const MAX_WORK = 1 << 20;

/** Reads the terminals of the v0 grammar: tags, numbers, identifiers, hexadecimal data. */
export class V0Reader {
  /** Offset behind `_R`, which is what back references count. */
  at = 0;
  readonly #text: string;
  #work = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.at);
  }

  next(): string {
    if (this.at >= this.#text.length) throw MALFORMED;
    return this.#take(1);
  }

  eat(tag: string): boolean {
    if (this.peek() !== tag) return false;
    this.#take(1);
    return true;
  }

  expect(tag: string): void {
    if (!this.eat(tag)) throw MALFORMED;
  }

  /** A base-62-number: `_` is 0, `0_` is 1. Exact up to 2^53; only crates have larger ones. */
  base62(): number {
    if (this.eat('_')) return 0;
    let value = 0;
    for (let digit = this.next(); digit !== '_'; digit = this.next()) {
      value = value * 62 + base62Digit(digit);
      if (value > 2 ** 64) throw MALFORMED;
    }
    return value + 1;
  }

  /** A number behind a tag, of which 0 is written by leaving both out. */
  optionalBase62(tag: string): number {
    return this.eat(tag) ? this.base62() + 1 : 0;
  }

  disambiguator(): number {
    return this.optionalBase62('s');
  }

  /** An undisambiguated-identifier; empty for what has no name. */
  identifier(): string {
    const isPunycode = this.eat('u');
    const digits = this.#match(/0|[1-9][0-9]{0,5}/y);
    this.eat('_');
    const length = Number(digits);
    if (this.at + length > this.#text.length) throw MALFORMED;
    const bytes = this.#take(length);
    if (!isPunycode) return bytes;
    return decodePunycode(bytes) ?? `punycode{${bytes.replace(/_(?=[^_]*$)/, '-')}}`;
  }

  /** Hexadecimal digits up to `_`. */
  hexadecimal(): string {
    return this.#match(/[0-9a-f]*_/y).slice(0, -1);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw MALFORMED;
    return this.#take(found.length);
  }

  #take(length: number): string {
    const start = this.at;
    this.at += length;
    this.#work += length;
    if (this.#work > MAX_WORK) throw MALFORMED;
    return this.#text.slice(start, this.at);
  }
}

function base62Digit(digit: string): number {
  if (digit >= '0' && digit <= '9') return digit.charCodeAt(0) - 0x30;
  if (digit >= 'a' && digit <= 'z') return digit.charCodeAt(0) - 0x61 + 10;
  if (digit >= 'A' && digit <= 'Z') return digit.charCodeAt(0) - 0x41 + 36;
  throw MALFORMED;
}

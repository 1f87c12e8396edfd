import type { CodeAddress } from '../../model/address.ts';

const SPACE = 32;

const ZERO = 48;
const NINE = 57;
const LOWER_A = 97;
const LOWER_F = 102;

/** No field has more than 64 bits. */
const MOST = 2 ** 64;
const HALF = 2 ** 32;

/** All 64 bits of an address, in two signed halves. */
export interface AddressParts {
  readonly high: number;
  readonly low: number;
}

/** An address as one number. */
export function addressOf({ high, low }: AddressParts): CodeAddress {
  const address = (high >>> 0) * HALF + (low >>> 0);
  if (address % HALF === low >>> 0) return address;
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Reads the space-separated fields of one record from its bytes. */
export class Fields {
  readonly #buffer: Uint8Array;
  readonly #end: number;
  #at: number;

  /** @param start the record's letter; fields begin two bytes later. */
  constructor(buffer: Uint8Array, start: number, end: number) {
    this.#buffer = buffer;
    this.#at = start + 2;
    this.#end = end;
  }

  /** Where the next field begins. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /**
   * The next field as a lower-case hex number.
   *
   * @returns undefined when there is none, it is no number, or is one that a double does not hold; the
   * reader then stands behind it.
   */
  hex(): number | undefined {
    const value = this.#number();
    return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
  }

  /** The next field as a number of 64 bits that is only compared: from 2^53 on it is rounded. */
  index(): number | undefined {
    const value = this.#number();
    return value !== undefined && value <= MOST ? value : undefined;
  }

  /** The next field as an address: exact, whatever its 64 bits are. */
  address(): AddressParts | undefined {
    const start = this.#at;
    if (this.#number() === undefined) return undefined;
    let high = 0;
    let low = 0;
    for (let at = start; at < this.#at - 1; at++) {
      const char = this.#buffer[at]!;
      if (high >>> 28 !== 0) return undefined;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | (char <= NINE ? char - ZERO : char - LOWER_A + 10);
    }
    return { high, low };
  }

  #number(): number | undefined {
    let value = 0;
    let at = this.#at;
    let valid = at < this.#end;
    for (; at < this.#end; at++) {
      const char = this.#buffer[at]!;
      if (char === SPACE) break;
      if (char >= ZERO && char <= NINE) value = value * 16 + char - ZERO;
      else if (char >= LOWER_A && char <= LOWER_F) value = value * 16 + char - LOWER_A + 10;
      else valid = false;
    }
    if (at === this.#at) valid = false;
    this.#at = at + 1;
    return valid ? value : undefined;
  }

  /** Skips a text of so many bytes; returns where it begins, undefined if it is not all there. */
  skip(bytes: number): number | undefined {
    const start = this.#at;
    if (start + bytes > this.#end) return undefined;
    this.#at = start + bytes + 1;
    return start;
  }
}

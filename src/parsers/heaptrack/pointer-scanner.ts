import type { EventProblem, RecordHandler, RecordScanner } from './accounts.ts';
import type { Fields } from './fields.ts';
import type { PointerAccounts } from './pointer-accounts.ts';

const NEWLINE = 10;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;

const NO_DIGIT = 255;

/** The value of each character as a hex digit. */
const DIGIT = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, char] of [...'0123456789abcdef'].entries()) DIGIT[char.charCodeAt(0)] = value;

/** Numbers up to this long are read with 32-bit arithmetic; longer ones are rare and left over. */
const SHORT_DIGITS = 7;

/** An address has two halves of eight digits. */
const ADDRESS_DIGITS = 16;

/**
 * Events that name addresses, `+ SIZE TRACE ADDRESS` and `- ADDRESS`, read byte by byte. Three in
 * four of their bytes are those of addresses, and looking a block up costs more than reading them:
 * what scan.as.ts does with short lines does not pay here.
 */
export class PointerScanner implements RecordScanner {
  ipCount = 0;
  lines = 0;
  readonly #handler: RecordHandler;
  readonly #accounts: PointerAccounts;

  constructor(handler: RecordHandler, accounts: PointerAccounts) {
    this.#handler = handler;
    this.#accounts = accounts;
  }

  scan(buffer: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const next = this.#scanEvents(buffer, at, end);
      if (next >= end) return next;
      this.#accounts.notice();
      at = this.#handler.onRecord(buffer, next, end);
      if (at === -1) return next;
    }
    return at;
  }

  /** Takes events up to the first line that is none; every number ends at the newline at last. */
  #scanEvents(buffer: Uint8Array, start: number, end: number): number {
    const accounts = this.#accounts;
    const { traceCount } = accounts;
    let at = start;
    let lines = 0;
    while (at < end) {
      const sign = buffer[at]!;
      if ((sign !== MINUS && sign !== PLUS) || buffer[at + 1] !== SPACE) break;
      let digits = at + 2;
      let here = digits;
      let digit = 0;

      let size = 0;
      let trace = 0;
      if (sign === PLUS) {
        digit = DIGIT[buffer[here]!]!;
        while (digit !== NO_DIGIT) {
          size = (size << 4) | digit;
          digit = DIGIT[buffer[++here]!]!;
        }
        if (buffer[here] !== SPACE || here === digits || here > digits + SHORT_DIGITS) break;
        digits = ++here;
        digit = DIGIT[buffer[here]!]!;
        while (digit !== NO_DIGIT) {
          trace = (trace << 4) | digit;
          digit = DIGIT[buffer[++here]!]!;
        }
        if (buffer[here] !== SPACE || here === digits || here > digits + SHORT_DIGITS) break;
        if (trace >= traceCount) break;
        digits = ++here;
      }

      let high = 0;
      let low = 0;
      digit = DIGIT[buffer[here]!]!;
      while (digit !== NO_DIGIT) {
        high = (high << 4) | (low >>> 28);
        low = (low << 4) | digit;
        digit = DIGIT[buffer[++here]!]!;
      }
      if (buffer[here] !== NEWLINE || here === digits || here > digits + ADDRESS_DIGITS) break;

      if (sign === PLUS) accounts.allocate(size, trace, high, low);
      else accounts.free(high, low);
      lines++;
      at = here + 1;
    }
    this.lines += lines;
    return at;
  }

  takeEvent(letter: '+' | '-', fields: Fields): EventProblem | undefined {
    const size = letter === '+' ? fields.index() : 0;
    const trace = letter === '+' ? fields.index() : 0;
    const address = fields.address();
    if (size === undefined || trace === undefined || address === undefined || !fields.atEnd) {
      return { code: 'heaptrack/malformed-record', message: 'the event cannot be read' };
    }
    if (size > Number.MAX_SAFE_INTEGER) {
      return { code: 'heaptrack/malformed-record', message: 'no block can be that large' };
    }
    const { traceCount } = this.#accounts;
    if (trace >= traceCount) {
      const message = `the event names call stack ${trace}, there are ${traceCount - 1}`;
      return { code: 'heaptrack/index-out-of-range', message };
    }
    if (letter === '+') this.#accounts.allocate(size, trace, address.high, address.low);
    else this.#accounts.free(address.high, address.low);
    this.lines++;
    return undefined;
  }
}

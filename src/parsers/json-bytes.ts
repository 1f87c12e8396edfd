/**
 * JSON as a stream of bytes: a document of hundreds of megabytes is one string to `JSON.parse`, and
 * objects of several times its size; one that was cut is nothing at all.
 */

/** Told what stands in a document, in its order. */
export interface JsonReader {
  onOpen(kind: 'object' | 'array'): void;
  onClose(kind: 'object' | 'array'): void;
  /** The name of the value that follows. */
  onKey(name: string): void;
  onString(text: string): void;
  onNumber(value: number): void;
  onLiteral(value: boolean | null): void;
}

/** Where a document stops being JSON. */
export interface JsonProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Limit of nesting: no writer comes near, and a file may say anything. */
const DEEPEST = 256;

/** Limit of a string; what is longer is cut to it. */
const MOST_STRING_BYTES = 1 << 20;

/** Names of so few bytes come again and again, and are told by their bytes. */
const SHORT = 4;

/** What may come next, or what is being read. */
const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const COLON = 4;
const AFTER = 5;
const STRING = 6;
const NUMBER = 7;
const LITERAL = 8;
const END = 9;

const EXPECTED: Readonly<Record<number, string>> = {
  [VALUE]: 'a value',
  [FIRST_VALUE]: 'a value or ]',
  [KEY]: 'a name in quotes',
  [FIRST_KEY]: 'a name in quotes or }',
  [COLON]: 'a colon',
  [AFTER]: 'a comma or the end of the list',
  [NUMBER]: 'a number',
  [LITERAL]: 'true, false or null',
  [END]: 'nothing more',
};

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const NUMBER_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
/** Bytes of numbers beyond digits: `+-.eE`. */
const isOfNumber = (byte: number) =>
  isDigit(byte) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x65 ||
  byte === 0x45 ||
  byte === 0x2b;
const isLetter = (byte: number) => byte >= 0x61 && byte <= 0x7a;

/** Reads a document from pieces of any size, and tells a reader what stands in it. */
export class JsonBytes {
  readonly #reader: JsonReader;
  /** Containers that are open: 1 for an object. */
  readonly #open: number[] = [];
  #state = VALUE;
  /** The string that is being read is a name. */
  #isKey = false;
  /** Bytes of a token that began in an earlier piece, and whether a backslash stood in it. */
  #token: number[] = [];
  #isEscaped = false;
  #isAfterBackslash = false;
  readonly #names = new Map<number, string>();
  #line = 1;
  /** Bytes before the current piece, less those before the current line. */
  #columnOffset = 0;
  problem: JsonProblem | undefined;

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  /** Whether the document is whole. */
  get isDone(): boolean {
    return this.#state === END;
  }

  /** How many lines there were so far. */
  get line(): number {
    return this.#line;
  }

  /** Reads on. Nothing is read behind a problem. */
  push(chunk: Uint8Array): void {
    const { length } = chunk;
    let at = 0;
    while (at < length && this.problem === undefined) {
      const byte = chunk[at]!;
      switch (this.#state) {
        case STRING:
          at = this.#readString(chunk, at);
          continue;
        case NUMBER:
        case LITERAL:
          at = this.#readWord(chunk, at);
          continue;
      }
      if (byte === 0x0a) {
        this.#line++;
        this.#columnOffset = -(at + 1);
        at++;
      } else if (isSpace(byte)) at++;
      else at = this.#step(chunk, at, byte);
    }
    this.#columnOffset += length;
  }

  /** A number at the very end of a document has no end of its own. */
  finish(): void {
    if (this.problem !== undefined) return;
    if (this.#state === NUMBER || this.#state === LITERAL) this.#endWord('', 0);
  }

  #step(chunk: Uint8Array, at: number, byte: number): number {
    const state = this.#state;
    if (state === AFTER) {
      const isObject = this.#open.at(-1) === 1;
      if (byte === 0x2c) this.#state = isObject ? KEY : VALUE;
      else if (byte === (isObject ? 0x7d : 0x5d)) this.#close();
      else this.#fail(at);
      return at + 1;
    }
    if (state === COLON) {
      if (byte === 0x3a) this.#state = VALUE;
      else this.#fail(at);
      return at + 1;
    }
    if (state === KEY || state === FIRST_KEY) {
      if (byte === 0x22) this.#beginString(true);
      else if (byte === 0x7d && state === FIRST_KEY) this.#close();
      else this.#fail(at);
      return at + 1;
    }
    if (state === END) {
      this.#fail(at);
      return at + 1;
    }
    if (byte === 0x22) this.#beginString(false);
    else if (byte === 0x7b) this.#begin(1, at);
    else if (byte === 0x5b) this.#begin(0, at);
    else if (byte === 0x5d && state === FIRST_VALUE) this.#close();
    else if (byte === 0x2d || isDigit(byte)) return this.#beginNumber(chunk, at);
    else if (isLetter(byte)) {
      this.#state = LITERAL;
      return at;
    } else this.#fail(at);
    return at + 1;
  }

  #begin(kind: 0 | 1, at: number): void {
    if (this.#open.length === DEEPEST) {
      this.#fail(at, 'lists in each other, at most 256 deep');
      return;
    }
    this.#open.push(kind);
    this.#state = kind === 1 ? FIRST_KEY : FIRST_VALUE;
    this.#reader.onOpen(kind === 1 ? 'object' : 'array');
  }

  #close(): void {
    const kind = this.#open.pop() === 1 ? 'object' : 'array';
    this.#endValue();
    this.#reader.onClose(kind);
  }

  #endValue(): void {
    this.#state = this.#open.length === 0 ? END : AFTER;
  }

  #beginString(isKey: boolean): void {
    this.#isKey = isKey;
    this.#state = STRING;
    this.#token = [];
    this.#isEscaped = false;
    this.#isAfterBackslash = false;
  }

  #readString(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length) {
      const byte = chunk[at]!;
      if (this.#isAfterBackslash) this.#isAfterBackslash = false;
      else if (byte === 0x22) {
        this.#endString(chunk, start, at);
        return at + 1;
      } else if (byte === 0x5c) {
        this.#isEscaped = true;
        this.#isAfterBackslash = true;
      } else if (byte < 0x20) {
        this.#fail(at, 'the end of the string');
        return at;
      }
      at++;
    }
    this.#keep(chunk, start, at);
    return at;
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    const room = MOST_STRING_BYTES - this.#token.length;
    for (let at = start; at < Math.min(end, start + room); at++) this.#token.push(chunk[at]!);
  }

  #endString(chunk: Uint8Array, start: number, end: number): void {
    const text = this.#text(chunk, start, end);
    if (text === undefined) {
      this.#fail(end, 'a string whose escapes are JSON');
      return;
    }
    if (this.#isKey) {
      this.#state = COLON;
      this.#reader.onKey(text);
    } else {
      this.#endValue();
      this.#reader.onString(text);
    }
  }

  #text(chunk: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    if (this.#token.length === 0 && !this.#isEscaped && length <= SHORT) {
      let code = length;
      for (let at = start; at < end; at++) code = code * 256 + chunk[at]!;
      let name = this.#names.get(code);
      if (name === undefined) {
        name = utf8(chunk.subarray(start, end));
        if (this.#names.size < 1024) this.#names.set(code, name);
      }
      return name;
    }
    let text: string;
    if (this.#token.length === 0) {
      text = utf8(chunk.subarray(start, Math.min(end, start + MOST_STRING_BYTES)));
    } else {
      this.#keep(chunk, start, end);
      text = utf8(Uint8Array.from(this.#token));
      this.#token = [];
    }
    if (!this.#isEscaped) return text;
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      return undefined;
    }
  }

  /** Most numbers are whole, short, and stand in one piece; in a list the next one follows at once. */
  #beginNumber(chunk: Uint8Array, first: number): number {
    const isInList = this.#open.at(-1) === 0;
    let start = first;
    for (;;) {
      let at = start;
      let value = 0;
      while (at < chunk.length && isDigit(chunk[at]!)) value = value * 10 + (chunk[at++]! - 0x30);
      const digits = at - start;
      const isWhole = digits > 0 && digits <= 15 && (digits === 1 || chunk[start] !== 0x30);
      if (!isWhole || at === chunk.length || isOfNumber(chunk[at]!)) break;
      this.#endValue();
      this.#reader.onNumber(value);
      const hasNext = isInList && chunk[at] === 0x2c && at + 1 < chunk.length;
      if (!hasNext || !isDigit(chunk[at + 1]!)) return at;
      start = at + 1;
    }
    this.#state = NUMBER;
    this.#token = [];
    return start;
  }

  #readWord(chunk: Uint8Array, start: number): number {
    const isOf = this.#state === NUMBER ? isOfNumber : isLetter;
    let at = start;
    while (at < chunk.length && isOf(chunk[at]!)) at++;
    this.#keep(chunk, start, at);
    if (at < chunk.length) this.#endWord(utf8(Uint8Array.from(this.#token)), at);
    return at;
  }

  #endWord(word: string, at: number): void {
    const text = word === '' ? utf8(Uint8Array.from(this.#token)) : word;
    const isNumber = this.#state === NUMBER;
    this.#token = [];
    if (isNumber && NUMBER_TEXT.test(text)) {
      this.#endValue();
      this.#reader.onNumber(Number(text));
    } else if (!isNumber && LITERALS.has(text)) {
      this.#endValue();
      this.#reader.onLiteral(LITERALS.get(text)!);
    } else this.#fail(at);
  }

  #fail(at: number, expected = EXPECTED[this.#state]): void {
    const column = this.#columnOffset + at + 1;
    this.problem = { message: `expected ${expected}`, line: this.#line, column };
  }
}

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** How much decoded text is looked at to tell a format by. */
export const HEAD_BYTES = 64 * 1024;

/** How much of it is looked at to tell text from binary formats, and which part of it may be control characters. */
const LOOKED_AT_BYTES = 4096;
const MAX_CONTROL_PART = 16;

/** How many lines of it. */
const HEAD_LINES = 200;

/** The beginning of a capture, decoded: what formats recognise themselves by. */
export class Head {
  readonly bytes: Uint8Array;
  #lines: readonly string[] | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.subarray(0, HEAD_BYTES);
  }

  /** Its lines; the last may be cut. Bytes that are no UTF-8 become U+FFFD. */
  get lines(): readonly string[] {
    this.#lines ??= Buffer.from(this.bytes).toString('utf8').split(/\r?\n/, HEAD_LINES);
    return this.#lines;
  }

  /** Whether it looks like text: a damaged capture can have some control characters, binary formats have many. */
  get isText(): boolean {
    const looked = this.bytes.subarray(0, LOOKED_AT_BYTES);
    let controls = 0;
    for (const byte of looked) if (isControl(byte)) controls++;
    return controls * MAX_CONTROL_PART <= looked.length;
  }
}

/** Tab to carriage return, and ESC for colours, stand in texts as well. */
const isControl = (byte: number) =>
  byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f;

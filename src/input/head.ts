/** How much decoded text is looked at to tell a format by. */
export const HEAD_BYTES = 64 * 1024;

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

  /** Whether it looks like text at all: binary formats have NUL bytes early. */
  get isText(): boolean {
    return !this.bytes.subarray(0, 1024).includes(0);
  }
}

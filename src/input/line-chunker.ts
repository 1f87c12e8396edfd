const NEWLINE = 10;

/** A line longer than this is cut: no format has longer ones, a hostile file may. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** How many bytes are handed on at once, at most: what was carried, and a part of a chunk. */
export const MAX_RUN_BYTES = 2 * MAX_LINE_BYTES + 1;

export interface LineRunHandler {
  /**
   * Called for some whole lines, which may be used until it returns.
   *
   * @returns where a record begins whose end is not among these lines: it is handed on again with more
   * of them. Nothing where all lines were taken.
   */
  onLines(buffer: Uint8Array, start: number, end: number): number | undefined;
  /** Called before a line, or a record of several, that was cut to `MAX_LINE_BYTES`. */
  onCut(): void;
}

/**
 * Cuts bytes into lines: hands chunks on in runs of whole lines. All formats read through it, fast ones
 * as bytes, others as text (lines.ts, text.ts).
 *
 * Chunks are handed on as they are, but for the line that two of them share: it is put together
 * first. A line that is too long is cut; a last line without an end gets one.
 */
export class LineChunker {
  readonly #handler: LineRunHandler;
  /** The beginning of a line, or of a record, whose end has not come yet. */
  #carry: Uint8Array[] = [];
  /** Its bytes, those beyond the limit too, which are not kept. */
  #carried = 0;
  #lastByte = NEWLINE;
  readonly #longest: number;

  constructor(handler: LineRunHandler, longest = MAX_LINE_BYTES) {
    this.#handler = handler;
    this.#longest = longest;
  }

  /** Whether a line or a record has begun whose end has not come. */
  get isOpen(): boolean {
    return this.#carried > 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#lastByte = chunk.at(-1)!;
    for (let at = 0; at < chunk.length; at += MAX_LINE_BYTES) {
      this.#push(chunk.subarray(at, at + MAX_LINE_BYTES));
    }
  }

  /** @returns whether the last line ended with a newline. */
  finish(): boolean {
    if (this.isOpen) this.#endLine();
    return this.#lastByte === NEWLINE;
  }

  /** @param chunk no longer than a line may be, so that only what is carried can be too long. */
  #push(chunk: Uint8Array): void {
    let start = 0;
    if (this.isOpen) {
      const newline = chunk.indexOf(NEWLINE);
      this.#keep(chunk.subarray(0, newline === -1 ? chunk.length : newline));
      if (newline === -1) return;
      this.#endLine();
      start = newline + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (start < end) this.#handOn(chunk, start, end);
    this.#keep(chunk.subarray(Math.max(start, end)));
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const room = Math.max(0, this.#longest - this.#carried);
    if (room > 0) this.#carry.push(bytes.slice(0, room));
    this.#carried += bytes.length;
  }

  #endLine(): void {
    if (this.#carried > this.#longest) this.#handler.onCut();
    this.#handOn(Uint8Array.of(NEWLINE), 0, 1);
  }

  /** Hands lines on, behind what is carried. */
  #handOn(buffer: Uint8Array, start: number, end: number): void {
    if (!this.isOpen) {
      this.#keep(buffer.subarray(this.#handler.onLines(buffer, start, end) ?? end, end));
      return;
    }
    const joined = Buffer.concat([...this.#carry, buffer.subarray(start, end)]);
    this.#carry = [];
    this.#carried = 0;
    this.#handOn(joined, 0, joined.length);
  }
}

import { MAX_LINE_BYTES } from './lines.ts';

const NEWLINE = 10;

/** How many bytes are handed on at once, at most; a line that was too long has room in it. */
export const MAX_RUN_BYTES = 1024 * 1024 + 1;

export interface LineRunHandler {
  /** Called for some whole lines, which may be used until it returns. */
  onLines(buffer: Uint8Array, start: number, end: number): void;
  /** Called before a line that was cut to `MAX_LINE_BYTES`. */
  onCut(): void;
}

/**
 * Hands on chunks in runs of whole lines, as bytes; for readers that are too fast for strings.
 *
 * Chunks are handed on as they are, but for the line that two of them share: it is put together
 * first. A line that is too long is cut; a last line without an end gets one.
 */
export class LineChunker {
  readonly #reader: LineRunHandler;
  /** The beginning of a line whose end has not come yet. */
  #carry: Uint8Array[] = [];
  #carried = 0;
  #lastByte = NEWLINE;

  constructor(reader: LineRunHandler) {
    this.#reader = reader;
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
    if (this.#carried > 0) this.#endLine();
    return this.#lastByte === NEWLINE;
  }

  /** @param chunk no longer than a line may be, so that only a carried line can be too long. */
  #push(chunk: Uint8Array): void {
    let start = 0;
    if (this.#carried > 0) {
      const newline = chunk.indexOf(NEWLINE);
      this.#keep(chunk.subarray(0, newline === -1 ? chunk.length : newline));
      if (newline === -1) return;
      this.#endLine();
      start = newline + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (start < end) this.#reader.onLines(chunk, start, end);
    this.#keep(chunk.subarray(Math.max(start, end)));
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const room = Math.max(0, MAX_LINE_BYTES - this.#carried);
    if (room > 0) this.#carry.push(bytes.slice(0, room));
    this.#carried += bytes.length;
  }

  #endLine(): void {
    if (this.#carried > MAX_LINE_BYTES) this.#reader.onCut();
    const line = Buffer.concat([...this.#carry, Uint8Array.of(NEWLINE)]);
    this.#carry = [];
    this.#carried = 0;
    this.#reader.onLines(line, 0, line.length);
  }
}

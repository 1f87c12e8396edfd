import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { RecordReader } from './record-reader.ts';
import { MAX_SCAN_BYTES } from './scanner.ts';

const NEWLINE = 10;

/** A record longer than this is skipped: command lines and symbols stay far below. */
const MAX_RECORD_BYTES = MAX_SCAN_BYTES / 2;

/** Feeds chunks to the scanner in whole records; what a chunk ends in the middle of is carried. */
export class RecordChunker {
  readonly #reader: RecordReader;
  readonly #diagnostics: Diagnostics;
  #carry: Uint8Array = new Uint8Array(0);
  /** Inside a record that is too long, until its newline. */
  #skipping = false;

  constructor(reader: RecordReader, diagnostics: Diagnostics) {
    this.#reader = reader;
    this.#diagnostics = diagnostics;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += MAX_RECORD_BYTES) {
      this.#push(chunk.subarray(at, at + MAX_RECORD_BYTES));
    }
  }

  #push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#carry.length > 0 || this.#skipping) {
      const newline = chunk.indexOf(NEWLINE, at);
      if (newline === -1) {
        this.#keep(chunk.subarray(at));
        return;
      }
      if (this.#skipping) {
        this.#skipping = false;
        at = newline + 1;
        break;
      }
      const joined = Buffer.concat([this.#carry, chunk.subarray(at, newline + 1)]);
      const done = this.#reader.scanner.scan(joined, 0, joined.length);
      this.#carry = joined.subarray(done);
      at = newline + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const done = at < end ? this.#reader.scanner.scan(chunk, at, end) : at;
    if (done < chunk.length) this.#keep(chunk.subarray(done));
  }

  /** @returns whether the recording ended with a whole record. */
  finish(): boolean {
    return this.#carry.length === 0 && !this.#skipping;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping) return;
    this.#carry = Buffer.concat([this.#carry, bytes]);
    if (this.#carry.length <= MAX_RECORD_BYTES) return;
    const message = 'the record is too long and was left out';
    this.#diagnostics.report('input/line-too-long', message, { line: this.#reader.line });
    this.#carry = new Uint8Array(0);
    this.#skipping = true;
  }
}

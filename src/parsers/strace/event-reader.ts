import type { Fold } from '../../model/fold.ts';
import { RecordReader } from '../../model/packed-event.ts';
import { RECORD_BYTES, RECORD_NUMBERS, RIGHTS_FACTOR } from '../../model/record-layout.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { KIND } from './kinds.ts';

/** Kinds of records behind which a text follows: the last ones, and two calls with a path. */
const hasText = (kind: number) => kind >= KIND.EVENT || kind === KIND.OPEN || kind === KIND.EXECVE;

/** A record behind which a text follows. */
interface TextRecord {
  readonly kind: number;
  readonly pid: number;
  readonly line: number;
  readonly time: LogTime | undefined;
  /** A descriptor, or the number that the text gets. */
  readonly number: number;
  /** Of the text, in bytes. */
  readonly length: number;
}

/** One whose text goes on in the next chunk. */
interface OpenText {
  readonly record: TextRecord;
  readonly pieces: Buffer[];
  missing: number;
}

/** Makes events of records and steps folds with them. */
export class EventReader {
  readonly #folds: readonly Fold<SyscallEvent, unknown>[];
  readonly #records = new RecordReader();
  readonly #texts: string[] = [];
  #open: OpenText | undefined;
  /** The latest event; kept back because under -k its stack follows. */
  #pending: SyscallEvent | undefined;
  #stack: string[] | undefined;

  constructor(folds: readonly Fold<SyscallEvent, unknown>[]) {
    this.#folds = folds;
  }

  /** @param bytes whole records, at a multiple of eight. */
  read({ buffer, byteOffset, byteLength }: Uint8Array): void {
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    const numbers = new Float64Array(buffer, byteOffset, byteLength / 8);
    let at = this.#open === undefined ? 0 : this.#readRest(this.#open, chunk);
    while (at < numbers.length) {
      const kind = numbers[at]! % RIGHTS_FACTOR;
      if (hasText(kind)) at = this.#readText(textRecord(kind, numbers, at), chunk, at);
      else {
        this.#flush();
        this.#pending = this.#records.read(numbers, at, this.#texts);
        at += RECORD_NUMBERS;
      }
    }
  }

  finish(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#pending === undefined) return;
    for (const fold of this.#folds) fold.step(this.#pending);
    this.#pending = undefined;
    this.#stack = undefined;
  }

  /** @returns where the next record begins. */
  #readText(record: TextRecord, chunk: Buffer, at: number): number {
    const start = (at + RECORD_NUMBERS) * 8;
    const end = start + record.length;
    if (end <= chunk.length) this.#endText(record, chunk.toString('utf8', start, end));
    else {
      const begun = Buffer.from(chunk.subarray(start));
      this.#open = { record, pieces: [begun], missing: end - chunk.length };
    }
    return at + RECORD_NUMBERS + recordsOf(record.length);
  }

  #readRest(open: OpenText, chunk: Buffer): number {
    const count = Math.min(open.missing, chunk.length);
    open.pieces.push(Buffer.from(chunk.subarray(0, count)));
    open.missing -= count;
    if (open.missing === 0) {
      this.#open = undefined;
      this.#endText(open.record, Buffer.concat(open.pieces).toString());
    }
    return recordsOf(count);
  }

  #endText({ kind, pid, line, time, number }: TextRecord, text: string): void {
    if (kind === KIND.TEXT) {
      this.#texts[number] = text;
      return;
    }
    if (kind === KIND.FRAME) {
      if (this.#stack === undefined && this.#pending !== undefined) {
        // From now on it is an object of its own.
        this.#stack = [];
        this.#pending = { ...this.#pending, stack: this.#stack };
      }
      this.#stack?.push(text);
      return;
    }
    this.#flush();
    // JSON has no undefined; events always have a time.
    if (kind === KIND.EVENT) this.#pending = { time: undefined, ...JSON.parse(text) };
    else if (kind === KIND.EXECVE)
      this.#pending = { pid, line, time, call: 'execve', program: text };
    else this.#pending = { pid, line, time, call: 'open', path: text, descriptor: number };
  }
}

function textRecord(kind: number, numbers: Float64Array, at: number): TextRecord {
  const time = numbers[at + 3]!;
  return {
    kind,
    pid: numbers[at + 1]!,
    line: numbers[at + 2]!,
    time: Number.isNaN(time) ? undefined : time,
    number: numbers[at + 4]!,
    length: numbers[at + 5]!,
  };
}

/** Numbers that the records take which hold so many bytes of a text. */
const recordsOf = (bytes: number): number => Math.ceil(bytes / RECORD_BYTES) * RECORD_NUMBERS;

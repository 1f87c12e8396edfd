import {
  RECORD_BYTES,
  RECORD_NUMBERS,
  RecordReader,
  RIGHTS_FACTOR,
} from '../../model/call-record.ts';
import type { Fold } from '../../model/fold.ts';
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
  readonly bytes: Buffer;
  have: number;
}

/**
 * Makes events of records and steps folds with them.
 */
export class EventReader {
  readonly #folds: readonly Fold<SyscallEvent, unknown>[];
  readonly #records = new RecordReader();
  readonly #texts: string[] = [];
  /** The record whose text has not come whole. */
  #open: TextRecord | undefined;
  /** The latest event; kept back because under -k its stack follows. */
  #pending: SyscallEvent | undefined;
  #stack: string[] | undefined;

  constructor(folds: readonly Fold<SyscallEvent, unknown>[]) {
    this.#folds = folds;
  }

  /** @param bytes whole records, at a multiple of eight. */
  read(bytes: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = bytes;
    const numbers = new Float64Array(buffer, byteOffset, byteLength / 8);
    for (let at = 0; at < numbers.length; at += RECORD_NUMBERS) {
      if (this.#open !== undefined) this.#readText(this.#open, bytes, at * 8);
      else this.#readRecord(numbers, at);
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

  #readRecord(numbers: Float64Array, at: number): void {
    const kind = numbers[at]! % RIGHTS_FACTOR;
    if (hasText(kind)) {
      this.#beginText(kind, numbers, at);
      return;
    }
    this.#flush();
    this.#pending = this.#records.read(numbers, at, this.#texts);
  }

  #beginText(kind: number, numbers: Float64Array, at: number): void {
    const time = numbers[at + 3]!;
    const open: TextRecord = {
      kind,
      pid: numbers[at + 1]!,
      line: numbers[at + 2]!,
      time: Number.isNaN(time) ? undefined : time,
      number: numbers[at + 4]!,
      bytes: Buffer.allocUnsafe(numbers[at + 5]!),
      have: 0,
    };
    if (open.bytes.length === 0) this.#endText(open);
    else this.#open = open;
  }

  #readText(open: TextRecord, bytes: Uint8Array, at: number): void {
    const count = Math.min(RECORD_BYTES, open.bytes.length - open.have);
    open.bytes.set(bytes.subarray(at, at + count), open.have);
    open.have += count;
    if (open.have < open.bytes.length) return;
    this.#open = undefined;
    this.#endText(open);
  }

  #endText({ kind, pid, line, time, number, bytes }: TextRecord): void {
    const text = bytes.toString();
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

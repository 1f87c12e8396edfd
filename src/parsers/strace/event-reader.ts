import type { Fold } from '../../model/fold.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { FLAGS_FACTOR, KIND, RECORD_BYTES, RECORD_NUMBERS, RIGHTS_FACTOR } from './kinds.ts';

type Writable<T> = T extends unknown ? { -readonly [Field in keyof T]: T[Field] } : never;
type Event<Call extends SyscallEvent['call']> = Writable<Extract<SyscallEvent, { call: Call }>>;

const NOWHERE = { pid: 0, line: 0, time: undefined };

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
 * Makes events of records and steps folds with them. There are millions, so those of a kind are one
 * object again and again.
 */
export class EventReader {
  readonly #folds: readonly Fold<SyscallEvent, unknown>[];
  readonly #texts: string[] = [];
  /** The record whose text has not come whole. */
  #open: TextRecord | undefined;
  /** The latest event; kept back because under -k its stack follows. */
  #pending: SyscallEvent | undefined;

  readonly #brk: Event<'brk'> = { ...NOWHERE, call: 'brk', requested: 0, result: 0 };
  readonly #mmap: Event<'mmap'> = {
    ...NOWHERE,
    call: 'mmap',
    length: 0,
    protection: 0,
    flags: 0,
    descriptor: -1,
    path: undefined,
    offset: 0,
    result: 0,
  };
  readonly #munmap: Event<'munmap'> = { ...NOWHERE, call: 'munmap', start: 0, length: 0 };
  readonly #mremap: Event<'mremap'> = {
    ...NOWHERE,
    call: 'mremap',
    oldStart: 0,
    oldLength: 0,
    newLength: 0,
    flags: 0,
    result: 0,
  };
  readonly #mprotect: Event<'mprotect'> = {
    ...NOWHERE,
    call: 'mprotect',
    start: 0,
    length: 0,
    protection: 0,
  };
  readonly #madvise: Event<'madvise'> = {
    ...NOWHERE,
    call: 'madvise',
    start: 0,
    length: 0,
    advice: '',
  };
  readonly #close: Event<'close'> = { ...NOWHERE, call: 'close', descriptor: -1 };

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
  }

  #readRecord(numbers: Float64Array, at: number): void {
    const head = numbers[at]!;
    const kind = head % RIGHTS_FACTOR;
    if (hasText(kind)) {
      this.#beginText(kind, numbers, at);
      return;
    }
    this.#flush();
    const event = this.#eventOf(head, kind, numbers, at);
    const time = numbers[at + 3]!;
    event.pid = numbers[at + 1]!;
    event.line = numbers[at + 2]!;
    event.time = Number.isNaN(time) ? undefined : time;
    this.#pending = event;
  }

  #eventOf(
    head: number,
    kind: number,
    numbers: Float64Array,
    at: number,
  ): Event<SyscallEvent['call']> {
    const a = numbers[at + 4]!;
    const b = numbers[at + 5]!;
    const c = numbers[at + 6]!;
    switch (kind) {
      case KIND.MMAP: {
        const event = this.#mmap;
        event.length = a;
        event.protection = Math.floor((head % FLAGS_FACTOR) / RIGHTS_FACTOR);
        event.flags = Math.floor(head / FLAGS_FACTOR);
        event.descriptor = b;
        event.offset = c;
        event.result = numbers[at + 7]!;
        return event;
      }
      case KIND.BRK: {
        const event = this.#brk;
        event.requested = a;
        event.result = b;
        return event;
      }
      case KIND.MPROTECT: {
        const event = this.#mprotect;
        event.start = a;
        event.length = b;
        event.protection = c;
        return event;
      }
      case KIND.MUNMAP: {
        const event = this.#munmap;
        event.start = a;
        event.length = b;
        return event;
      }
      case KIND.MREMAP: {
        const event = this.#mremap;
        event.oldStart = a;
        event.oldLength = b;
        event.newLength = c;
        event.flags = Math.floor(head / FLAGS_FACTOR);
        event.result = numbers[at + 7]!;
        return event;
      }
      case KIND.MADVISE: {
        const event = this.#madvise;
        event.start = a;
        event.length = b;
        event.advice = this.#texts[c]!;
        return event;
      }
      case KIND.CLOSE: {
        const event = this.#close;
        event.descriptor = a;
        return event;
      }
      case KIND.CLONE:
        return { ...NOWHERE, call: 'clone', child: a, sharesMemory: b === 1 };
      case KIND.EXIT:
        return { ...NOWHERE, call: 'exit', outcome: this.#texts[a]! };
      default:
        throw new Error(`no event has records of kind ${kind}`);
    }
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
      // From now on it is an object of its own.
      if (this.#pending !== undefined && this.#pending.stack === undefined) {
        this.#pending = { ...this.#pending, stack: [] };
      }
      this.#pending?.stack?.push(text);
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

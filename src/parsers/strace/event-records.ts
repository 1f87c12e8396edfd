/**
 * Events as bytes, to hand them from one thread to another: records of eight doubles.
 *
 *     kind + 16 × rights + 256 × flags, PID, line, time (NaN: none), and up to four numbers
 *
 * Texts that come again and again (programs, outcomes, advice) go once, and later as their number.
 * Those, and events with a path or a stack, go as JSON behind a record that says how long it is,
 * filled up to whole records.
 */
import type { EventOrigin, SyscallEvent } from '../../model/syscall-trace.ts';
import {
  brkEvent,
  closeEvent,
  madviseEvent,
  mmapEvent,
  mprotectEvent,
  mremapEvent,
  munmapEvent,
  openEvent,
} from './events.ts';

const NUMBERS = 8;
const RECORD_BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;

/** How many records are handed over at once. */
const BATCH_RECORDS = 1024;

/** JSON follows: an event; a text that gets the next number. */
const EVENT = 0;
const TEXT = 15;
const BRK = 1;
const MMAP = 2;
const MUNMAP = 3;
const MREMAP = 4;
const MPROTECT = 5;
const MADVISE = 6;
const CLONE = 7;
const EXECVE = 8;
const EXIT = 9;
const OPEN = 10;
const CLOSE = 11;

/** The head holds the kind, rights (up to 15), and flags. */
const RIGHTS_FACTOR = 16;
const FLAGS_FACTOR = 256;

/** Texts that have a number at a time. */
const MAX_TEXTS = 4096;

const NOWHERE: EventOrigin = { pid: 0, line: 0, time: undefined };

/** Writes events; a fold, so that it takes them from the reader. */
export class EventWriter {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #numbers = new Float64Array(BATCH_RECORDS * NUMBERS);
  #at = 0;
  readonly #texts = new Map<string, number>();

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  step(event: SyscallEvent): void {
    if (event.stack !== undefined) {
      this.#putJson(EVENT, event);
      return;
    }
    switch (event.call) {
      case 'brk':
        this.#put(BRK, event, event.requested, event.result, 0, 0);
        break;
      case 'mmap': {
        const { length, protection, flags, descriptor, path, offset, result } = event;
        if (path !== undefined || protection >= FLAGS_FACTOR / RIGHTS_FACTOR) {
          this.#putJson(EVENT, event);
          break;
        }
        const head = MMAP + RIGHTS_FACTOR * protection + FLAGS_FACTOR * flags;
        this.#put(head, event, length, descriptor, offset, result);
        break;
      }
      case 'munmap':
        this.#put(MUNMAP, event, event.start, event.length, 0, 0);
        break;
      case 'mremap': {
        const { oldStart, oldLength, newLength, flags, result } = event;
        this.#put(MREMAP + FLAGS_FACTOR * flags, event, oldStart, oldLength, newLength, result);
        break;
      }
      case 'mprotect':
        this.#put(MPROTECT, event, event.start, event.length, event.protection, 0);
        break;
      case 'madvise': {
        const advice = this.#numberOf(event.advice);
        this.#put(MADVISE, event, event.start, event.length, advice, 0);
        break;
      }
      case 'clone':
        this.#put(CLONE, event, event.child, Number(event.sharesMemory), 0, 0);
        break;
      case 'execve':
        this.#put(EXECVE, event, this.#numberOf(event.program), 0, 0, 0);
        break;
      case 'open':
        this.#put(OPEN, event, this.#numberOf(event.path), event.descriptor, 0, 0);
        break;
      case 'close':
        this.#put(CLOSE, event, event.descriptor, 0, 0, 0);
        break;
      case 'exit':
        this.#put(EXIT, event, this.#numberOf(event.outcome), 0, 0, 0);
        break;
      default:
        this.#putJson(EVENT, event);
    }
  }

  finish(): void {
    this.#flush();
  }

  #put(
    head: number,
    { pid, line, time }: EventOrigin,
    a: number,
    b: number,
    c: number,
    d: number,
  ): void {
    const numbers = this.#numbers;
    const at = this.#at;
    numbers[at] = head;
    numbers[at + 1] = pid;
    numbers[at + 2] = line;
    numbers[at + 3] = time ?? Number.NaN;
    numbers[at + 4] = a;
    numbers[at + 5] = b;
    numbers[at + 6] = c;
    numbers[at + 7] = d;
    this.#at = at + NUMBERS;
    if (this.#at === numbers.length) this.#flush();
  }

  /** The number of a text, which is sent where it is new. */
  #numberOf(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // Without end there could be as many as lines: then all numbers are given anew.
    if (this.#texts.size === MAX_TEXTS) this.#texts.clear();
    const number = this.#texts.size;
    this.#texts.set(text, number);
    this.#putJson(TEXT, [number, text]);
    return number;
  }

  #putJson(kind: number, value: unknown): void {
    const text = Buffer.from(JSON.stringify(value));
    this.#put(kind, NOWHERE, text.length, 0, 0, 0);
    this.#flush();
    const padded = new Uint8Array(Math.ceil(text.length / RECORD_BYTES) * RECORD_BYTES);
    padded.set(text);
    this.#write(padded);
  }

  #flush(): void {
    if (this.#at > 0) this.#write(new Uint8Array(this.#numbers.buffer, 0, this.#at * 8));
    this.#at = 0;
  }
}

/** Reads events again; chunks hold whole records, but a text can go on in the next. */
export class EventReader {
  readonly #onEvent: (event: SyscallEvent) => void;
  readonly #texts: string[] = [];
  #json: Buffer[] = [];
  /** Bytes of it that have not come yet, and what it is. */
  #missing = 0;
  #kind = EVENT;

  constructor(onEvent: (event: SyscallEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** @param bytes lie at a multiple of eight. */
  read(bytes: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = bytes;
    const numbers = new Float64Array(buffer, byteOffset, byteLength / 8);
    for (let at = 0; at < numbers.length; ) {
      if (this.#missing > 0) at = this.#readJson(bytes, at);
      else {
        this.#readRecord(numbers, at);
        at += NUMBERS;
      }
    }
  }

  /** @returns where the next record begins. */
  #readJson(bytes: Uint8Array, at: number): number {
    const start = at * 8;
    const end = Math.min(bytes.length, start + this.#missing);
    this.#json.push(Buffer.from(bytes.slice(start, end)));
    this.#missing -= end - start;
    if (this.#missing === 0) {
      const value = JSON.parse(Buffer.concat(this.#json).toString());
      this.#json = [];
      // JSON has no undefined; events always have a time.
      if (this.#kind === EVENT) this.#onEvent({ ...value, time: value.time });
      else this.#texts[value[0]] = value[1];
    }
    return Math.ceil(end / RECORD_BYTES) * NUMBERS;
  }

  #readRecord(numbers: Float64Array, at: number): void {
    const head = numbers[at]!;
    const kind = head % RIGHTS_FACTOR;
    const rights = (head % FLAGS_FACTOR) - kind;
    const flags = Math.floor(head / FLAGS_FACTOR);
    const time = numbers[at + 3]!;
    const origin = {
      pid: numbers[at + 1]!,
      line: numbers[at + 2]!,
      time: Number.isNaN(time) ? undefined : time,
    };
    const a = numbers[at + 4]!;
    const b = numbers[at + 5]!;
    const c = numbers[at + 6]!;
    const d = numbers[at + 7]!;
    if (kind === BRK) this.#onEvent(brkEvent(origin, a, b));
    else if (kind === MMAP) {
      const backing = { descriptor: b, path: undefined, offset: c };
      this.#onEvent(mmapEvent(origin, a, rights / RIGHTS_FACTOR, flags, backing, d));
    } else if (kind === MUNMAP) this.#onEvent(munmapEvent(origin, a, b));
    else if (kind === MREMAP) this.#onEvent(mremapEvent(origin, a, b, c, flags, d));
    else if (kind === MPROTECT) this.#onEvent(mprotectEvent(origin, a, b, c));
    else if (kind === MADVISE) this.#onEvent(madviseEvent(origin, a, b, this.#texts[c]!));
    else if (kind === CLONE) {
      this.#onEvent({ ...origin, call: 'clone', child: a, sharesMemory: b === 1 });
    } else if (kind === OPEN) this.#onEvent(openEvent(origin, this.#texts[a]!, b));
    else if (kind === CLOSE) this.#onEvent(closeEvent(origin, a));
    else if (kind === EXECVE) {
      this.#onEvent({ ...origin, call: 'execve', program: this.#texts[a]! });
    } else if (kind === EXIT) {
      this.#onEvent({ ...origin, call: 'exit', outcome: this.#texts[a]! });
    } else {
      this.#kind = kind;
      this.#missing = a;
    }
  }
}

import {
  BRK,
  CLONE,
  CLOSE,
  EXIT,
  FLAGS_FACTOR,
  MADVISE,
  MAX_RIGHTS,
  MMAP,
  MPROTECT,
  MREMAP,
  MUNMAP,
  RIGHTS_FACTOR,
} from './record-layout.ts';
import type { EventOrigin, SyscallEvent } from './syscall-trace.ts';

/**
 * Events as records of eight doubles, where there are too many for objects:
 *
 *     head, PID, line, time (NaN: none), and up to four numbers
 *     head = kind + RIGHTS_FACTOR × rights + FLAGS_FACTOR × flags
 *
 * A text (advice, how a process ended) is in them as a number that the writer gave it.
 */

/** Larger ones would push the kind out of the double. */
const MAX_FLAGS = 0xffffffff;

/** Kinds of records. */
export const RECORD = {
  BRK,
  MMAP,
  MUNMAP,
  MREMAP,
  MPROTECT,
  MADVISE,
  CLOSE,
  CLONE,
  EXIT,
} as const;

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;
type Recorded =
  | 'brk'
  | 'mmap'
  | 'munmap'
  | 'mremap'
  | 'mprotect'
  | 'madvise'
  | 'close'
  | 'clone'
  | 'exit';

export type RecordedEvent = Event<Recorded>;

/** Whether a record holds an event whole, but for the path of a mapped file. */
export function fitsRecord(event: SyscallEvent): event is RecordedEvent {
  if (event.stack !== undefined) return false;
  switch (event.call) {
    case 'mmap':
      return event.protection <= MAX_RIGHTS && fitsFlags(event.flags);
    case 'mremap':
      return fitsFlags(event.flags);
    case 'brk':
    case 'munmap':
    case 'mprotect':
    case 'madvise':
    case 'close':
    case 'clone':
    case 'exit':
      return true;
    default:
      return false;
  }
}

function fitsFlags(flags: number): boolean {
  return flags >= 0 && flags <= MAX_FLAGS;
}

/** @param text the number of the event's text, where it has one. */
export function writeRecord(
  numbers: Float64Array,
  at: number,
  event: RecordedEvent,
  text: number,
): void {
  switch (event.call) {
    case 'brk':
      write(numbers, at, RECORD.BRK, event, event.requested, event.result, 0, 0);
      break;
    case 'mmap': {
      const { length, protection, flags, descriptor, offset, result } = event;
      const head = RECORD.MMAP + RIGHTS_FACTOR * protection + FLAGS_FACTOR * flags;
      write(numbers, at, head, event, length, descriptor, offset, result);
      break;
    }
    case 'munmap':
      write(numbers, at, RECORD.MUNMAP, event, event.start, event.length, 0, 0);
      break;
    case 'mremap': {
      const { oldStart, oldLength, newLength, flags, result } = event;
      const head = RECORD.MREMAP + FLAGS_FACTOR * flags;
      write(numbers, at, head, event, oldStart, oldLength, newLength, result);
      break;
    }
    case 'mprotect':
      write(numbers, at, RECORD.MPROTECT, event, event.start, event.length, event.protection, 0);
      break;
    case 'madvise':
      write(numbers, at, RECORD.MADVISE, event, event.start, event.length, text, 0);
      break;
    case 'close':
      write(numbers, at, RECORD.CLOSE, event, event.descriptor, 0, 0, 0);
      break;
    case 'clone':
      write(numbers, at, RECORD.CLONE, event, event.child, Number(event.sharesMemory), 0, 0);
      break;
    case 'exit':
      write(numbers, at, RECORD.EXIT, event, text, 0, 0, 0);
      break;
  }
}

function write(
  numbers: Float64Array,
  at: number,
  head: number,
  { pid, line, time }: EventOrigin,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  numbers[at] = head;
  numbers[at + 1] = pid;
  numbers[at + 2] = line;
  numbers[at + 3] = time ?? Number.NaN;
  numbers[at + 4] = a;
  numbers[at + 5] = b;
  numbers[at + 6] = c;
  numbers[at + 7] = d;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

const NOWHERE = { pid: 0, line: 0, time: undefined, stack: undefined };

/** Reads records. The events that come in millions are one object of each kind, again and again. */
export class RecordReader {
  readonly #brk: Writable<Event<'brk'>> = { ...NOWHERE, call: 'brk', requested: 0, result: 0 };
  readonly #mmap: Writable<Event<'mmap'>> = {
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
  readonly #munmap: Writable<Event<'munmap'>> = { ...NOWHERE, call: 'munmap', start: 0, length: 0 };
  readonly #mremap: Writable<Event<'mremap'>> = {
    ...NOWHERE,
    call: 'mremap',
    oldStart: 0,
    oldLength: 0,
    newLength: 0,
    flags: 0,
    result: 0,
  };
  readonly #mprotect: Writable<Event<'mprotect'>> = {
    ...NOWHERE,
    call: 'mprotect',
    start: 0,
    length: 0,
    protection: 0,
  };
  readonly #madvise: Writable<Event<'madvise'>> = {
    ...NOWHERE,
    call: 'madvise',
    start: 0,
    length: 0,
    advice: '',
  };
  readonly #close: Writable<Event<'close'>> = { ...NOWHERE, call: 'close', descriptor: -1 };

  /**
   * @param texts by their numbers.
   * @param path of the file that is mapped, which no record has.
   */
  read(
    numbers: Float64Array,
    at: number,
    texts: readonly string[],
    path?: string | undefined,
  ): RecordedEvent {
    const event = this.#read(numbers, at, texts);
    if (event.call === 'mmap') event.path = path;
    const time = numbers[at + 3]!;
    event.pid = numbers[at + 1]!;
    event.line = numbers[at + 2]!;
    event.time = Number.isNaN(time) ? undefined : time;
    return event;
  }

  #read(numbers: Float64Array, at: number, texts: readonly string[]) {
    const head = numbers[at]!;
    const a = numbers[at + 4]!;
    const b = numbers[at + 5]!;
    const c = numbers[at + 6]!;
    switch (head % RIGHTS_FACTOR) {
      case RECORD.MMAP: {
        const event = this.#mmap;
        event.length = a;
        event.protection = Math.floor((head % FLAGS_FACTOR) / RIGHTS_FACTOR);
        event.flags = Math.floor(head / FLAGS_FACTOR);
        event.descriptor = b;
        event.offset = c;
        event.result = numbers[at + 7]!;
        return event;
      }
      case RECORD.BRK: {
        const event = this.#brk;
        event.requested = a;
        event.result = b;
        return event;
      }
      case RECORD.MPROTECT: {
        const event = this.#mprotect;
        event.start = a;
        event.length = b;
        event.protection = c;
        return event;
      }
      case RECORD.MUNMAP: {
        const event = this.#munmap;
        event.start = a;
        event.length = b;
        return event;
      }
      case RECORD.MREMAP: {
        const event = this.#mremap;
        event.oldStart = a;
        event.oldLength = b;
        event.newLength = c;
        event.flags = Math.floor(head / FLAGS_FACTOR);
        event.result = numbers[at + 7]!;
        return event;
      }
      case RECORD.MADVISE: {
        const event = this.#madvise;
        event.start = a;
        event.length = b;
        event.advice = texts[c]!;
        return event;
      }
      case RECORD.CLOSE: {
        const event = this.#close;
        event.descriptor = a;
        return event;
      }
      case RECORD.CLONE:
        return { ...NOWHERE, call: 'clone' as const, child: a, sharesMemory: b === 1 };
      case RECORD.EXIT:
        return { ...NOWHERE, call: 'exit' as const, outcome: texts[a]! };
      default:
        throw new Error(`no event has records of kind ${head % RIGHTS_FACTOR}`);
    }
  }
}

import { fitsRecord, writeRecord } from '../../model/packed-event.ts';
import { RECORD_BYTES, RECORD_NUMBERS } from '../../model/record-layout.ts';
import type { EventOrigin, SyscallEvent } from '../../model/syscall-trace.ts';
import { KIND } from './kinds.ts';
import { MAX_PATH, MOST_FRAMES, RECORD_CAPACITY, WORD_CAPACITY } from './scan/layout.ts';
import type { ScanState } from './scan-state.ts';

export const RECORDS_BYTES = RECORD_CAPACITY * RECORD_BYTES;

/** Texts that have a number at a time, beside the words of the scan. */
const MAX_TEXTS = 4096;

/** What scan/opens.as.ts does when files are opened, closed, mapped, and descriptors handed on. */
export interface OpenedFiles {
  openFile(task: number, descriptor: number, path: number, length: number): void;
  closeFile(task: number, descriptor: number): void;
  passDescriptor(descriptor: number): void;
  passTask(task: number): void;
  copyDescriptors(): void;
  passAll(): void;
}

/** Where in the memory things lie. */
export interface EventPlaces {
  readonly records: number;
  /** Room for a path. */
  readonly path: number;
}

const NOWHERE: EventOrigin = { pid: 0, line: 0, time: undefined };

/** Writes records among those of the scan, and hands them over. */
export class EventWriter {
  readonly #state: ScanState;
  readonly #files: OpenedFiles;
  readonly #places: EventPlaces;
  readonly #path: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #numbers: Float64Array;
  readonly #handOver: (records: Uint8Array) => void;
  readonly #texts = new Map<string, number>();

  constructor(
    memory: ArrayBufferLike,
    places: EventPlaces,
    state: ScanState,
    files: OpenedFiles,
    handOver: (records: Uint8Array) => void,
  ) {
    this.#state = state;
    this.#files = files;
    this.#places = places;
    this.#path = new Uint8Array(memory, places.path, MAX_PATH);
    this.#bytes = new Uint8Array(memory, places.records, RECORDS_BYTES);
    this.#numbers = new Float64Array(memory, places.records, RECORD_CAPACITY * RECORD_NUMBERS);
    this.#handOver = handOver;
  }

  /** Takes an event that was read as text, on the present line. */
  put(event: SyscallEvent): void {
    switch (event.call) {
      case 'open': {
        const { pid, descriptor, path } = event;
        const { written } = new TextEncoder().encodeInto(path, this.#path);
        this.#files.openFile(pid, descriptor, this.#places.path, written);
        return;
      }
      case 'close':
        this.#files.closeFile(event.pid, event.descriptor);
        return;
      case 'mmap':
        this.#files.passDescriptor(event.descriptor);
        break;
      case 'clone':
        this.#files.passTask(event.pid);
        if (!event.sharesMemory) this.#files.copyDescriptors();
        break;
      case 'execve':
      case 'exit':
        this.#files.passTask(event.pid);
        break;
    }
    this.#putRecord(event);
    this.#state.frames = MOST_FRAMES;
  }

  #putRecord(event: SyscallEvent): void {
    if (event.call === 'execve') {
      this.#putText(KIND.EXECVE, event.program, 0, event);
    } else if (fitsRecord(event) && !(event.call === 'mmap' && event.path !== undefined)) {
      const text = textOf(event);
      const number = text === undefined ? 0 : this.#numberOf(text);
      writeRecord(this.#numbers, this.#state.records * RECORD_NUMBERS, event, number);
      this.#count();
    } else this.#putText(KIND.EVENT, JSON.stringify(event));
  }

  /** A frame of the stack of the latest event. */
  putFrame(frame: string): void {
    this.#state.frames--;
    this.#putText(KIND.FRAME, frame);
  }

  /** A word that the scan's records name by its index. */
  putWord(index: number, text: string): void {
    this.#putText(KIND.TEXT, text, index);
  }

  /** The log ends. */
  finish(): void {
    this.#files.passAll();
    this.flush();
  }

  /** Hands over what there is. */
  flush(): void {
    const { records } = this.#state;
    this.#state.records = 0;
    if (records > 0) this.#handOver(this.#bytes.subarray(0, records * RECORD_BYTES));
  }

  /** The number of a text, which is sent where it is new. */
  #numberOf(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // Without end there could be as many as lines: then all numbers are given anew.
    if (this.#texts.size === MAX_TEXTS) this.#texts.clear();
    const number = WORD_CAPACITY + this.#texts.size;
    this.#texts.set(text, number);
    this.#putText(KIND.TEXT, text, number);
    return number;
  }

  #putText(kind: number, text: string, number = 0, origin = NOWHERE): void {
    const bytes = Buffer.from(text);
    const { pid, line, time } = origin;
    const record = [kind, pid, line, time ?? Number.NaN, number, bytes.length];
    this.#numbers.set(record, this.#state.records * RECORD_NUMBERS);
    this.#count();
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
      const piece = bytes.subarray(at, at + RECORD_BYTES);
      this.#bytes.set(piece, this.#state.records * RECORD_BYTES);
      this.#count();
    }
  }

  #count(): void {
    if (++this.#state.records === RECORD_CAPACITY) this.flush();
  }
}

function textOf(event: SyscallEvent): string | undefined {
  if (event.call === 'madvise') return event.advice;
  return event.call === 'exit' ? event.outcome : undefined;
}

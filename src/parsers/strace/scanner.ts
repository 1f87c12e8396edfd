/**
 * Runs the WebAssembly of scan.as.ts over the lines of a log.
 *
 * The program, the chunks and the tables share one memory: chunks that the decoder wrote into its
 * ring are scanned where they lie; others are copied into a scratch area first.
 *
 *     │ ring of the decoder, if there is one │ state │ words │ tasks │ open calls │ joined │ scratch │
 */
import { MAX_RUN_BYTES, type RunReader } from '../../input/whole-lines.ts';
import type { EventOrigin, SyscallTrace } from '../../model/syscall-trace.ts';
import type { ParseContext } from '../format.ts';
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
import { StraceReader } from './reader.ts';
import { ScanState, STATE_BYTES } from './scan-state.ts';
import { SCAN_WASM } from './scan-wasm.ts';
import { OPENS_BYTES, SLOTS_BYTES, TaskSlots } from './task-slots.ts';
import { TaskTable } from './tasks.ts';
import { NAME, WORDS_BYTES, Words } from './words.ts';

interface Scan {
  readonly state: WebAssembly.Global;
  readonly words: WebAssembly.Global;
  readonly tasks: WebAssembly.Global;
  readonly opens: WebAssembly.Global;
  readonly joined: WebAssembly.Global;
  scan(start: number, end: number): void;
}

const PAGE_BYTES = 65536;

/** 4 GiB, all that WebAssembly can address. */
const MAX_PAGES = 65536;

/** The scan looks at whole blocks, beyond the end of the last line and before the first. */
const MARGIN_BYTES = 64;

/** Room for the arguments of a call that was printed in two halves. */
const JOINED_BYTES = 1024;

let compiled: WebAssembly.Module | undefined;

export class LineScanner implements RunReader {
  readonly #memory: WebAssembly.Memory;
  /** The memory as chunks refer to it; after it has grown it has another object. */
  readonly #chunks: ArrayBufferLike;
  readonly #reader: StraceReader;
  readonly #state: ScanState;
  readonly #words: Words;
  readonly #scan: Scan;
  readonly #scratch: number;
  readonly #bytes: Buffer;

  /**
   * @param memory that the chunks lie in; where they lie elsewhere, the scanner makes its own.
   * @param everyLineAsText takes no line from its bytes.
   */
  constructor(
    { diagnostics, syscallFolds }: ParseContext,
    memory: WebAssembly.Memory | undefined,
    everyLineAsText: boolean,
  ) {
    this.#memory =
      memory ?? new WebAssembly.Memory({ initial: 0, maximum: MAX_PAGES, shared: true });
    this.#chunks = this.#memory.buffer;
    const state = this.#grow(STATE_BYTES);
    const words = this.#grow(WORDS_BYTES);
    const slots = this.#grow(SLOTS_BYTES);
    const opens = this.#grow(OPENS_BYTES);
    const joined = this.#grow(JOINED_BYTES);
    this.#scratch = this.#grow(MARGIN_BYTES + MAX_RUN_BYTES + MARGIN_BYTES) + MARGIN_BYTES;

    const { buffer } = this.#memory;
    this.#bytes = Buffer.from(buffer);
    this.#state = new ScanState(buffer, state);
    this.#words = new Words(buffer, words);
    const taskSlots = new TaskSlots(buffer, slots, opens);
    const tasks = new TaskTable(taskSlots, (index) => this.#words.textOf(index));
    this.#reader = new StraceReader(
      { diagnostics, folds: syscallFolds, everyLineAsText },
      this.#state,
      tasks,
    );

    compiled ??= new WebAssembly.Module(Buffer.from(SCAN_WASM, 'base64'));
    const imports = {
      env: { memory: this.#memory },
      'scan.as': {
        onLine: (at: number, end: number) => this.#reader.onLine(this.#textAt(at, end)),
      },
      'scan-events.as': this.#eventTakers(),
      'scan-words.as': {
        onWord: (index: number, role: number, at: number, length: number) =>
          this.#onWord(index, role, this.#textAt(at, at + length)),
      },
    };
    const { exports } = new WebAssembly.Instance(compiled, imports);
    this.#scan = exports as unknown as Scan;
    this.#scan.state.value = state;
    this.#scan.words.value = words;
    this.#scan.tasks.value = slots;
    this.#scan.opens.value = opens;
    this.#scan.joined.value = joined;
  }

  onLines(buffer: Uint8Array, start: number, end: number): void {
    let at = buffer.byteOffset + start;
    if (buffer.buffer !== this.#chunks) {
      this.#bytes.set(buffer.subarray(start, end), this.#scratch);
      at = this.#scratch;
    }
    this.#scan.scan(at, at + end - start);
  }

  onCut(): void {
    this.#reader.onCut();
  }

  finish(endsWithNewline: boolean): SyscallTrace {
    for (const { name, calls, errors } of this.#words.counts()) {
      const count = this.#reader.callsOf(name);
      count.calls += calls;
      count.errors += errors;
    }
    return this.#reader.finish(endsWithNewline);
  }

  #onWord(index: number, role: number, text: string): number {
    const meaning = this.#words.add(index, role, text);
    if (role === NAME && meaning >= 0) this.#reader.callsOf(text);
    return meaning;
  }

  /** The functions that scan-events.as.ts declares. */
  #eventTakers() {
    const reader = this.#reader;
    const state = this.#state;
    const origin = (pid: number, time: number): EventOrigin => ({
      pid,
      line: state.line,
      time: Number.isNaN(time) ? undefined : time,
    });
    return {
      onBrk: (pid: number, time: number, requested: number, result: number) =>
        reader.onEvent(brkEvent(origin(pid, time), requested, result)),
      onMmap: (
        pid: number,
        time: number,
        length: number,
        protection: number,
        flags: number,
        descriptor: number,
        offset: number,
        result: number,
      ) => {
        const backing = { descriptor, path: undefined, offset };
        reader.onEvent(mmapEvent(origin(pid, time), length, protection, flags, backing, result));
      },
      onOpen: (pid: number, time: number, at: number, length: number, descriptor: number) =>
        reader.onEvent(openEvent(origin(pid, time), this.#textAt(at, at + length), descriptor)),
      onClose: (pid: number, time: number, descriptor: number) =>
        reader.onEvent(closeEvent(origin(pid, time), descriptor)),
      onMunmap: (pid: number, time: number, start: number, length: number) =>
        reader.onEvent(munmapEvent(origin(pid, time), start, length)),
      onMremap: (
        pid: number,
        time: number,
        oldStart: number,
        oldLength: number,
        newLength: number,
        flags: number,
        result: number,
      ) =>
        reader.onEvent(
          mremapEvent(origin(pid, time), oldStart, oldLength, newLength, flags, result),
        ),
      onMprotect: (pid: number, time: number, start: number, length: number, protection: number) =>
        reader.onEvent(mprotectEvent(origin(pid, time), start, length, protection)),
      onMadvise: (pid: number, time: number, start: number, length: number, advice: number) =>
        reader.onEvent(madviseEvent(origin(pid, time), start, length, this.#words.textOf(advice))),
    };
  }

  #textAt(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }

  /** @returns where the new bytes begin. */
  #grow(bytes: number): number {
    return this.#memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES;
  }
}

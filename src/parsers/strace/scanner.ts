/**
 * Runs the WebAssembly of scan.as.ts over the lines of a log.
 *
 * The program, the chunks and the tables share one memory: chunks that the decoder wrote into its
 * ring are scanned where they lie; others are copied into a scratch area first.
 *
 *     │ ring of the decoder, if there is one │ state │ words │ tasks │ open calls │ joined │
 *     │ opened files │ path │ records │ scratch │
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { type LineRunHandler, MAX_RUN_BYTES } from '../../input/line-chunker.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import { EventWriter, type OpenedFiles, RECORDS_BYTES } from './event-writer.ts';
import { WORDS_BYTES, Words } from './interned-words.ts';
import { StraceReader } from './reader.ts';
import {
  ADVICE,
  DESCRIPTORS,
  HEAD_BYTES,
  MAX_PATH,
  MOST_WAITING,
  NAME,
  OPENING_HEAD_BYTES,
  STATE_BYTES,
} from './scan/layout.ts';
import { SCAN_WASM } from './scan/scan-wasm.ts';
import { ScanState } from './scan-state.ts';
import { OPENS_BYTES, SLOTS_BYTES, TaskSlots } from './task-slots.ts';
import { TaskTable } from './tasks.ts';

interface Scan extends OpenedFiles {
  readonly state: WebAssembly.Global;
  readonly words: WebAssembly.Global;
  readonly tasks: WebAssembly.Global;
  readonly opens: WebAssembly.Global;
  readonly joined: WebAssembly.Global;
  readonly openings: WebAssembly.Global;
  readonly records: WebAssembly.Global;
  scan(start: number, end: number): void;
}

const PAGE_BYTES = 65536;

/** 4 GiB, all that WebAssembly can address. */
const MAX_PAGES = 65536;

/** The scan looks at whole blocks, beyond the end of the last line and before the first. */
const MARGIN_BYTES = 64;

/** Room for the arguments of a call that was printed in two halves. */
const JOINED_BYTES = 1024;

/** Room for files that wait until something maps them. */
const OPENINGS_BYTES = DESCRIPTORS * HEAD_BYTES + MOST_WAITING * (OPENING_HEAD_BYTES + MAX_PATH);

let compiled: WebAssembly.Module | undefined;

export class LineScanner implements LineRunHandler {
  readonly #memory: WebAssembly.Memory;
  /** The memory as chunks refer to it; after it has grown it has another object. */
  readonly #chunks: ArrayBufferLike;
  readonly #reader: StraceReader;
  readonly #state: ScanState;
  readonly #words: Words;
  readonly #events: EventWriter;
  readonly #scan: Scan;
  readonly #scratch: number;
  readonly #bytes: Buffer;

  /**
   * @param onRecords takes the events, in the order in which they took effect; see packed-event.ts and kinds.ts.
   * @param memory that the chunks lie in; where they lie elsewhere, the scanner makes its own.
   * @param everyLineAsText takes no line from its bytes.
   */
  constructor(
    diagnostics: Diagnostics,
    onRecords: (records: Uint8Array) => void,
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
    const openings = this.#grow(OPENINGS_BYTES);
    const path = this.#grow(MAX_PATH);
    const records = this.#grow(RECORDS_BYTES);
    this.#scratch = this.#grow(MARGIN_BYTES + MAX_RUN_BYTES + MARGIN_BYTES) + MARGIN_BYTES;

    const { buffer } = this.#memory;
    this.#bytes = Buffer.from(buffer);
    this.#state = new ScanState(buffer, state);
    this.#words = new Words(buffer, words);

    const taskSlots = new TaskSlots(buffer, slots, opens);
    const tasks = new TaskTable(
      taskSlots,
      (index) => this.#words.textOf(index),
      (birth) => this.#reader.onBirth(birth),
    );
    compiled ??= new WebAssembly.Module(Buffer.from(SCAN_WASM, 'base64'));
    const imports = {
      env: { memory: this.#memory },
      'scan.as': {
        onLine: (at: number, end: number) => this.#reader.onLine(this.#textAt(at, end)),
        onTask: (pid: number) => tasks.at(pid, this.#state.line),
        onExit: (pid: number, code: number) => this.#reader.onExit(pid, code),
      },
      'records.as': { onRecords: () => this.#events.flush() },
      'words.as': {
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
    this.#scan.openings.value = openings;
    this.#scan.records.value = records;

    const places = { records, path };
    this.#events = new EventWriter(buffer, places, this.#state, this.#scan, onRecords);
    const options = { diagnostics, everyLineAsText };
    this.#reader = new StraceReader(options, this.#state, tasks, this.#events);
  }

  onLines(buffer: Uint8Array, start: number, end: number): undefined {
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
      const count = this.#reader.calls.of(name);
      count.calls += calls;
      count.errors += errors;
    }
    return this.#reader.finish(endsWithNewline);
  }

  #onWord(index: number, role: number, text: string): number {
    const meaning = this.#words.add(index, role, text);
    if (role === NAME && meaning >= 0) this.#reader.calls.of(text);
    if (role === ADVICE) this.#events.putWord(index, text);
    return meaning;
  }

  #textAt(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }

  /** @returns where the new bytes begin. */
  #grow(bytes: number): number {
    return this.#memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES;
  }
}

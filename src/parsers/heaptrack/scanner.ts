/**
 * Runs the WebAssembly of scan.as.ts over the bytes of a recording.
 *
 * The program, the chunks and the costs share one memory: chunks that the decoder wrote into its
 * ring are scanned where they lie; others are copied into a scratch area first. Behind that, to the
 * end of the memory, lie the records of all allocation infos, which is why only they can grow.
 *
 *     │ ring of the decoder, if there is one │ scratch │ growth steps │ records →
 */
import type { AllocationTable, GrowthSteps } from '../../model/allocation-profile.ts';
import { GrowthStepCounter } from './growth-steps.ts';
import { SCAN_WASM } from './scan-wasm.ts';

/** Takes what the scan does not keep itself. */
export interface RecordHandler {
  /** Takes a call stack; both are known. */
  onTrace(ip: number, parent: number): void;

  /**
   * Takes any record that is no event, stack or allocation info, and those that are not in order.
   *
   * @param end behind the last whole line that is there.
   * @returns where the next record starts, or -1 when this one goes on beyond `end`.
   */
  onRecord(buffer: Uint8Array, start: number, end: number): number;
}

/** What scan.as.ts exports; its comments say what each means. */
type Scan = Readonly<
  Record<
    | 'records'
    | 'count'
    | 'capacity'
    | 'ipCount'
    | 'traceCount'
    | 'allocations'
    | 'deallocations'
    | 'temporaries'
    | 'tableRecords'
    | 'live'
    | 'crest'
    | 'peak'
    | 'peakTime'
    | 'epoch'
    | 'time'
    | 'wantsSteps'
    | 'steps'
    | 'stepCount'
    | 'stepCapacity',
    WebAssembly.Global
  >
> & {
  scan(start: number, end: number): number;
  notice(): void;
  apply(index: number, isAllocation: boolean): void;
  add(size: number, trace: number): void;
};

/** Layout of a record, in bytes and in 4-byte words. */
const RECORD_BYTES = 32;
const RECORD_WORDS = RECORD_BYTES / 4;
const RECORD_DOUBLES = RECORD_BYTES / 8;
const CALLS = 2;
const TEMPORARY = 3;
const LIVE = 4;
const EPOCH = 5;
const SAVED = 6;
const TRACE = 7;

const PAGE_BYTES = 65536;

/** Most that `scan` can be given at once, if it lies outside the ring. */
export const MAX_SCAN_BYTES = 2 * 1024 * 1024;

const FIRST_CAPACITY = 16384;

/** Growth steps that are listed before they are counted; two indexes each. */
const STEP_CAPACITY = 8192;
const STEP_BYTES = 8;

/** The scan loads whole blocks, beyond the end of the last line. */
const OVERREAD_BYTES = 64;

/** 4 GiB, all that WebAssembly can address. */
const MAX_PAGES = 65536;

let compiled: WebAssembly.Module | undefined;

export class EventScanner {
  readonly #memory: WebAssembly.Memory;
  /** The ring's bytes, as the decoder's chunks refer to them. */
  readonly #ring: ArrayBufferLike;
  readonly #scratch: number;
  readonly #scan: Scan;
  readonly #steps: GrowthStepCounter | undefined;
  #bytes: Uint8Array;

  /**
   * @param memory that the chunks lie in; where they lie elsewhere, the scanner makes its own.
   * @param wantsSteps whether to count growth steps, which costs a third more time.
   */
  constructor(handler: RecordHandler, memory: WebAssembly.Memory | undefined, wantsSteps: boolean) {
    this.#memory =
      memory ?? new WebAssembly.Memory({ initial: 0, maximum: MAX_PAGES, shared: true });
    this.#ring = this.#memory.buffer;
    this.#scratch = this.#grow(MAX_SCAN_BYTES + OVERREAD_BYTES);
    const steps = this.#grow(STEP_CAPACITY * STEP_BYTES);
    const records = this.#grow(FIRST_CAPACITY * RECORD_BYTES);
    this.#bytes = new Uint8Array(this.#memory.buffer);

    compiled ??= new WebAssembly.Module(Buffer.from(SCAN_WASM, 'base64'));
    const callbacks = {
      onRecord: (at: number, end: number) =>
        // Address 0 means the same to WebAssembly; no record lies there.
        Math.max(0, handler.onRecord(this.#bytes, at, end)),
      onTrace: (ip: number, parent: number) => handler.onTrace(ip, parent),
      onFull: () => {
        this.#grow(this.#scan.capacity.value * RECORD_BYTES);
        this.#bytes = new Uint8Array(this.#memory.buffer);
        this.#scan.capacity.value *= 2;
      },
      onSteps: () => this.#countSteps(),
    };
    const imports = { env: { memory: this.#memory }, 'scan.as': callbacks };
    const { exports } = new WebAssembly.Instance(compiled, imports);
    this.#scan = exports as Scan;
    this.#scan.records.value = records;
    this.#scan.capacity.value = FIRST_CAPACITY;
    this.#scan.steps.value = steps;
    this.#scan.stepCapacity.value = STEP_CAPACITY;
    this.#scan.wantsSteps.value = Number(wantsSteps);
    this.#steps = wantsSteps ? new GrowthStepCounter() : undefined;
  }

  get infoCount(): number {
    return this.#scan.count.value;
  }

  get allocations(): number {
    return this.#scan.allocations.value;
  }

  /** heaptrack's rule: frees directly after the allocation of the same info. */
  get temporaries(): number {
    return this.#scan.temporaries.value;
  }

  /** Lines that were taken without asking the handler. */
  get lines(): number {
    const { allocations, deallocations, tableRecords } = this.#scan;
    return allocations.value + deallocations.value + tableRecords.value;
  }

  get live(): number {
    return this.#scan.live.value;
  }

  get peak(): number {
    return this.#scan.peak.value;
  }

  /** The most that was live since this was last asked. */
  takeCrest(): number {
    this.#scan.notice();
    const crest = this.#scan.crest.value;
    this.#scan.crest.value = this.#scan.live.value;
    return crest;
  }

  /** Forgets the peak and begins anew with what is live now. */
  restartPeak(): void {
    this.#scan.notice();
    this.#scan.peak.value = this.#scan.live.value;
    this.#scan.peakTime.value = this.#scan.time.value;
    this.#scan.epoch.value++;
  }

  /** Milliseconds, when the heap was first as large as `peak`. */
  get peakTime(): number {
    return this.#scan.peakTime.value;
  }

  /** Milliseconds; the handler moves the clock. */
  get time(): number {
    return this.#scan.time.value;
  }

  set time(milliseconds: number) {
    this.#scan.time.value = milliseconds;
  }

  /** How many code addresses there are; stacks that name a later one go to `onRecord`. */
  set ipCount(count: number) {
    this.#scan.ipCount.value = count;
  }

  /** The same for call stacks, which stacks and allocation infos name. */
  set traceCount(count: number) {
    this.#scan.traceCount.value = count;
  }

  /**
   * Scans whole lines.
   *
   * @param end behind a newline, at most `MAX_SCAN_BYTES` from `start`.
   * @returns where it stopped: `end`, or the start of a record that goes on beyond it.
   */
  scan(buffer: Uint8Array, start: number, end: number): number {
    let at = buffer.byteOffset + start;
    if (buffer.buffer !== this.#ring) {
      this.#bytes.set(buffer.subarray(start, end), this.#scratch);
      at = this.#scratch;
    }
    return start + this.#scan.scan(at, at + end - start) - at;
  }

  /** Applies an event that the scan left to the handler. */
  apply(letter: '+' | '-', index: number): void {
    this.#scan.apply(index, letter === '+');
  }

  /** Appends an allocation info that the scan left to the handler. */
  addInfo(size: number, trace: number): void {
    this.#scan.add(size, trace);
  }

  /** The costs up to now, copied out of the memory that the scan works in. */
  costs(): AllocationTable {
    this.#scan.notice();
    const count = this.infoCount;
    const epoch = this.#scan.epoch.value;
    const { records } = this.#scan;
    const words = new Int32Array(this.#memory.buffer, records.value, count * RECORD_WORDS);
    const doubles = new Float64Array(this.#memory.buffer, records.value, count * RECORD_DOUBLES);
    const column = () => new Float64Array(count);
    const table = {
      count,
      size: column(),
      trace: new Uint32Array(count),
      calls: column(),
      live: column(),
      atPeak: column(),
      temporary: column(),
    };
    for (let i = 0; i < count; i++) {
      const at = i * RECORD_WORDS;
      const live = words[at + LIVE]!;
      table.size[i] = doubles[i * RECORD_DOUBLES]!;
      table.trace[i] = words[at + TRACE]!;
      table.calls[i] = words[at + CALLS]! >>> 0;
      table.live[i] = live;
      table.atPeak[i] = words[at + EPOCH] === epoch ? words[at + SAVED]! : live;
      table.temporary[i] = words[at + TEMPORARY]! >>> 0;
    }
    return table;
  }

  /** Live bytes by call stack. */
  liveByTrace(traceCount: number): Float64Array {
    const { records } = this.#scan;
    const words = new Int32Array(this.#memory.buffer, records.value);
    const doubles = new Float64Array(this.#memory.buffer, records.value);
    const live = new Float64Array(traceCount);
    for (let i = 0; i < this.infoCount; i++) {
      const at = i * RECORD_WORDS;
      live[words[at + TRACE]!]! += words[at + LIVE]! * doubles[i * RECORD_DOUBLES]!;
    }
    return live;
  }

  /** Undefined where they were not wanted. */
  growthSteps(): GrowthSteps | undefined {
    this.#countSteps();
    return this.#steps?.finish();
  }

  #countSteps(): void {
    const { steps, stepCount } = this.#scan;
    const words = new Uint32Array(this.#memory.buffer, steps.value, stepCount.value * 2);
    for (let i = 0; i < words.length; i += 2) this.#steps?.add(words[i]!, words[i + 1]!);
    stepCount.value = 0;
  }

  /** @returns where the new bytes begin. */
  #grow(bytes: number): number {
    return this.#memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES;
  }
}

/**
 * Runs the WebAssembly of scan.as.ts over the bytes of a recording.
 *
 * The program, the chunks and the costs share one memory: chunks that the decoder wrote into its
 * ring are scanned where they lie; others are copied into a scratch area first. Behind that, to the
 * end of the memory, lie the records of all allocation infos, which is why only they can grow.
 *
 *     │ ring of the decoder, if there is one │ scratch │ growth steps │ records →
 */
import { MAX_RUN_BYTES } from '../../input/line-chunker.ts';
import type { AllocationTable, GrowthSteps } from '../../model/heap-profile.ts';
import type { Accounts, EventProblem, RecordHandler, RecordScanner } from './accounts.ts';
import { type CostCounts, type CostRecords, costsOf, countsOf } from './cost-records.ts';
import type { Fields } from './fields.ts';
import { GrowthStepCounter } from './growth-steps.ts';
import { OVERREAD_BYTES, RECORD_BYTES, STEP_BYTES } from './scan/layout.ts';
import { SCAN_WASM } from './scan/scan-wasm.ts';

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
  forgetLast(): void;
  apply(index: number, isAllocation: boolean): void;
  add(size: number, trace: number): void;
};

const PAGE_BYTES = 65536;

const FIRST_CAPACITY = 16384;

/** Growth steps that are listed before they are counted; two indexes each. */
const STEP_CAPACITY = 8192;

/** 4 GiB, all that WebAssembly can address. */
const MAX_PAGES = 65536;

let compiled: WebAssembly.Module | undefined;

export class EventScanner implements Accounts, RecordScanner {
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
    this.#scratch = this.#grow(MAX_RUN_BYTES + OVERREAD_BYTES);
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

  beginWindow(): void {
    this.takeCrest();
    this.#scan.peak.value = this.#scan.live.value;
    this.#scan.peakTime.value = this.#scan.time.value;
    this.#scan.epoch.value++;
    this.#scan.forgetLast();
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

  get ipCount(): number {
    return this.#scan.ipCount.value;
  }

  /** Stacks that name a later one go to `onRecord`. */
  set ipCount(count: number) {
    this.#scan.ipCount.value = count;
  }

  get traceCount(): number {
    return this.#scan.traceCount.value;
  }

  set traceCount(count: number) {
    this.#scan.traceCount.value = count;
  }

  scan(buffer: Uint8Array, start: number, end: number): number {
    let at = buffer.byteOffset + start;
    if (buffer.buffer !== this.#ring) {
      this.#bytes.set(buffer.subarray(start, end), this.#scratch);
      at = this.#scratch;
    }
    return start + this.#scan.scan(at, at + end - start) - at;
  }

  takeEvent(letter: '+' | '-', fields: Fields): EventProblem | undefined {
    const index = fields.index();
    if (index === undefined || !fields.atEnd) {
      return { code: 'heaptrack/malformed-record', message: 'the event cannot be read' };
    }
    if (index >= this.infoCount) {
      const message = `the event names allocation info ${index}, there are ${this.infoCount}`;
      return { code: 'heaptrack/index-out-of-range', message };
    }
    this.#scan.apply(index, letter === '+');
    return undefined;
  }

  /** Appends an allocation info that the scan left to the handler. */
  addInfo(size: number, trace: number): void {
    this.#scan.add(size, trace);
  }

  costs(): AllocationTable {
    this.#scan.notice();
    return costsOf(this.#records());
  }

  counts(traceCount: number): CostCounts {
    return countsOf(this.#records(), traceCount);
  }

  growthSteps(): GrowthSteps | undefined {
    this.#countSteps();
    return this.#steps?.finish();
  }

  exactFacts(): undefined {
    return undefined;
  }

  #records(): CostRecords {
    return {
      buffer: this.#memory.buffer,
      offset: this.#scan.records.value,
      count: this.infoCount,
      recordBytes: RECORD_BYTES,
      epoch: this.#scan.epoch.value,
    };
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

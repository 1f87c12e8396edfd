import type { Address } from '../model/address.ts';
import type { Bytes } from '../model/bytes.ts';
import { float64Column, uint32Column } from '../model/columns.ts';
import type {
  AllocationTable,
  CostColumns,
  ExactFacts,
  GrowthSteps,
  TraceIndex,
} from '../model/heap-profile.ts';
import { PairIndex } from './pair-index.ts';
import { TimelineBuilder } from './timeline-builder.ts';

/** A block that is live. */
interface Block {
  /** Of the allocation table. */
  readonly row: number;
  readonly since: number;
  /** How often it grew, each time in place of the block before. */
  readonly grown: number;
}

/** The most that a block is told to have grown. */
const MOST_STEPS = 31;

/** Lifetimes by powers of two of a millisecond: 2^40 ms are decades. */
const CLASSES = 41;

/** Keeps account of blocks that a log names one by one, allocated and freed. */
export class BlockLedger {
  readonly #size = float64Column();
  readonly #trace = uint32Column();
  readonly #calls = float64Column();
  readonly #live = float64Column();
  readonly #temporary = float64Column();
  readonly #lifetime = float64Column();
  readonly #grown = float64Column();
  readonly #grownInPlace = float64Column();
  /** Blocks at the peak of a number, which is that of the row; a later peak has what is live now. */
  readonly #atPeak = float64Column();
  readonly #peakOfRow = float64Column();
  #peakNumber = 0;
  readonly #rows = new PairIndex();
  /** Sizes may be beyond what the index holds: they are numbered. */
  readonly #sizes = new Map<Bytes, number>();
  readonly #blocks = new Map<Address, Block>();
  readonly #steps = new Map<string, number>();
  readonly #timeline = new TimelineBuilder();
  readonly #lifetimes = new Float64Array(CLASSES);
  readonly #chains = new Float64Array(MOST_STEPS + 1);
  #now = 0;
  #total: Bytes = 0;
  #freed = 0;
  #count = 0;
  #temporaries = 0;
  /** The address of the allocation before, if nothing came in between. */
  #justAllocated: Address | undefined;
  peak: Bytes = 0;
  peakTime = 0;
  unknownFrees = 0;
  lostFrees = 0;
  lostBytes: Bytes = 0;

  constructor() {
    this.#addRow(0, 0);
  }

  /** Of the last event. */
  get now(): number {
    return this.#now;
  }

  /** Moves the clock. It never goes back. */
  tick(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** @param grownFrom the block that it takes the place of. */
  allocate(
    address: Address,
    size: Bytes,
    trace: TraceIndex,
    grownFrom?: Block,
    old?: Address,
  ): void {
    const known = this.#blocks.get(address);
    if (known !== undefined) {
      this.lostFrees++;
      this.lostBytes += this.#size.get(known.row);
    }
    const row = this.#rowOf(size, trace);
    this.#touch(row);
    this.#calls.set(row, this.#calls.get(row) + 1);
    this.#live.set(row, this.#live.get(row) + 1);
    this.#count++;
    const isGrown = grownFrom !== undefined && this.#size.get(grownFrom.row) < size;
    const grown = isGrown ? Math.min(MOST_STEPS, grownFrom.grown + 1) : 0;
    if (isGrown) {
      this.#grown.set(row, this.#grown.get(row) + 1);
      if (old === address) this.#grownInPlace.set(row, this.#grownInPlace.get(row) + 1);
      this.#chains[grown]!++;
      const step = `${grownFrom.row} ${row}`;
      this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    }
    this.#blocks.set(address, { row, since: this.#now, grown });
    this.#total += size;
    if (this.#total > this.peak) {
      this.peak = this.#total;
      this.peakTime = this.#now;
      this.#peakNumber++;
    }
    this.#justAllocated = address;
    this.#stamp();
  }

  /** @returns the block that was there. */
  free(address: Address, isStep = false): Block | undefined {
    const block = this.#blocks.get(address);
    if (block === undefined) {
      this.unknownFrees++;
      return undefined;
    }
    const { row, since } = block;
    this.#blocks.delete(address);
    this.#touch(row);
    this.#live.set(row, this.#live.get(row) - 1);
    this.#total -= this.#size.get(row);
    this.#freed++;
    const life = this.#now - since;
    this.#lifetime.set(row, this.#lifetime.get(row) + life);
    this.#lifetimes[Math.min(CLASSES - 1, classOf(life))]!++;
    if (this.#justAllocated === address && !isStep) {
      this.#temporaries++;
      this.#temporary.set(row, this.#temporary.get(row) + 1);
    }
    this.#justAllocated = undefined;
    this.#stamp();
    return block;
  }

  /** A block that takes the place of another, as realloc makes it. */
  reallocate(old: Address, address: Address, size: Bytes, trace: TraceIndex): void {
    this.allocate(address, size, trace, this.free(old, true), old);
  }

  costs(
    traceCount: number,
  ): Required<
    Pick<
      CostColumns,
      'calls' | 'temporary' | 'peak' | 'leaked' | 'allocated' | 'peakBlocks' | 'leakedBlocks'
    >
  > {
    const sums = {
      calls: new Float64Array(traceCount),
      temporary: new Float64Array(traceCount),
      peak: new Float64Array(traceCount),
      leaked: new Float64Array(traceCount),
      allocated: new Float64Array(traceCount),
      peakBlocks: new Float64Array(traceCount),
      leakedBlocks: new Float64Array(traceCount),
    };
    const { count, size, trace, calls, live, atPeak, temporary } = this.allocations();
    for (let row = 0; row < count; row++) {
      const at = trace[row]!;
      sums.calls[at]! += calls[row]!;
      sums.temporary[at]! += temporary[row]!;
      sums.allocated[at]! += calls[row]! * size[row]!;
      sums.peak[at]! += atPeak[row]! * size[row]!;
      sums.leaked[at]! += live[row]! * size[row]!;
      sums.peakBlocks[at]! += atPeak[row]!;
      sums.leakedBlocks[at]! += live[row]!;
    }
    return sums;
  }

  allocations(): AllocationTable {
    const count = this.#size.length;
    for (let row = 0; row < count; row++) this.#touch(row);
    return {
      count,
      size: this.#size.values(),
      trace: this.#trace.values(),
      calls: this.#calls.values(),
      live: this.#live.values(),
      atPeak: this.#atPeak.values(),
      temporary: this.#temporary.values(),
    };
  }

  growthSteps(): GrowthSteps {
    const rows = [...this.#steps.keys()].map((step) => step.split(' ').map(Number));
    return {
      count: rows.length,
      from: Uint32Array.from(rows, ([from]) => from!),
      to: Uint32Array.from(rows, ([, to]) => to!),
      moved: Float64Array.from(this.#steps.values()),
      copied: new Float64Array(rows.length),
    };
  }

  /** Where times are seconds. */
  exactFacts(): ExactFacts {
    return {
      rows: {
        lifetime: this.#lifetime.values(),
        grown: this.#grown.values(),
        grownInPlace: this.#grownInPlace.values(),
      },
      lifetimes: this.#lifetimes.slice(0, this.#lifetimes.findLastIndex((n) => n > 0) + 1),
      freed: this.#freed,
      neverFreed: this.#blocks.size,
      chains: this.#chains,
      unknownFrees: this.unknownFrees,
      lostFrees: this.lostFrees,
      lostBytes: this.lostBytes,
    };
  }

  timeline(): ReturnType<TimelineBuilder['finish']> {
    return this.#timeline.finish();
  }

  #rowOf(size: Bytes, trace: TraceIndex): number {
    const number = this.#sizes.get(size) ?? this.#sizes.size;
    this.#sizes.set(size, number);
    const known = this.#rows.find(trace, number);
    if (known !== 0) return known;
    const row = this.#addRow(size, trace);
    this.#rows.add(trace, number, row);
    return row;
  }

  #addRow(size: Bytes, trace: TraceIndex): number {
    this.#size.push(size);
    this.#trace.push(trace);
    this.#peakOfRow.push(0);
    for (const column of [
      this.#calls,
      this.#live,
      this.#temporary,
      this.#lifetime,
      this.#grown,
      this.#grownInPlace,
      this.#atPeak,
    ]) {
      column.push(0);
    }
    return this.#size.length - 1;
  }

  /** Before the live blocks of a row change: they are those of the last peak, unless that was told already. */
  #touch(row: number): void {
    if (this.#peakOfRow.get(row) === this.#peakNumber) return;
    this.#peakOfRow.set(row, this.#peakNumber);
    this.#atPeak.set(row, this.#live.get(row));
  }

  #stamp(): void {
    this.#timeline.push({
      time: this.#now,
      live: this.#total,
      calls: this.#count,
      temporary: this.#temporaries,
      resident: Number.NaN,
    });
  }
}

/** At n, blocks that lived 2^(n-1) to 2^n - 1 whole milliseconds. */
function classOf(seconds: number): number {
  const ms = Math.floor(seconds * 1000);
  return ms === 0 ? 0 : Math.floor(Math.log2(ms)) + 1;
}

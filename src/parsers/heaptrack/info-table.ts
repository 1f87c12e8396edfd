import { type CostRecords, TRACE } from './cost-records.ts';

/** The fields of cost-records.ts, and three that only addresses can tell. */
const RECORD_BYTES = 48;
export const RECORD_WORDS = RECORD_BYTES / 4;
export const RECORD_DOUBLES = RECORD_BYTES / 8;
/** A double: milliseconds between allocation and free, summed over what was freed. */
export const LIFETIME_DOUBLE = 4;
/** Allocations that took the place of a smaller block, and those that kept its address. */
export const GROWN = 10;
export const GROWN_IN_PLACE = 11;

const FIRST_BITS = 12;

const GOLDEN = 0x9e3779b9;
const OTHER = 0x85ebca6b;

/** The pairs of a size and a call stack, numbered in the order in which they first appear. */
export class InfoTable {
  count = 0;
  /** The same records as words and as doubles; replaced when the table grows. */
  words = new Int32Array(0);
  doubles = new Float64Array(0);
  #capacity = 0;

  /** By call stack, one more than the info that it had last: mostly it is the same again. */
  #lastOfTrace = new Uint32Array(1024);

  /** Open addressing by size and call stack; one more than the info, 0 where there is none. */
  #slots = new Uint32Array(2 << FIRST_BITS);
  #shift = 31 - FIRST_BITS;

  constructor() {
    this.#resize(1 << FIRST_BITS);
  }

  /** Call stacks have to be announced before `find` may be asked for them. */
  reserveTraces(count: number): void {
    if (count <= this.#lastOfTrace.length) return;
    const larger = new Uint32Array(Math.max(count, this.#lastOfTrace.length * 2));
    larger.set(this.#lastOfTrace);
    this.#lastOfTrace = larger;
  }

  /** The index of a pair, which is added where it is new. */
  find(size: number, trace: number): number {
    const last = this.#lastOfTrace[trace]!;
    if (last !== 0 && this.doubles[(last - 1) * RECORD_DOUBLES] === size) return last - 1;
    const info = this.#lookUp(size, trace);
    this.#lastOfTrace[trace] = info + 1;
    return info;
  }

  sizeOf(info: number): number {
    return this.doubles[info * RECORD_DOUBLES]!;
  }

  traceOf(info: number): number {
    return this.words[info * RECORD_WORDS + TRACE]!;
  }

  records(epoch: number): CostRecords {
    const { buffer } = this.words;
    return { buffer, offset: 0, count: this.count, recordBytes: RECORD_BYTES, epoch };
  }

  /** A field that only these records have, of all infos. */
  column(field: typeof GROWN | typeof GROWN_IN_PLACE | 'lifetime'): Float64Array {
    const values = new Float64Array(this.count);
    for (let info = 0; info < this.count; info++) {
      values[info] =
        field === 'lifetime'
          ? this.doubles[info * RECORD_DOUBLES + LIFETIME_DOUBLE]!
          : this.words[info * RECORD_WORDS + field]! >>> 0;
    }
    return values;
  }

  clearColumns(): void {
    for (let info = 0; info < this.count; info++) {
      this.doubles[info * RECORD_DOUBLES + LIFETIME_DOUBLE] = 0;
      this.words[info * RECORD_WORDS + GROWN] = 0;
      this.words[info * RECORD_WORDS + GROWN_IN_PLACE] = 0;
    }
  }

  #lookUp(size: number, trace: number): number {
    let slot = this.#home(size, trace);
    for (;;) {
      const info = this.#slots[slot]! - 1;
      if (info === -1) break;
      if (this.sizeOf(info) === size && this.traceOf(info) === trace) return info;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    if (this.count === this.#capacity) {
      this.#resize(this.#capacity * 2);
      return this.#lookUp(size, trace);
    }
    this.#slots[slot] = this.count + 1;
    this.doubles[this.count * RECORD_DOUBLES] = size;
    this.words[this.count * RECORD_WORDS + TRACE] = trace;
    return this.count++;
  }

  #home(size: number, trace: number): number {
    return (Math.imul(size >>> 0, GOLDEN) ^ Math.imul(trace, OTHER)) >>> this.#shift;
  }

  #resize(capacity: number): void {
    const larger = new Int32Array(capacity * RECORD_WORDS);
    larger.set(this.words);
    this.words = larger;
    this.doubles = new Float64Array(larger.buffer);
    this.#capacity = capacity;
    this.#slots = new Uint32Array(capacity * 2);
    this.#shift = Math.clz32(capacity);
    for (let info = 0; info < this.count; info++) {
      let slot = this.#home(this.sizeOf(info), this.traceOf(info));
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = info + 1;
    }
  }
}

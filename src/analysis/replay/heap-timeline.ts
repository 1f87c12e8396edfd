import type { Bytes } from '../../model/bytes.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';

/** A chart has no use for more points; a power of two, so that slots can be joined in pairs. */
const SLOTS = 256;

/** What a slot holds: heap and anonymous memory when there was most, and at its end. */
const COLUMNS = 4;

/** The first width of a slot: strace stamps microseconds. */
const MICROSECOND = 1e-6;

/** Of a call: when, heap, anonymous memory. */
const NUMBERS = 3;

const NO_SLOTS: number[] = [];

export interface TimelinePoint {
  /** Seconds, or lines where the log has no clock. */
  readonly at: number;
  readonly heap: Bytes;
  readonly anonymous: Bytes;
}

/**
 * How heap and anonymous memory developed. The first calls are kept as they are: most processes make
 * no more. Then there is a fixed number of slots; when a call falls behind the last slot, neighbours
 * become one and all are wider. A slot keeps the most that was there, so that no peak is lost, and
 * where it ended.
 */
export class HeapTimeline {
  unit: 'seconds' | 'lines' | undefined;

  /** Calls as they came, three numbers each, until there are more than slots. */
  #early: number[] | undefined = [];
  /** No typed array: memory outside of V8's heap is freed late, and there are many processes. */
  #slots = NO_SLOTS;
  #origin = 0;
  #width = 0;
  #slot = 0;

  add({ time, line }: SyscallEvent, heap: Bytes, anonymous: Bytes): void {
    if (this.unit === undefined) this.#begin(time, line);
    const now = (this.unit === 'lines' ? line : time) ?? Number.NaN;
    if (this.#early === undefined) {
      this.#count(now, heap, anonymous);
      return;
    }
    // A line without a stamp, or a clock that goes back, belongs to the moment before it.
    const { length } = this.#early;
    const before = length === 0 ? this.#origin : this.#early[length - NUMBERS]!;
    const at = now > before && Number.isFinite(now) ? now : before;
    this.#early.push(at, heap, anonymous);
    if (length === SLOTS * NUMBERS) this.#sortIn(this.#early);
  }

  /** In order; a slot in which memory fell again is two points. */
  get points(): readonly TimelinePoint[] {
    const points: TimelinePoint[] = [];
    for (let i = 0; this.#early && i < this.#early.length; i += NUMBERS) {
      const [at, heap, anonymous] = this.#early.slice(i, i + NUMBERS) as [number, number, number];
      points.push({ at, heap, anonymous });
    }
    if (this.#early) return points;
    for (let slot = 0; slot <= this.#slot; slot++) {
      const [heap, anonymous, endHeap, endAnonymous] = this.#read(slot);
      if (Number.isNaN(heap)) continue;
      const at = this.#origin + slot * this.#width;
      points.push({ at, heap, anonymous });
      if (endHeap === heap && endAnonymous === anonymous) continue;
      points.push({ at: at + this.#width / 2, heap: endHeap, anonymous: endAnonymous });
    }
    return points;
  }

  #begin(time: number | undefined, line: number): void {
    const hasClock = time !== undefined && Number.isFinite(time);
    this.unit = hasClock ? 'seconds' : 'lines';
    this.#origin = hasClock ? time : line;
    this.#width = hasClock ? MICROSECOND : 1;
  }

  /** From now on there are slots. */
  #sortIn(early: readonly number[]): void {
    this.#early = undefined;
    this.#slots = new Array<number>(SLOTS * COLUMNS).fill(Number.NaN);
    const span = early.at(-NUMBERS)! - this.#origin;
    while (span >= this.#width * SLOTS) this.#width *= 2;
    for (let i = 0; i < early.length; i += NUMBERS) {
      this.#count(early[i]!, early[i + 1]!, early[i + 2]!);
    }
  }

  #count(at: number, heap: Bytes, anonymous: Bytes): void {
    const offset = Math.max(0, at - this.#origin);
    if (Number.isFinite(offset)) {
      while (offset >= this.#width * SLOTS) this.#halve();
      this.#slot = Math.max(this.#slot, Math.floor(offset / this.#width));
    }
    this.#keep(this.#slot, heap, anonymous);
  }

  #read(slot: number): [heap: Bytes, anonymous: Bytes, endHeap: Bytes, endAnonymous: Bytes] {
    const at = slot * COLUMNS;
    const slots = this.#slots;
    return [slots[at]!, slots[at + 1]!, slots[at + 2]!, slots[at + 3]!];
  }

  #keep(slot: number, heap: Bytes, anonymous: Bytes): void {
    const at = slot * COLUMNS;
    const slots = this.#slots;
    // Nothing is less than NaN.
    if (!(heap + anonymous <= slots[at]! + slots[at + 1]!)) {
      slots[at] = heap;
      slots[at + 1] = anonymous;
    }
    slots[at + 2] = heap;
    slots[at + 3] = anonymous;
  }

  #halve(): void {
    for (let slot = 0; slot <= this.#slot; slot++) {
      const [heap, anonymous, endHeap, endAnonymous] = this.#read(slot);
      this.#slots.fill(Number.NaN, slot * COLUMNS, (slot + 1) * COLUMNS);
      if (Number.isNaN(heap)) continue;
      this.#keep(slot >> 1, heap, anonymous);
      this.#slots[(slot >> 1) * COLUMNS + 2] = endHeap;
      this.#slots[(slot >> 1) * COLUMNS + 3] = endAnonymous;
    }
    this.#slot >>= 1;
    this.#width *= 2;
  }
}

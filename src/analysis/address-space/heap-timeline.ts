import type { Bytes } from '../../model/bytes.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';

/** A chart has no use for more points; a power of two, so that slots can be joined in pairs. */
const SLOTS = 512;

/** The first width of a slot: strace stamps microseconds. */
const MICROSECOND = 1e-6;

export interface TimelinePoint {
  /** Seconds, or lines where the log has no clock. */
  readonly at: number;
  readonly heap: Bytes;
  readonly anonymous: Bytes;
}

/**
 * How heap and anonymous memory developed, in a fixed number of slots. When a call falls behind the
 * last slot, two slots become one and all are twice as wide. A slot keeps the most that was there,
 * so that no peak is lost, and where it ended.
 */
export class HeapTimeline {
  unit: 'seconds' | 'lines' | undefined;

  readonly #heap = new Float64Array(SLOTS);
  readonly #anonymous = new Float64Array(SLOTS);
  readonly #endHeap = new Float64Array(SLOTS);
  readonly #endAnonymous = new Float64Array(SLOTS);
  readonly #isUsed = new Uint8Array(SLOTS);
  #origin = 0;
  #width = 0;
  #slot = 0;

  add({ time, line }: SyscallEvent, heap: Bytes, anonymous: Bytes): void {
    const at = this.unit === 'lines' ? line : time;
    if (this.unit === undefined) this.#begin(time, line);
    // A line without a stamp, or a clock that goes back, belongs to the moment before it.
    const offset = Math.max(0, (at ?? 0) - this.#origin);
    if (Number.isFinite(offset)) {
      while (offset >= this.#width * SLOTS) this.#halve();
      this.#slot = Math.max(this.#slot, Math.floor(offset / this.#width));
    }
    this.#keep(this.#slot, heap, anonymous);
  }

  /** In order; a slot in which memory fell again is two points. */
  get points(): readonly TimelinePoint[] {
    const points: TimelinePoint[] = [];
    for (let slot = 0; slot <= this.#slot; slot++) {
      if (this.#isUsed[slot] === 0) continue;
      const at = this.#origin + slot * this.#width;
      const [heap, anonymous] = [this.#heap[slot]!, this.#anonymous[slot]!];
      points.push({ at, heap, anonymous });
      const [endHeap, endAnonymous] = [this.#endHeap[slot]!, this.#endAnonymous[slot]!];
      if (endHeap === heap && endAnonymous === anonymous) continue;
      points.push({ at: at + this.#width / 2, heap: endHeap, anonymous: endAnonymous });
    }
    return points;
  }

  #begin(time: number | undefined, line: number): void {
    this.unit = time === undefined ? 'lines' : 'seconds';
    this.#origin = time ?? line;
    this.#width = time === undefined ? 1 : MICROSECOND;
  }

  #keep(slot: number, heap: Bytes, anonymous: Bytes): void {
    const isMost =
      this.#isUsed[slot] === 0 || heap + anonymous > this.#heap[slot]! + this.#anonymous[slot]!;
    if (isMost) {
      this.#heap[slot] = heap;
      this.#anonymous[slot] = anonymous;
    }
    this.#endHeap[slot] = heap;
    this.#endAnonymous[slot] = anonymous;
    this.#isUsed[slot] = 1;
  }

  #halve(): void {
    const columns = [this.#heap, this.#anonymous, this.#endHeap, this.#endAnonymous];
    const [heap, anonymous, endHeap, endAnonymous] = columns.map((column) => column.slice());
    const used = this.#isUsed.slice();
    this.#isUsed.fill(0);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (used[slot] === 0) continue;
      this.#keep(slot >> 1, heap![slot]!, anonymous![slot]!);
      this.#endHeap[slot >> 1] = endHeap![slot]!;
      this.#endAnonymous[slot >> 1] = endAnonymous![slot]!;
    }
    this.#slot >>= 1;
    this.#width *= 2;
  }
}

import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { isAddress } from './call-effect.ts';

/** How often the break moved by one amount, and where it did first and last. */
export interface BrkStep {
  /** Negative: the heap shrank. */
  readonly delta: Bytes;
  count: number;
  readonly firstLine: number;
  lastLine: number;
}

/** One time that the break moved. */
export interface BrkMove {
  readonly delta: Bytes;
  readonly line: number;
  readonly time: LogTime | undefined;
}

/** Different step sizes that are kept apart; further ones count in `grew` and `shrank` only. */
const KEPT_STEPS = 64;

/** The brk heap of one address space: where it starts, how it moved, how large it was. */
export class BrkHeap {
  /** Where the heap begins; undefined until a brk call was seen. */
  start: Address | undefined;
  /** False when the log begins after the heap had grown: then `start` is only its first sight. */
  startIsKnown = false;
  /** The present break; 0 before any. */
  current: Address = 0;
  peak: { readonly bytes: Bytes; readonly line: number; readonly time: LogTime | undefined } = {
    bytes: 0,
    line: 0,
    time: undefined,
  };
  /** Made with the first step: most of many processes make none. */
  #steps: Map<Bytes, BrkStep> | undefined;
  /** The largest step up. */
  largest: BrkMove | undefined;
  /** How often the break went up and down, by whatever step. */
  grew = 0;
  shrank = 0;

  get bytes(): Bytes {
    return this.start === undefined ? 0 : this.current - this.start;
  }

  get steps(): readonly BrkStep[] {
    return [...(this.#steps?.values() ?? [])];
  }

  /** The present break; undefined until a brk call was seen. */
  get break(): Address | undefined {
    return this.start === undefined ? undefined : this.current;
  }

  /** @returns by how much the break moved. */
  move({ requested, result, line, time }: Extract<SyscallEvent, { call: 'brk' }>): Bytes {
    if (!isAddress(result)) return 0;
    if (this.start === undefined) {
      this.start = result;
      this.startIsKnown = requested === 0;
      this.current = result;
      return 0;
    }
    const delta = result - this.current;
    if (delta === 0) return 0;
    // A break below the start: the log lacked the calls in between.
    this.start = Math.min(this.start, result);
    this.current = result;
    this.#count(delta, line);
    if (delta > (this.largest?.delta ?? 0)) this.largest = { delta, line, time };
    if (this.bytes > this.peak.bytes) this.peak = { bytes: this.bytes, line, time };
    return delta;
  }

  fork(): BrkHeap {
    const heap = new BrkHeap();
    heap.start = this.start;
    heap.startIsKnown = this.startIsKnown;
    heap.current = this.current;
    heap.peak = this.peak;
    return heap;
  }

  #count(delta: Bytes, line: number): void {
    if (delta > 0) this.grew++;
    else this.shrank++;
    this.#steps ??= new Map();
    const step = this.#steps.get(delta);
    if (step) {
      step.count++;
      step.lastLine = line;
    } else if (this.#steps.size < KEPT_STEPS) {
      this.#steps.set(delta, { delta, count: 1, firstLine: line, lastLine: line });
    }
  }
}

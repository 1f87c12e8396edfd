/**
 * A ring of chunks shared between the decoding worker, which fills slots in order, and the main
 * thread, which reads them in order. Shared memory keeps the resident size small and constant, and
 * a worker that is ahead sleeps instead of queueing.
 */

const SLOT_BYTES = 512 * 1024;
const SLOTS = 8;

const FREE = 0;
const FILLED = 1;

export interface RingMemory {
  readonly data: SharedArrayBuffer;
  readonly states: SharedArrayBuffer;
}

export function ringMemory(): RingMemory {
  return {
    data: new SharedArrayBuffer(SLOT_BYTES * SLOTS),
    states: new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT),
  };
}

/** The worker's side. `onFilled` must tell the reader that the next slot holds `length` bytes. */
export class RingWriter {
  readonly #data: Uint8Array;
  readonly #states: Int32Array;
  readonly #onFilled: (length: number) => void;
  #slot = 0;
  #used = 0;

  constructor(memory: RingMemory, onFilled: (length: number) => void) {
    this.#data = new Uint8Array(memory.data);
    this.#states = new Int32Array(memory.states);
    this.#onFilled = onFilled;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#used === 0) Atomics.wait(this.#states, this.#slot, FILLED);
      const count = Math.min(bytes.length - at, SLOT_BYTES - this.#used);
      this.#data.set(bytes.subarray(at, at + count), this.#slot * SLOT_BYTES + this.#used);
      at += count;
      this.#used += count;
      if (this.#used === SLOT_BYTES) this.flush();
    }
  }

  /** Hands over the slot in work, even if it is not full. */
  flush(): void {
    if (this.#used === 0) return;
    Atomics.store(this.#states, this.#slot, FILLED);
    this.#onFilled(this.#used);
    this.#slot = (this.#slot + 1) % SLOTS;
    this.#used = 0;
  }
}

/** The main thread's side. */
export class RingReader {
  readonly #data: Uint8Array;
  readonly #states: Int32Array;
  #slot = 0;

  constructor(memory: RingMemory) {
    this.#data = new Uint8Array(memory.data);
    this.#states = new Int32Array(memory.states);
  }

  /** The oldest filled slot; its bytes stay valid until `release`. */
  chunk(length: number): Uint8Array {
    const start = this.#slot * SLOT_BYTES;
    return this.#data.subarray(start, start + length);
  }

  release(): void {
    Atomics.store(this.#states, this.#slot, FREE);
    Atomics.notify(this.#states, this.#slot);
    this.#slot = (this.#slot + 1) % SLOTS;
  }
}

/**
 * A ring of chunks shared between the decoding worker, which fills slots in order, and the main
 * thread, which reads them in order. Shared memory keeps the resident size small and constant. The
 * faster side sleeps: a message per chunk would cost as much as decoding it.
 */

const SLOT_BYTES = 512 * 1024;
const SLOTS = 8;

/** The first chunk is handed over early, so that parsing begins while the decoder warms up. */
const FIRST_CHUNK_BYTES = 64 * 1024;

/** Per slot: how many bytes it holds, 0 while it is free, and how far the file was read. */
const SLOT_WORDS = 2;
const FREE = 0;
/** In the length's place: there is no further chunk. */
const END = -1;

/** File positions are kept in these units, to fit 32 bits. */
const POSITION_UNIT = 1024;

/** What one page of a WebAssembly memory is, whatever the machine. */
const WASM_PAGE_BYTES = 65536;

/** 4 GiB: only address space, until a parser makes the memory grow. */
const MAX_WASM_PAGES = 65536;

export interface RingMemory {
  readonly data: ArrayBufferLike;
  readonly slots: SharedArrayBuffer;
}

/** A WebAssembly memory that begins with so many bytes for chunks, and can grow. */
export function wasmMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({
    initial: bytes / WASM_PAGE_BYTES,
    maximum: MAX_WASM_PAGES,
    shared: true,
  });
}

/**
 * A ring whose chunks lie at the start of a WebAssembly memory, so that a parser which runs there
 * reads them in place.
 */
export function ringMemory(): { readonly memory: WebAssembly.Memory; readonly ring: RingMemory } {
  const memory = wasmMemory(SLOT_BYTES * SLOTS);
  const slots = new SharedArrayBuffer(SLOTS * SLOT_WORDS * Int32Array.BYTES_PER_ELEMENT);
  return { memory, ring: { data: memory.buffer, slots } };
}

/** The worker's side. */
export class RingWriter {
  readonly #data: Uint8Array;
  readonly #slots: Int32Array;
  readonly #position: () => number;
  #slot = 0;
  #used = 0;
  #limit = FIRST_CHUNK_BYTES;

  /** @param position how many bytes of the file have been read. */
  constructor(memory: RingMemory, position: () => number) {
    this.#data = new Uint8Array(memory.data);
    this.#slots = new Int32Array(memory.slots);
    this.#position = position;
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#used === 0) this.#waitForSlot();
      const count = Math.min(bytes.length - at, this.#limit - this.#used);
      this.#data.set(bytes.subarray(at, at + count), this.#slot * SLOT_BYTES + this.#used);
      at += count;
      this.#used += count;
      if (this.#used === this.#limit) this.#handOver(this.#used);
    }
  }

  /** Hands over what is left, and says that it was the last. */
  end(): void {
    if (this.#used > 0) this.#handOver(this.#used);
    this.#waitForSlot();
    this.#handOver(END);
  }

  #waitForSlot(): void {
    for (;;) {
      const at = this.#slot * SLOT_WORDS;
      const length = Atomics.load(this.#slots, at);
      if (length === FREE) return;
      Atomics.wait(this.#slots, at, length);
    }
  }

  #handOver(length: number): void {
    const at = this.#slot * SLOT_WORDS;
    this.#slots[at + 1] = this.#position() / POSITION_UNIT;
    Atomics.store(this.#slots, at, length);
    Atomics.notify(this.#slots, at);
    this.#slot = (this.#slot + 1) % SLOTS;
    this.#used = 0;
    this.#limit = SLOT_BYTES;
  }
}

/** The main thread's side. */
export class RingReader {
  readonly #data: Uint8Array;
  readonly #slots: Int32Array;
  #slot = 0;

  constructor(memory: RingMemory) {
    this.#data = new Uint8Array(memory.data);
    this.#slots = new Int32Array(memory.slots);
  }

  /**
   * Sleeps until the next slot is filled.
   *
   * @param patience milliseconds.
   * @returns the bytes, valid until `release`; `end` behind the last; `late` if nothing came in time.
   */
  next(patience: number): { bytes: Uint8Array; position: number } | 'end' | 'late' {
    const at = this.#slot * SLOT_WORDS;
    Atomics.wait(this.#slots, at, FREE, patience);
    const length = Atomics.load(this.#slots, at);
    if (length === FREE) return 'late';
    if (length === END) return 'end';
    const start = this.#slot * SLOT_BYTES;
    const position = this.#slots[at + 1]! * POSITION_UNIT;
    return { bytes: this.#data.subarray(start, start + length), position };
  }

  release(): void {
    const at = this.#slot * SLOT_WORDS;
    Atomics.store(this.#slots, at, FREE);
    Atomics.notify(this.#slots, at);
    this.#slot = (this.#slot + 1) % SLOTS;
  }
}

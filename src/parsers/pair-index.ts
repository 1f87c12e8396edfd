/**
 * Finds entries of a growing table by two of its columns: a hash table of row numbers. Call stacks are
 * looked up by the million, and a `Map` with numbers as keys takes several times as long.
 */
export class PairIndex {
  #slots = new Uint32Array(1 << 12);
  #count = 0;
  readonly #first: (row: number) => number;
  readonly #second: (row: number) => number;

  /** @param first, second the columns by row; row 0 is none. */
  constructor(first: (row: number) => number, second: (row: number) => number) {
    this.#first = first;
    this.#second = second;
  }

  /** @returns 0 where there is none. */
  find(a: number, b: number): number {
    return this.#slots[this.#slotOf(a, b)]!;
  }

  /** Adds a row that `find` did not find. */
  add(row: number): void {
    if (2 * ++this.#count > this.#slots.length) this.#grow();
    this.#slots[this.#slotOf(this.#first(row), this.#second(row))] = row;
  }

  #slotOf(a: number, b: number): number {
    const mask = this.#slots.length - 1;
    // Fibonacci hashing: both factors are odd, near 2^32 divided by the golden ratio.
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    for (;;) {
      const row = this.#slots[slot]!;
      if (row === 0 || (this.#first(row) === a && this.#second(row) === b)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (const row of old) {
      if (row !== 0) this.#slots[this.#slotOf(this.#first(row), this.#second(row))] = row;
    }
  }
}

/** Numbers of a slot: both keys, and the row. */
const SLOT = 3;

/**
 * Finds rows of a growing table by two whole numbers below 2^32: a hash table in one typed array. Call
 * stacks are looked up by the million, and a `Map` with numbers as keys takes several times as long.
 */
export class PairIndex {
  #capacity = 1 << 12;
  #slots = new Uint32Array(this.#capacity * SLOT);
  #count = 0;

  /** @returns 0 where there is none. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second) + 2]!;
  }

  /** Adds a row that `find` did not find. @param row from 1 on. */
  add(first: number, second: number, row: number): void {
    if (2 * ++this.#count > this.#capacity) this.#grow();
    this.#put(first, second, row);
  }

  #put(first: number, second: number, row: number): void {
    const at = this.#slotOf(first, second);
    this.#slots[at] = first;
    this.#slots[at + 1] = second;
    this.#slots[at + 2] = row;
  }

  /** Where the pair stands, or would. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    // Fibonacci hashing: odd factors, near 2^32 divided by the golden ratio.
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT;
      if (slots[at + 2] === 0 || (slots[at] === first && slots[at + 1] === second)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * SLOT);
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at + 2] !== 0) this.#put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}

/** Words of a slot: both halves of the address, what it stands for (0: free slot), and one more. */
export const SLOT_WORDS = 4;
const LOW = 0;
const HIGH = 1;
export const TAG = 2;
export const EXTRA = 3;

const FIRST_BITS = 12;

/** Spread of multiplicative hashing: 2^32 divided by the golden ratio, and another odd number. */
const GOLDEN = 0x9e3779b9;
const OTHER = 0x85ebca6b;

/**
 * A hash table by address: open addressing in one typed array, because a recording has tens of
 * millions of events, each with one address, and a `Map` costs ten times as much.
 *
 * Addresses are kept in two halves of 32 bits, exact also above 2^53 (tagged pointers). At most
 * half of the slots are used. Entries are removed without leaving marks: those behind move up.
 */
export class AddressTable {
  /** Slots, `SLOT_WORDS` each; replaced when the table grows. */
  words = new Int32Array(SLOT_WORDS << FIRST_BITS);
  #mask = (1 << FIRST_BITS) - 1;
  #shift = 32 - FIRST_BITS;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @returns the word where its slot begins, -1 if it is not there. */
  find(high: number, low: number): number {
    const words = this.words;
    const mask = this.#mask;
    let slot = this.#home(high, low);
    for (;;) {
      const at = slot * SLOT_WORDS;
      if (words[at + TAG] === 0) return -1;
      if (words[at + LOW] === low && words[at + HIGH] === high) return at;
      slot = (slot + 1) & mask;
    }
  }

  /** @returns the word where its slot begins; a new one has tag 0, which the caller must set. */
  findOrInsert(high: number, low: number): number {
    if (this.#count > this.#mask >>> 1) this.#grow();
    const words = this.words;
    const mask = this.#mask;
    let slot = this.#home(high, low);
    for (;;) {
      const at = slot * SLOT_WORDS;
      if (words[at + TAG] === 0) {
        words[at + LOW] = low;
        words[at + HIGH] = high;
        this.#count++;
        return at;
      }
      if (words[at + LOW] === low && words[at + HIGH] === high) return at;
      slot = (slot + 1) & mask;
    }
  }

  /** @param at as `find` gave it. */
  remove(at: number): void {
    const words = this.words;
    const mask = this.#mask;
    let hole = at / SLOT_WORDS;
    let slot = hole;
    for (;;) {
      slot = (slot + 1) & mask;
      const from = slot * SLOT_WORDS;
      if (words[from + TAG] === 0) break;
      const home = this.#home(words[from + HIGH]!, words[from + LOW]!);
      // An entry may move up to the hole unless its home lies behind it.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      const to = hole * SLOT_WORDS;
      words[to + LOW] = words[from + LOW]!;
      words[to + HIGH] = words[from + HIGH]!;
      words[to + TAG] = words[from + TAG]!;
      words[to + EXTRA] = words[from + EXTRA]!;
      hole = slot;
    }
    words[hole * SLOT_WORDS + TAG] = 0;
    this.#count--;
  }

  #home(high: number, low: number): number {
    return (Math.imul(low, GOLDEN) ^ Math.imul(high, OTHER)) >>> this.#shift;
  }

  #grow(): void {
    const before = this.words;
    const capacity = (before.length / SLOT_WORDS) * 2;
    this.words = new Int32Array(capacity * SLOT_WORDS);
    this.#mask = capacity - 1;
    this.#shift--;
    this.#count = 0;
    for (let at = 0; at < before.length; at += SLOT_WORDS) {
      if (before[at + TAG] === 0) continue;
      const to = this.findOrInsert(before[at + HIGH]!, before[at + LOW]!);
      this.words[to + TAG] = before[at + TAG]!;
      this.words[to + EXTRA] = before[at + EXTRA]!;
    }
  }
}

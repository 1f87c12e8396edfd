import type { Bytes } from '../../model/bytes.ts';

/** Sizes below this are counted in an array. */
const SMALL: Bytes = 1024 * 1024;
const STEP: Bytes = 16;

/** How many blocks there are of each size; sizes are multiples of 16. */
export class SizeCounts {
  readonly #small = new Int32Array(SMALL / STEP);
  readonly #large = new Map<Bytes, number>();

  add(size: Bytes, count = 1): void {
    if (size < SMALL) this.#small[size / STEP]! += count;
    else this.#large.set(size, (this.#large.get(size) ?? 0) + count);
  }

  /** Counts what others have counted. */
  addAll(others: SizeCounts): void {
    for (const [size, count] of others.entries()) this.add(size, count);
  }

  /** Sizes with their counts, the smallest first. */
  entries(): (readonly [size: Bytes, count: number])[] {
    const found: (readonly [Bytes, number])[] = [];
    for (let i = 0; i < this.#small.length; i++) {
      if (this.#small[i]! > 0) found.push([i * STEP, this.#small[i]!]);
    }
    const large = [...this.#large].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
    return [...found, ...large];
  }
}

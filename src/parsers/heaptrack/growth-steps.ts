import { uint32Column } from '../../model/columns.ts';
import type { GrowthSteps } from '../../model/heap-profile.ts';
import { COPIED } from './scan/layout.ts';

/** Indexes below this fit together into one safe integer. */
const MOST_INDEXES = 2 ** 26;

/** Counts growth steps by the pair of sizes between which they go. */
export class GrowthStepCounter {
  readonly #rowOfPair = new Map<number, number>();
  readonly #from = uint32Column();
  readonly #to = uint32Column();
  readonly #moved: number[] = [];
  readonly #copied: number[] = [];

  /** @param to index of the larger block, with the highest bit set for a copy. */
  add(to: number, from: number): void {
    const isCopy = to >= COPIED;
    const larger = isCopy ? to - COPIED : to;
    const key = larger * MOST_INDEXES + from;
    let row = this.#rowOfPair.get(key);
    if (row === undefined) {
      row = this.#from.length;
      this.#rowOfPair.set(key, row);
      this.#from.push(from);
      this.#to.push(larger);
      this.#moved.push(0);
      this.#copied.push(0);
    }
    (isCopy ? this.#copied : this.#moved)[row]!++;
  }

  finish(): GrowthSteps {
    return {
      count: this.#from.length,
      from: this.#from.values(),
      to: this.#to.values(),
      moved: Float64Array.from(this.#moved),
      copied: Float64Array.from(this.#copied),
    };
  }
}

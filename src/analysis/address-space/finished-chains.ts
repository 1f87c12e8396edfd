import type { Bytes } from '../../model/bytes.ts';
import type { Chain } from './chain.ts';

/** Grown chains that are kept whole; a log can hold millions of short-lived ones. */
const KEPT = 256;

/** Chains whose mapping is gone: the largest that grew, and sums of the rest. */
export class FinishedChains {
  /** How many mappings came and went. */
  count = 0;
  /** Of these, how many grew and are not among `grown`. */
  grownNotKept = 0;
  /** Sum of the largest size of each. */
  peakBytes: Bytes = 0;

  readonly #grown: Chain[] = [];

  add(chain: Chain): void {
    this.count++;
    this.peakBytes += chain.peak;
    if (!chain.grew) return;
    this.#grown.push(chain);
    if (this.#grown.length < 2 * KEPT) return;
    this.#grown.sort((a, b) => b.peak - a.peak);
    this.grownNotKept += this.#grown.splice(KEPT).length;
  }

  /** Those that grew, the largest first. */
  get grown(): readonly Chain[] {
    return this.#grown.toSorted((a, b) => b.peak - a.peak);
  }
}

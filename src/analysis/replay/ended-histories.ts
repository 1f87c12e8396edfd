import type { Bytes } from '../../model/bytes.ts';
import type { Chain } from './mapping-history.ts';

/** Mappings that are gone, as sums; those that grew are told by their growth chains. */
export class EndedHistories {
  /** How many mappings came and went. */
  count = 0;
  /** Sum of the largest size of each. */
  peakBytes: Bytes = 0;

  add(chain: Chain): void {
    this.count++;
    this.peakBytes += chain.peak;
  }
}

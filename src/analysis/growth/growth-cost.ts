import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';

/** What growing cost, seen in a log or computed. */
export interface GrowthCost {
  /** Steps by mremap, and the bytes that they moved or kept without copying any. */
  readonly remaps: number;
  readonly remappedBytes: Bytes;
  /** Steps into a new block, and the bytes that were copied over, at most. */
  readonly copies: number;
  readonly copiedBytes: Claim<Bytes>;
}

/** A block that made place for a larger one. */
export interface ReplacedBlock {
  readonly bytes: Bytes;
  /** The kernel moved its pages; they were copied otherwise. */
  readonly isRemapped: boolean;
}

export function growthCost(replaced: readonly ReplacedBlock[]): GrowthCost {
  let [remaps, remappedBytes, copiedBytes] = [0, 0, 0];
  for (const { bytes, isRemapped } of replaced) {
    if (isRemapped) {
      remaps++;
      remappedBytes += bytes;
    } else {
      copiedBytes += bytes;
    }
  }
  const copies = replaced.length - remaps;
  const because =
    'a container grows when it is full, so each copy took all that the old block held';
  return {
    remaps,
    remappedBytes,
    copies,
    copiedBytes: copies === 0 ? measured(0) : inferred(copiedBytes, because),
  };
}

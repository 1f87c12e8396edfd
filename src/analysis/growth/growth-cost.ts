import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import type { GrowthCost } from './growth.ts';

/** Blocks of one size that made place for larger ones. */
export interface ReplacedBlocks {
  readonly bytes: Bytes;
  readonly times: number;
  /** The kernel moved the pages, it could have, or they were copied. */
  readonly way: 'remapped' | 'movable' | 'copied';
}

const FULL = 'a container grows when it is full, so each copy took all that the old block held';

export function growthCost(
  steps: Claim<number>,
  replaced: readonly ReplacedBlocks[],
  because = FULL,
): GrowthCost {
  const sums = { remaps: 0, remappedBytes: 0, copies: 0, copiedBytes: 0, movableBytes: 0 };
  for (const { bytes, times, way } of replaced) {
    if (way === 'remapped') {
      sums.remaps += times;
      sums.remappedBytes += times * bytes;
      continue;
    }
    sums.copies += times;
    sums.copiedBytes += times * bytes;
    if (way === 'movable') sums.movableBytes += times * bytes;
  }
  const { copies, copiedBytes } = sums;
  return {
    ...sums,
    steps,
    copiedBytes: copies === 0 ? measured(0) : inferred(copiedBytes, because),
  };
}

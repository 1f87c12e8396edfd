import type { Address } from '../../model/address.ts';
import type { BlockIndex } from './block-index.ts';
import { COUNTED_LAYOUTS, type CountedLayout, fits } from './layouts.ts';
import { numberAt, type PointerVisitor } from './live-words.ts';

/** So few blocks are explained by chance. */
const LEAST = 16;

/** The right order explains so many times the blocks that another leaves as the other way round. */
const CLEAR = 4;

/** Learns in which order a program's containers have pointer, length and capacity. */
export class LayoutCensus implements PointerVisitor {
  readonly #blocks: BlockIndex;
  /** For each block the orders that explain it, a bit for each of COUNTED_LAYOUTS. */
  readonly #explained: Uint8Array;

  constructor(blocks: BlockIndex) {
    this.#blocks = blocks;
    this.#explained = new Uint8Array(blocks.count);
  }

  pointer(
    halves: Uint32Array,
    at: number,
    from: number,
    to: number,
    _owner: number,
    _address: Address,
    target: Address,
  ): void {
    const block = this.#blocks.find(target);
    if (block < 0 || this.#blocks.starts[block] !== target) return;
    const usable = this.#blocks.usable.get(block);
    for (let i = 0; i < COUNTED_LAYOUTS.length; i++) {
      const layout = COUNTED_LAYOUTS[i]!;
      const capacity = numberAt(halves, at + 2 * layout.capacity, from, to);
      const length = numberAt(halves, at + 2 * layout.length, from, to);
      if (fits(capacity, length, usable)) this.#explained[block]! |= 1 << i;
    }
  }

  /**
   * The order that explains what each of the others leaves unexplained; undefined where none does. A full
   * container looks the same with length and capacity exchanged, and neighbours fit by chance: what decides
   * is the blocks that one of two orders explains alone.
   */
  order(): CountedLayout | undefined {
    const byMask = new Float64Array(1 << COUNTED_LAYOUTS.length);
    for (const mask of this.#explained) byMask[mask]!++;
    const alone = (one: number, other: number): number =>
      byMask.reduce(
        (sum, count, mask) => ((mask >> one) & 1 && !((mask >> other) & 1) ? sum + count : sum),
        0,
      );
    const isEnough = (one: number): boolean =>
      byMask.reduce((sum, count, mask) => ((mask >> one) & 1 ? sum + count : sum), 0) >= LEAST;
    return COUNTED_LAYOUTS.find(
      (_, one) =>
        isEnough(one) &&
        COUNTED_LAYOUTS.every(
          // Where all are full, two orders explain the same: the first will do.
          (_, other) => one === other || alone(one, other) >= CLEAR * alone(other, one),
        ),
    );
  }
}

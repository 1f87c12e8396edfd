import type { Address } from '../../model/address.ts';
import type { BlockIndex } from './block-index.ts';
import { COUNTED_LAYOUTS, type CountedLayout, fits } from './layouts.ts';
import { numberAt, type PointerVisitor } from './live-words.ts';
import { KIND, type Layouts, Recogniser } from './recognise.ts';

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
    const usable = this.#blocks.usable[block]!;
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

/** Beside the beginning of a block, where no container leads to. */
const CONTROL_SHIFT = 16;

/** Instead of a block. */
export const ROOT = 0xffffffff;

/** For each block the container that owns it, where one was found. */
export class FoundContainers implements PointerVisitor {
  /** See KIND. */
  readonly kind: Uint8Array;
  /** The block that the container's own words stand in, or ROOT. */
  readonly owner: Uint32Array;
  /** Where: bytes from that block's start, or an address beside the heap. */
  readonly slot: Float64Array;
  readonly length: Float64Array;
  readonly capacity: Float64Array;
  /** Bytes of an element, where the container's words tell; 0 else. */
  readonly elementBytes: Float64Array;
  /** The length, should it be a ring; -1 where it cannot be one. */
  readonly ringLength: Float64Array;
  /** 1 where any word leads into a block. */
  readonly isReferenced: Uint8Array;
  /** Words that would be containers if each block began later than it does: so many fit by chance. */
  control = 0;
  readonly #blocks: BlockIndex;
  readonly #recogniser: Recogniser;

  constructor(blocks: BlockIndex, layouts: Layouts) {
    this.#blocks = blocks;
    this.#recogniser = new Recogniser(layouts);
    this.kind = new Uint8Array(blocks.count);
    this.owner = new Uint32Array(blocks.count).fill(ROOT);
    this.slot = new Float64Array(blocks.count);
    this.length = new Float64Array(blocks.count);
    this.capacity = new Float64Array(blocks.count);
    this.elementBytes = new Float64Array(blocks.count);
    this.ringLength = new Float64Array(blocks.count);
    this.isReferenced = new Uint8Array(blocks.count);
  }

  /** How many blocks have a container. */
  count(): number {
    let count = 0;
    for (const kind of this.kind) if (kind !== KIND.none) count++;
    return count;
  }

  pointer(
    halves: Uint32Array,
    at: number,
    from: number,
    to: number,
    owner: number,
    address: Address,
    target: Address,
  ): void {
    const block = this.#blocks.find(target);
    if (block < 0 || block === owner) return;
    this.isReferenced[block] = 1;
    const start = this.#blocks.starts[block]!;
    const usable = this.#blocks.usable[block]!;
    if (target === start + CONTROL_SHIFT) {
      if (this.#recogniser.recognise(halves, at, from, to, target, target, usable)) this.control++;
      return;
    }
    if (!this.#recogniser.recognise(halves, at, from, to, target, start, usable)) return;
    // What the heap holds is current; a stack keeps copies of what was moved from it.
    if (this.kind[block] !== KIND.none && (owner < 0 || this.owner[block] !== ROOT)) return;
    const { kind, length, capacity, elementBytes, ringLength } = this.#recogniser.result;
    this.kind[block] = kind;
    this.owner[block] = owner < 0 ? ROOT : owner;
    this.slot[block] = owner < 0 ? address : address - this.#blocks.starts[owner]!;
    this.length[block] = length;
    this.capacity[block] = capacity;
    this.elementBytes[block] = elementBytes;
    this.ringLength[block] = ringLength;
  }
}

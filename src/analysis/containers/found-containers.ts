import type { Address } from '../../model/address.ts';
import { NumberColumn } from '../malloc/number-column.ts';
import type { BlockIndex } from './block-index.ts';
import type { PointerVisitor } from './live-words.ts';
import { KIND, type Layouts, Recogniser } from './recognise.ts';
import { ROOT } from './references.ts';

/** Beside the beginning of a block, where no container leads to. */
const CONTROL_SHIFT = 16;

/** Larger elements are not told by their container. */
const MOST_ELEMENT_BYTES = 0xffff;

/** For each block the container that owns it, where one was found. */
export class FoundContainers implements PointerVisitor {
  /** See KIND. */
  readonly kind: Uint8Array;
  /** The block that the container's own words stand in, or ROOT. */
  readonly owner: Uint32Array;
  /** Where: bytes from that block's start, or an address beside the heap. */
  readonly slot: NumberColumn;
  readonly length: NumberColumn;
  readonly capacity: NumberColumn;
  /** Bytes of an element, where the container's words tell; 0 else. */
  readonly elementBytes: Uint16Array;
  /** One more than the length, should it be a ring; 0 where it cannot be one. */
  readonly ring: NumberColumn;
  /** Words that would be containers if each block began later than it does: so many fit by chance. */
  control = 0;
  readonly #blocks: BlockIndex;
  readonly #recogniser: Recogniser;

  constructor(blocks: BlockIndex, layouts: Layouts) {
    const { count } = blocks;
    this.#blocks = blocks;
    this.#recogniser = new Recogniser(layouts);
    this.kind = new Uint8Array(count);
    this.owner = new Uint32Array(count).fill(ROOT);
    this.slot = new NumberColumn(count);
    this.length = new NumberColumn(count);
    this.capacity = new NumberColumn(count);
    this.elementBytes = new Uint16Array(count);
    this.ring = new NumberColumn(count);
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
    const start = this.#blocks.starts[block]!;
    const usable = this.#blocks.usable.get(block);
    const isControl = target === start + CONTROL_SHIFT;
    const found = this.#recogniser.recognise(
      halves,
      at,
      from,
      to,
      target,
      isControl ? target : start,
      usable,
    );
    const isContainer = found && !isControl;
    if (found && isControl) this.control++;
    // What the heap holds is current; a stack keeps copies of what was moved from it.
    const isKnown = this.kind[block] !== KIND.none;
    if (isContainer && !(isKnown && (owner < 0 || this.owner[block] !== ROOT))) {
      this.#keep(block, owner, address);
    }
  }

  #keep(block: number, owner: number, address: Address): void {
    const { kind, length, capacity, elementBytes, ringLength } = this.#recogniser.result;
    this.kind[block] = kind;
    this.owner[block] = owner < 0 ? ROOT : owner;
    this.slot.set(block, owner < 0 ? address : address - this.#blocks.starts[owner]!);
    this.length.set(block, length);
    this.capacity.set(block, capacity);
    this.elementBytes[block] = elementBytes > MOST_ELEMENT_BYTES ? 0 : elementBytes;
    this.ring.set(block, ringLength + 1);
  }
}

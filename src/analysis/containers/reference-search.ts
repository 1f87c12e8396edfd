import type { Address } from '../../model/address.ts';
import type { BlockIndex } from './block-index.ts';
import type { Families } from './families.ts';
import type { FoundContainers } from './found-containers.ts';
import { type PointerVisitor, STACK } from './live-words.ts';
import { KIND } from './recognise.ts';
import { NONE, References, ROOT } from './references.ts';

/** Smaller elements hold none. */
const POINTER_BYTES = 8;

/**
 * Collects which block leads to which. A stack keeps what returned functions left there, and the room behind a
 * container's last element what its block was before: words there count only where nothing else leads to a block.
 */
export class ReferenceSearch implements PointerVisitor {
  readonly references: References;
  readonly #blocks: BlockIndex;
  readonly #found: FoundContainers;
  readonly #families: Families;
  /** Of the block that is being read: where its last element ends. */
  #owner = -1;
  #usedEnd = 0;

  constructor(blocks: BlockIndex, found: FoundContainers, families: Families) {
    this.references = new References(blocks.count);
    this.#blocks = blocks;
    this.#found = found;
    this.#families = families;
  }

  pointer(
    _halves: Uint32Array,
    _at: number,
    _from: number,
    _to: number,
    owner: number,
    address: Address,
    target: Address,
  ): void {
    const block = this.#blocks.find(target);
    if (block < 0 || block === owner) return;
    if (owner >= 0) {
      if (owner !== this.#owner) this.#enter(owner);
      if (address < this.#usedEnd) this.references.add(owner, block);
      else this.references.addLeftOver(block, undefined);
      return;
    }
    const { owner: owners, slot, kind } = this.#found;
    const isContainer =
      kind[block] !== KIND.none && owners[block] === ROOT && slot.get(block) === address;
    if (isContainer || owner !== STACK) this.references.addRoot(address, block);
    else this.references.addLeftOver(block, address);
  }

  #enter(owner: number): void {
    this.#owner = owner;
    this.#usedEnd = this.#blocks.starts[owner]! + this.#usedBytes(owner);
  }

  #usedBytes(block: number): number {
    const usable = this.#blocks.usable.get(block);
    const family = this.#families.of[block]!;
    if (family === NONE) return usable;
    const { kind, elementBytes } = this.#families.families[family]!;
    const { length, capacity, ring } = this.#found;
    if (kind === KIND.text) return 0;
    if (kind === KIND.bounded) return length.get(block);
    if (kind !== KIND.counted && kind !== KIND.ring) return usable;
    if (elementBytes.most < POINTER_BYTES) return 0;
    // A ring's elements may stand anywhere.
    const isRing = kind === KIND.ring || ring.get(block) > 0;
    const places = isRing ? capacity.get(block) : length.get(block);
    return Math.min(usable, places * elementBytes.most);
  }
}

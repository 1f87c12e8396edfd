import type { Bytes } from '../../model/bytes.ts';
import type { BlockIndex } from './block-index.ts';
import type { Dominators } from './dominators.ts';
import type { Families } from './families.ts';
import { NONE, ROOT } from './references.ts';
import type { RootPlace } from './root-places.ts';

/** What holds blocks, or is held. */
export type Held =
  | { readonly kind: 'place'; readonly place: RootPlace }
  /** Blocks that several hold, none of them alone. */
  | { readonly kind: 'shared' }
  /** Blocks to which nothing leads. */
  | { readonly kind: 'leaked' }
  /** Containers of one family, by its id. */
  | { readonly kind: 'family'; readonly family: number }
  /** Blocks of one size that are no containers'. */
  | { readonly kind: 'blocks'; readonly usable: Bytes }
  /** What is too much to be told apart. */
  | { readonly kind: 'others' };

/** Blocks of one type that are held by the same, as a node of a tree. */
export interface Holding {
  readonly held: Held;
  /** The index of what holds it, which stands before it; undefined for the outermost. */
  readonly parent: number | undefined;
  /** Blocks. */
  count: number;
  /** Of these blocks alone. */
  bytes: Bytes;
  /** With what they hold: so much is freed with them. */
  retained: Bytes;
}

/** As many nodes a tree has at most, and as many levels. */
const MOST_NODES = 65536;
const DEEPEST = 64;

/**
 * Who holds which blocks: each stands below its dominator, blocks of one type below one holder together. What holds
 * its own type (a list, a tree) is one node.
 *
 * @param placeOf where beside the heap a word stands that leads to a block; undefined where none does.
 */
export function ownership(
  blocks: BlockIndex,
  families: Families,
  { of: dominator, order }: Dominators,
  placeOf: (block: number) => RootPlace | undefined,
): Holding[] {
  const tree = new HoldingTree(families.families.length);
  const typeOf = (block: number) => {
    const family = families.of[block]!;
    return family === NONE ? tree.sizeType(blocks.usable.get(block)) : family;
  };
  const nodeOf = new Uint32Array(blocks.count);
  for (const block of order) {
    const holder = dominator[block]!;
    const parent = holder === ROOT ? tree.outermost(placeOf(block) ?? 'shared') : nodeOf[holder]!;
    nodeOf[block] = tree.add(parent, typeOf(block), blocks.usable.get(block));
  }
  if (order.length < blocks.count) {
    const leaked = tree.outermost('leaked');
    for (let block = 0; block < blocks.count; block++) {
      if (dominator[block] === NONE) tree.add(leaked, typeOf(block), blocks.usable.get(block));
    }
  }
  return tree.finish();
}

class HoldingTree {
  readonly #nodes: Holding[] = [];
  readonly #types: number[] = [];
  readonly #depths: number[] = [];
  readonly #families: number;
  readonly #sizes = new Map<Bytes, number>();
  readonly #usable: Bytes[] = [];
  readonly #outermost = new Map<string, number>();
  /** By holder and type. */
  readonly #below = new Map<number, number>();

  constructor(families: number) {
    this.#families = families;
  }

  sizeType(usable: Bytes): number {
    let size = this.#sizes.get(usable);
    if (size === undefined) {
      size = this.#usable.push(usable) - 1;
      this.#sizes.set(usable, size);
    }
    return this.#families + size;
  }

  outermost(what: RootPlace | 'shared' | 'leaked'): number {
    const key = typeof what === 'string' ? what : JSON.stringify(what);
    let node = this.#outermost.get(key);
    if (node === undefined) {
      const held: Held = typeof what === 'string' ? { kind: what } : { kind: 'place', place: what };
      node = this.#make(held, undefined, NO_TYPE);
      this.#outermost.set(key, node);
    }
    return node;
  }

  /** Adds a block to those of its type below a holder. @returns their node. */
  add(parent: number, type: number, usable: Bytes): number {
    const key = parent * TYPES + type;
    let node = this.#below.get(key);
    if (node === undefined) {
      node = this.#ownType(parent, type) ?? this.#makeBelow(parent, type);
      this.#below.set(key, node);
    }
    const found = this.#nodes[node]!;
    found.count++;
    found.bytes += usable;
    return node;
  }

  finish(): Holding[] {
    for (const node of this.#nodes) node.retained = node.bytes;
    for (const { parent, retained } of this.#nodes.toReversed()) {
      if (parent !== undefined) this.#nodes[parent]!.retained += retained;
    }
    return this.#nodes;
  }

  /** The same type further up. */
  #ownType(parent: number, type: number): number | undefined {
    for (let at: number | undefined = parent; at !== undefined; at = this.#nodes[at]!.parent) {
      if (this.#types[at] === type) return at;
    }
    return undefined;
  }

  #makeBelow(parent: number, type: number): number {
    if (this.#types[parent] === OTHERS) return parent;
    const isTooMuch = this.#nodes.length >= MOST_NODES || this.#depths[parent]! >= DEEPEST;
    if (isTooMuch) {
      const known = this.#below.get(parent * TYPES + OTHERS);
      if (known !== undefined) return known;
      const node = this.#make({ kind: 'others' }, parent, OTHERS);
      this.#below.set(parent * TYPES + OTHERS, node);
      return node;
    }
    const held: Held =
      type < this.#families
        ? { kind: 'family', family: type }
        : { kind: 'blocks', usable: this.#usable[type - this.#families]! };
    return this.#make(held, parent, type);
  }

  #make(held: Held, parent: number | undefined, type: number): number {
    this.#types.push(type);
    this.#depths.push(parent === undefined ? 0 : this.#depths[parent]! + 1);
    return this.#nodes.push({ held, parent, count: 0, bytes: 0, retained: 0 }) - 1;
  }
}

/** More than there are types; those that are none. */
const TYPES = 2 ** 32;
const NO_TYPE = -1;
const OTHERS = TYPES - 1;

import type { Address } from '../../model/address.ts';

/** A node of the graph that is no block: memory beside the heap. */
export const ROOT = 0xffffffff;

/** No node. */
export const NONE = 0xfffffffe;

/** As many blocks are remembered with the place of a word that leads to them. */
const MOST_ROOTS = 65536;

/** Pairs of blocks, as many as there are. */
class PairList {
  count = 0;
  from = new Uint32Array(1024);
  to = new Uint32Array(1024);

  add(from: number, to: number): void {
    if (this.count === this.from.length) {
      this.from = doubled(this.from);
      this.to = doubled(this.to);
    }
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.count++;
  }
}

function doubled(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(values.length * 2);
  copy.set(values);
  return copy;
}

/**
 * Which blocks words lead to, and where those words stand: most blocks have one referrer, so only further ones
 * are listed.
 */
export class References {
  /** By block: the block with the first word that leads into it, ROOT or NONE. */
  readonly first: Uint32Array;
  /** Other referrers than the first. */
  readonly others = new PairList();
  /** 1 for blocks that words lead to which may be left over: of a stack, or behind a container's last element. */
  readonly leftOver: Uint8Array;
  readonly #roots = new Map<number, Address>();

  constructor(count: number) {
    this.first = new Uint32Array(count).fill(NONE);
    this.leftOver = new Uint8Array(count);
  }

  /** @param from a block, or ROOT. */
  add(from: number, to: number): void {
    const first = this.first[to]!;
    if (first === from) return;
    if (first === NONE) {
      this.first[to] = from;
      return;
    }
    const { others } = this;
    const last = others.count - 1;
    if (last < 0 || others.from[last] !== from || others.to[last] !== to) others.add(from, to);
  }

  /** Beside the heap, a word that leads to a block. */
  rootOf = (block: number): Address | undefined => this.#roots.get(block);

  addRoot(address: Address, to: number): void {
    this.add(ROOT, to);
    this.#keepRoot(address, to);
  }

  /** @param address of the word, where it stands beside the heap. */
  addLeftOver(to: number, address: Address | undefined): void {
    this.leftOver[to] = 1;
    if (address !== undefined) this.#keepRoot(address, to);
  }

  #keepRoot(address: Address, to: number): void {
    if (this.#roots.size < MOST_ROOTS && !this.#roots.has(to)) this.#roots.set(to, address);
  }

  /** Whether any word leads into a block. */
  isReferenced = (block: number): boolean =>
    this.first[block] !== NONE || this.leftOver[block] === 1;
}

/**
 * Which block holds which: a block is dominated by another if each way to it from outside the heap leads through
 * that. The algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance Algorithm", 2001), where only blocks
 * with several referrers are iterated: of all others the one referrer dominates.
 */
import { kept } from './kept.ts';
import { NONE, type References, ROOT } from './references.ts';

/** By block. */
export interface Dominators {
  /** The nearest block that dominates it; ROOT where none does, NONE where nothing leads to it. */
  readonly of: Uint32Array;
  /** Blocks to which something leads, each behind its dominator. */
  readonly order: Uint32Array;
}

/** Ways up the tree for each block and reference: real heaps take two or three. */
const STEPS_PER_NODE = 64;

export function dominators(count: number, references: References): Dominators {
  const { parent, postorder, scratch: number } = depthFirst(count, references);
  for (let i = 0; i < postorder.length; i++) number[postorder[i]!] = i;
  const order = postorder.reverse();
  const shared = new SharedBlocks(count, references, order, parent);
  const { first } = references;
  for (const block of order) {
    // What only leftovers lead to begins at the root.
    if (!shared.has(block)) parent[block] = parent[block] === ROOT ? ROOT : first[block]!;
    else parent[block] = NONE;
  }
  iterate(shared, parent, number, STEPS_PER_NODE * (count + references.others.count + 1));
  return { of: parent, order };
}

/** Blocks in the order in which a search ends with them, and where it came from. */
function depthFirst(count: number, { first, others, leftOver }: References) {
  // Successors as lists: an entry below `count` is the first reference to that block, others follow.
  const head = new Uint32Array(count).fill(NONE);
  const sibling = new Uint32Array(count + others.count);
  const roots: number[] = [];
  const link = (from: number, entry: number, to: number) => {
    if (from === ROOT) roots.push(to);
    else {
      sibling[entry] = head[from]!;
      head[from] = entry;
    }
  };
  for (let i = 0; i < others.count; i++) link(others.from[i]!, count + i, others.to[i]!);
  for (let block = 0; block < count; block++) {
    if (first[block] !== NONE) link(first[block]!, block, block);
  }
  const parent = new Uint32Array(count).fill(NONE);
  const postorder = new Uint32Array(count);
  let done = 0;
  const visit = (root: number) => {
    if (parent[root] !== NONE) return;
    parent[root] = ROOT;
    for (let at = root; at !== ROOT; ) {
      const entry = head[at]!;
      if (entry === NONE) {
        postorder[done++] = at;
        at = parent[at]!;
        continue;
      }
      head[at] = sibling[entry]!;
      const next = entry < count ? entry : others.to[entry - count]!;
      if (parent[next] !== NONE) continue;
      parent[next] = at;
      at = next;
    }
  };
  for (const root of roots) visit(root);
  // What may be left over counts where nothing else leads to a block: first where no block does, either.
  for (let block = 0; block < count; block++) {
    if (leftOver[block] === 1 && first[block] === NONE) visit(block);
  }
  for (let block = 0; block < count; block++) if (leftOver[block] === 1) visit(block);
  // The lists have been used up.
  return { parent, postorder: postorder.subarray(0, done), scratch: head };
}

/** Blocks with several referrers, in the order in which they are iterated. */
class SharedBlocks {
  /** In that order. */
  readonly blocks: Uint32Array;
  /** Where the referrers of each begin. */
  readonly start: Uint32Array;
  readonly referrers: Uint32Array;
  /** By block, NONE for others. */
  readonly #place: Uint32Array;

  /** @param parent by block where the search came from: ROOT is a referrer that no word need be. */
  constructor(
    count: number,
    { first, others }: References,
    order: Uint32Array,
    parent: Uint32Array,
  ) {
    const place = new Uint32Array(count).fill(NONE);
    for (let i = 0; i < others.count; i++) place[others.to[i]!] = 0;
    for (const block of order) {
      const isLeftOver = parent[block] === ROOT && first[block] !== ROOT;
      if (isLeftOver && first[block] !== NONE) place[block] = 0;
    }
    this.blocks = kept(order, (block) => place[block] === 0);
    for (const [i, block] of this.blocks.entries()) place[block] = i;
    this.#place = place;
    const start = new Uint32Array(this.blocks.length + 1);
    // Its first referrer, and the root.
    for (let i = 0; i < this.blocks.length; i++) start[i + 1] = 2;
    for (let i = 0; i < others.count; i++) {
      const at = place[others.to[i]!]!;
      if (this.blocks[at] === others.to[i]) start[at + 1]!++;
    }
    for (let i = 0; i < this.blocks.length; i++) start[i + 1]! += start[i]!;
    this.start = start;
    this.referrers = new Uint32Array(start.at(-1)!).fill(NONE);
    const next = start.slice();
    for (const [i, block] of this.blocks.entries()) {
      this.referrers[next[i]!++] = first[block]!;
      if (parent[block] === ROOT) this.referrers[next[i]!++] = ROOT;
    }
    for (let i = 0; i < others.count; i++) {
      const at = place[others.to[i]!]!;
      if (this.blocks[at] === others.to[i]) this.referrers[next[at]!++] = others.from[i]!;
    }
  }

  has = (block: number): boolean => this.blocks[this.#place[block]!] === block;
}

/** @param budget steps after which all shared blocks are held by nobody: a heap may be made to take many. */
function iterate(
  { blocks, start, referrers }: SharedBlocks,
  dominator: Uint32Array,
  number: Uint32Array,
  budget: number,
): void {
  let steps = 0;
  const common = (one: number, other: number): number => {
    let [a, b] = [one, other];
    while (a !== b && a !== ROOT && b !== ROOT && steps <= budget) {
      steps++;
      if (number[a]! < number[b]!) a = dominator[a]!;
      else b = dominator[b]!;
    }
    return a === b ? a : ROOT;
  };
  for (let isFirst = true, isChanged = true; isChanged; isFirst = false) {
    isChanged = false;
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i]!;
      let found = NONE;
      for (let at = start[i]!; at < start[i + 1]!; at++) {
        const from = referrers[at]!;
        // Nothing leads to one without a dominator; one further on has none yet.
        if (from === NONE || (from !== ROOT && dominator[from] === NONE)) continue;
        if (isFirst && from !== ROOT && number[from]! < number[block]!) continue;
        found = found === NONE ? from : common(found, from);
      }
      if (found === dominator[block]) continue;
      dominator[block] = found;
      isChanged = true;
    }
    if (steps > budget) {
      for (const block of blocks) dominator[block] = ROOT;
      return;
    }
  }
}

import type { Address } from '../../model/address.ts';
import type { AddressRange } from '../../model/range.ts';
import { isContinuedBy, type Region } from './region.ts';

/** Regions in a leaf: enough to have few leaves, few enough to be moved at each insertion. */
const LEAF = 32;

const NOTHING: readonly Region[] = [];

interface Leaves {
  readonly leaves: Region[][];
  owners: number;
}

/**
 * Which region is where, exactly: sorted, without overlaps, neighbours of one history and the same
 * nature joined. Regions lie in leaves of bounded length, so that a process with a hundred thousand
 * mappings costs no more per call than one with fifty. Copies are made on write, so a fork costs
 * nothing until one side changes.
 */
export class RegionMap {
  #shared: Leaves;
  /** Where the last search ended: the first region that ends behind the address asked for. */
  #leaf = 0;
  #slot = 0;
  /** What was asked for; NaN after a change that may have moved it. */
  #sought = Number.NaN;

  constructor(shared: Leaves = { leaves: [[]], owners: 1 }) {
    this.#shared = shared;
  }

  get regions(): readonly Region[] {
    return this.#shared.leaves.flat();
  }

  /** A map with the same content; either may change without the other seeing it. */
  fork(): RegionMap {
    this.#shared.owners++;
    return new RegionMap(this.#shared);
  }

  /** Gives up this map's hold on regions it shares with others. */
  release(): void {
    this.#shared.owners--;
    this.#shared = { leaves: [[]], owners: 1 };
    this.#sought = Number.NaN;
  }

  at(address: Address): Region | undefined {
    this.#find(address);
    const region = this.#shared.leaves[this.#leaf]![this.#slot];
    return region !== undefined && region.start <= address ? region : undefined;
  }

  /** The regions that end behind an address, in order, until `wanted` says yes. */
  firstAfter(address: Address, wanted: (region: Region) => boolean): Region | undefined {
    this.#find(address);
    const { leaves } = this.#shared;
    for (let leaf = this.#leaf, slot = this.#slot; leaf < leaves.length; leaf++, slot = 0) {
      const found = leaves[leaf]!.slice(slot).find(wanted);
      if (found) return found;
    }
    return undefined;
  }

  /** Takes a range out. @returns what was in it, cut to the range, in address order. */
  carve({ start, end }: AddressRange): readonly Region[] {
    if (start >= end) return NOTHING;
    this.#find(start);
    const first = this.#shared.leaves[this.#leaf]![this.#slot];
    if (first === undefined || first.start >= end) return NOTHING;
    const leaves = this.#own();
    const only = leaves[this.#leaf]!;
    if (first.start === start && first.end === end && this.#slot < only.length - 1) {
      removeAt(only, this.#slot);
      return [first];
    }
    this.#sought = Number.NaN;
    const removed: Region[] = [];
    let leaf = this.#leaf;
    let slot = this.#slot;
    while (leaf < leaves.length) {
      const before = leaves.length;
      const reachedEnd = this.#carveLeaf(leaf, slot, { start, end }, removed);
      if (reachedEnd) break;
      // An emptied leaf is gone: the next one has its index.
      if (leaves.length === before) leaf++;
      slot = 0;
    }
    return removed;
  }

  /** @returns whether the range ends in this leaf. */
  #carveLeaf(index: number, from: number, range: AddressRange, removed: Region[]): boolean {
    const { start, end } = range;
    const { leaves } = this.#shared;
    const leaf = leaves[index]!;
    let to = from;
    while (to < leaf.length && leaf[to]!.start < end) removed.push(leaf[to++]!.cut(start, end));
    const reachedEnd = to < leaf.length;
    // What stays of the outermost regions, to the left of the range and to its right.
    const kept: Region[] = [];
    if (to > from) {
      const left = leaf[from]!;
      const right = leaf[to - 1]!;
      if (left.start < start) kept.push(left.cut(left.start, start));
      if (right.end > end) kept.push(right.cut(end, right.end));
    }
    leaf.splice(from, to - from, ...kept);
    if (leaf.length === 0 && leaves.length > 1) leaves.splice(index, 1);
    // One region became two, so the range lies in this leaf alone.
    if (leaf.length <= LEAF) return reachedEnd;
    leaves.splice(index + 1, 0, leaf.splice(LEAF / 2));
    return true;
  }

  /** Puts a region where nothing is; `carve` makes room. */
  insert(region: Region): void {
    this.#find(region.start);
    this.#sought = Number.NaN;
    const leaves = this.#own();
    let leaf = leaves[this.#leaf]!;
    let slot = this.#slot;
    const after = leaf[slot];
    const last = slot > 0 ? undefined : leaves[this.#leaf - 1]?.at(-1);
    const before = slot > 0 ? leaf[slot - 1] : last;
    let joined = region;
    if (after !== undefined && isContinuedBy(region, after)) {
      joined = region.upTo(after.end);
      leaf[slot] = joined;
    } else {
      insertAt(leaf, slot, region);
    }
    if (before !== undefined && isContinuedBy(before, region)) {
      const whole = before.upTo(joined.end);
      removeAt(leaf, slot);
      if (slot === 0) {
        if (leaf.length === 0) leaves.splice(this.#leaf, 1);
        leaf = leaves[this.#leaf - 1]!;
        slot = leaf.length;
      }
      leaf[slot - 1] = whole;
    } else if (leaf.length > LEAF) {
      leaves.splice(this.#leaf + 1, 0, leaf.splice(LEAF / 2));
    }
  }

  /** Puts for each region what `change` makes of it, in the same place. */
  rewrite(change: (region: Region) => Region): void {
    const regions = this.regions.map(change);
    const leaves: Region[][] = [regions.slice(0, LEAF)];
    for (let at = LEAF; at < regions.length; at += LEAF) leaves.push(regions.slice(at, at + LEAF));
    this.#shared.owners--;
    this.#shared = { leaves, owners: 1 };
    this.#sought = Number.NaN;
  }

  #own(): Region[][] {
    if (this.#shared.owners > 1) {
      this.#shared.owners--;
      this.#shared = { leaves: this.#shared.leaves.map((leaf) => leaf.slice()), owners: 1 };
    }
    return this.#shared.leaves;
  }

  /** Sets `#leaf` and `#slot`; behind the last region they point to the end of the last leaf. */
  #find(address: Address): void {
    if (address === this.#sought) return;
    this.#sought = address;
    const { leaves } = this.#shared;
    let low = 0;
    let high = leaves.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const leaf = leaves[middle]!;
      if (leaf[leaf.length - 1]!.end > address) high = middle;
      else low = middle + 1;
    }
    this.#leaf = low;
    const leaf = leaves[low]!;
    low = 0;
    high = leaf.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (leaf[middle]!.end > address) high = middle;
      else low = middle + 1;
    }
    this.#slot = low;
  }
}

/** A loop over a short array beats `splice`, which makes an array of what it takes out. */
function insertAt(leaf: Region[], slot: number, region: Region): void {
  for (let i = leaf.length; i > slot; i--) leaf[i] = leaf[i - 1]!;
  leaf[slot] = region;
}

function removeAt(leaf: Region[], slot: number): void {
  for (let i = slot + 1; i < leaf.length; i++) leaf[i - 1] = leaf[i]!;
  leaf.pop();
}

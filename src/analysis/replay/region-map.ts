import type { Address } from '../../model/address.ts';
import type { AddressRange } from '../../model/range.ts';
import { isContinuedBy, type Region } from './region.ts';

/** Regions in a leaf: enough to have few leaves, few enough to be moved at each insertion. */
const LEAF = 32;

const NOTHING: readonly Region[] = [];

/** Some regions in order. Only the map that made it may change it, and only until it is forked. */
class Leaf {
  readonly regions: Region[];
  readonly writer: object;

  constructor(regions: Region[], writer: object) {
    this.regions = regions;
    this.writer = writer;
  }
}

/**
 * Which region is where, exactly: sorted, without overlaps, neighbours of one history and the same
 * nature joined. Regions lie in leaves of bounded length, so that a process with a hundred thousand
 * mappings costs no more per call than one with fifty. Copies are made on write, leaf by leaf: a fork
 * costs nothing, and each side from then on what it changes.
 */
export class RegionMap {
  #leaves: Leaf[];
  /** Who may change leaves that are marked with it; another one after each fork. */
  #writer: object = {};
  /** Another map has the same list of leaves. */
  #isListShared: boolean;
  /** Where the last search ended: the first region that ends behind the address asked for. */
  #leaf = 0;
  #slot = 0;
  /** What was asked for; NaN after a change that may have moved it. */
  #sought = Number.NaN;

  /** @param shared the list of another map. */
  constructor(shared?: Leaf[]) {
    this.#leaves = shared ?? [new Leaf([], this.#writer)];
    this.#isListShared = shared !== undefined;
  }

  get regions(): readonly Region[] {
    return this.#leaves.flatMap(({ regions }) => regions);
  }

  filter(wanted: (region: Region) => boolean): Region[] {
    const found: Region[] = [];
    for (const { regions } of this.#leaves) {
      for (const region of regions) if (wanted(region)) found.push(region);
    }
    return found;
  }

  get size(): number {
    return this.#leaves.reduce((sum, { regions }) => sum + regions.length, 0);
  }

  /** A map with the same content; either may change without the other seeing it. */
  fork(): RegionMap {
    this.#writer = {};
    this.#isListShared = true;
    return new RegionMap(this.#leaves);
  }

  /** Lets go of all regions. */
  clear(): void {
    this.#leaves = [new Leaf([], this.#writer)];
    this.#isListShared = false;
    this.#sought = Number.NaN;
  }

  at(address: Address): Region | undefined {
    this.#find(address);
    const region = this.#leaves[this.#leaf]!.regions[this.#slot];
    return region !== undefined && region.start <= address ? region : undefined;
  }

  /** The regions that end behind an address, in order, until `wanted` says yes. */
  firstAfter(address: Address, wanted: (region: Region) => boolean): Region | undefined {
    this.#find(address);
    const leaves = this.#leaves;
    for (let leaf = this.#leaf, slot = this.#slot; leaf < leaves.length; leaf++, slot = 0) {
      const found = leaves[leaf]!.regions.slice(slot).find(wanted);
      if (found) return found;
    }
    return undefined;
  }

  /** The regions of which something lies in a range, in order. */
  touching({ start, end }: AddressRange): Region[] {
    const found: Region[] = [];
    if (start >= end) return found;
    this.firstAfter(start, (region) => {
      if (region.start < end) found.push(region);
      return region.start >= end;
    });
    return found;
  }

  /** Takes a range out. @returns what was in it, cut to the range, in address order. */
  carve({ start, end }: AddressRange): readonly Region[] {
    if (start >= end) return NOTHING;
    this.#find(start);
    const first = this.#leaves[this.#leaf]!.regions[this.#slot];
    if (first === undefined || first.start >= end) return NOTHING;
    const leaves = this.#ownList();
    const only = this.#ownLeaf(this.#leaf);
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
    const leaves = this.#leaves;
    const leaf = this.#ownLeaf(index);
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
    leaves.splice(index + 1, 0, new Leaf(leaf.splice(LEAF / 2), this.#writer));
    return true;
  }

  /** Puts a region where nothing is; `carve` makes room. */
  insert(region: Region): void {
    this.#find(region.start);
    this.#sought = Number.NaN;
    const leaves = this.#ownList();
    let leaf = this.#ownLeaf(this.#leaf);
    let slot = this.#slot;
    const after = leaf[slot];
    const last = slot > 0 ? undefined : leaves[this.#leaf - 1]?.regions.at(-1);
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
        leaf = this.#ownLeaf(this.#leaf - 1);
        slot = leaf.length;
      }
      leaf[slot - 1] = whole;
    } else if (leaf.length > LEAF) {
      leaves.splice(this.#leaf + 1, 0, new Leaf(leaf.splice(LEAF / 2), this.#writer));
    }
  }

  /** Puts a region where one of the same extent is. */
  replace(region: Region): void {
    this.#find(region.start);
    this.#ownList();
    this.#ownLeaf(this.#leaf)[this.#slot] = region;
  }

  /** The list of leaves, to be changed. */
  #ownList(): Leaf[] {
    if (this.#isListShared) {
      this.#leaves = this.#leaves.slice();
      this.#isListShared = false;
    }
    return this.#leaves;
  }

  /** The regions of a leaf, to be changed; the list is this map's own. */
  #ownLeaf(index: number): Region[] {
    const leaf = this.#leaves[index]!;
    if (leaf.writer === this.#writer) return leaf.regions;
    const own = new Leaf(leaf.regions.slice(), this.#writer);
    this.#leaves[index] = own;
    return own.regions;
  }

  /** Sets `#leaf` and `#slot`; behind the last region they point to the end of the last leaf. */
  #find(address: Address): void {
    if (address === this.#sought) return;
    this.#sought = address;
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const leaf = leaves[middle]!.regions;
      if (leaf[leaf.length - 1]!.end > address) high = middle;
      else low = middle + 1;
    }
    this.#leaf = low;
    const leaf = leaves[low]!.regions;
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

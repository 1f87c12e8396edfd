import type { MemoryUse } from '../../knowledge/memory-uses.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import type { Chain } from './chain.ts';

/**
 * What the log knows of a region: the brk heap, private anonymous memory, shared memory, a file, or
 * `unknown`: it is there, because mprotect or madvise worked on it, but what made it is not in the
 * log (the kernel at exec, or calls before the log begins).
 */
export type RegionKind = 'heap' | 'anonymous' | 'shared' | 'file' | 'unknown';

/** What is the same for every page of a region, and keeps it apart from neighbours. */
export interface RegionNature {
  readonly kind: RegionKind;
  readonly protection: number;
  /** What mmap flags and madvise set for good (see vma-flags.ts). */
  readonly flags: number;
  /** The mapped file, where the log shows it. */
  readonly path: string | undefined;
  /** Tells files and shared memory without a path apart; 0 for private anonymous memory. */
  readonly object: number;
  /** What anonymous memory is for, by the call that made it. */
  readonly use: MemoryUse | undefined;
  /** The mapping's history; private anonymous regions only. */
  readonly chain: Chain | undefined;
}

/** A stretch of address space of one history and one nature throughout. */
export interface Region extends AddressRange, RegionNature {
  /**
   * Where the region begins in its file or shared memory. For anonymous memory the address at which
   * its pages were made, which mremap does not change: the kernel's vm_pgoff.
   */
  readonly offset: Bytes;
}

/** Regions in a leaf: enough to have few leaves, few enough to be moved at each insertion. */
const LEAF = 128;

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
  carve({ start, end }: AddressRange): Region[] {
    const removed: Region[] = [];
    if (start >= end) return removed;
    this.#find(start);
    const first = this.#shared.leaves[this.#leaf]![this.#slot];
    if (first === undefined || first.start >= end) return removed;
    const leaves = this.#own();
    let leafIndex = this.#leaf;
    let from = this.#slot;
    while (leafIndex < leaves.length) {
      const leaf = leaves[leafIndex]!;
      let to = from;
      while (to < leaf.length && leaf[to]!.start < end) {
        removed.push(cut(leaf[to]!, start, end));
        to++;
      }
      const reachedEnd = to < leaf.length;
      // What stays of the outermost regions, to the left of the range and to its right.
      const kept: Region[] = [];
      if (to > from) {
        const left = leaf[from]!;
        const right = leaf[to - 1]!;
        if (left.start < start) kept.push(cut(left, left.start, start));
        if (right.end > end) kept.push(cut(right, end, right.end));
      }
      replace(leaf, from, to - from, kept);
      if (leaf.length > LEAF) {
        // Only one region can have become two: this is the only leaf that the range touches.
        leaves.splice(leafIndex + 1, 0, leaf.splice(LEAF / 2));
        break;
      }
      if (leaf.length === 0 && leaves.length > 1) leaves.splice(leafIndex, 1);
      else leafIndex++;
      if (reachedEnd) break;
      from = 0;
    }
    return removed;
  }

  /** Puts a region where nothing is; `carve` makes room. */
  insert(region: Region): void {
    this.#find(region.start);
    const leaves = this.#own();
    let leaf = leaves[this.#leaf]!;
    let slot = this.#slot;
    const after = leaf[slot];
    const last = slot > 0 ? undefined : leaves[this.#leaf - 1]?.at(-1);
    const before = slot > 0 ? leaf[slot - 1] : last;
    let joined = region;
    if (after !== undefined && isContinuedBy(region, after)) {
      joined = { ...region, end: after.end };
      leaf[slot] = joined;
    } else {
      leaf.splice(slot, 0, region);
    }
    if (before !== undefined && isContinuedBy(before, region)) {
      const whole = { ...before, end: joined.end };
      leaf.splice(slot, 1);
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

  /** Puts for each region what `change` makes of it; undefined takes it out. */
  rewrite(change: (region: Region) => Region | undefined): void {
    const regions = this.regions.flatMap((region) => change(region) ?? []);
    const leaves: Region[][] = [regions.slice(0, LEAF)];
    for (let at = LEAF; at < regions.length; at += LEAF) leaves.push(regions.slice(at, at + LEAF));
    this.#shared.owners--;
    this.#shared = { leaves, owners: 1 };
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

/** The part of a region that lies in a range. */
function cut(region: Region, start: Address, end: Address): Region {
  if (region.start >= start && region.end <= end) return region;
  const from = Math.max(region.start, start);
  return {
    ...region,
    start: from,
    end: Math.min(region.end, end),
    offset: region.offset + from - region.start,
  };
}

function replace(leaf: Region[], from: number, length: number, kept: readonly Region[]): void {
  if (kept.length === 0) leaf.splice(from, length);
  else if (kept.length === 1 && length === 1) leaf[from] = kept[0]!;
  else leaf.splice(from, length, ...kept);
}

function isContinuedBy(left: Region, right: Region): boolean {
  return left.chain === right.chain && left.use === right.use && isOneMapping(left, right);
}

/** Whether the kernel would hold two neighbours as one mapping, and show them in one row. */
export function isOneMapping(left: Region, right: Region): boolean {
  return (
    left.end === right.start &&
    left.protection === right.protection &&
    left.flags === right.flags &&
    isOneKind(left.kind, right.kind) &&
    left.object === right.object &&
    left.path === right.path &&
    left.offset + (left.end - left.start) === right.offset
  );
}

/** The brk heap is anonymous memory like any other. */
function isOneKind(left: RegionKind, right: RegionKind): boolean {
  const isPrivateMemory = (kind: RegionKind) => kind === 'heap' || kind === 'anonymous';
  return left === right || (isPrivateMemory(left) && isPrivateMemory(right));
}

export function bytesOf(regions: readonly AddressRange[]): Bytes {
  let total = 0;
  for (const { start, end } of regions) total += end - start;
  return total;
}

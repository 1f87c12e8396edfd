import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { NumberColumn } from '../malloc/number-column.ts';

/** Blocks of the heap that the program has, as `BlockIndex` wants them. */
export interface BlockList {
  readonly count: number;
  /** Where each begins for the program, ascending. */
  readonly starts: Float64Array;
  /** How many bytes of it the program may use. */
  readonly usable: NumberColumn;
}

const PAGE = 4096;

/** Blocks that lie further apart have page tables of their own. */
const MOST_GAP: Bytes = 1024 * 1024;

/** Addresses of processes have 47 bits on x86-64, 48 on arm64: the upper half fits two bytes. */
const UPPER_HALVES = 65536;

interface Region {
  readonly start: Address;
  readonly end: Address;
  /** For each page the first block that begins in it or behind it. */
  readonly firstOfPage: Uint32Array;
}

/** Tells which block an address lies in. */
export class BlockIndex {
  readonly count: number;
  readonly starts: Float64Array;
  readonly usable: NumberColumn;
  /** By the upper half of an address: 1 where blocks lie. */
  readonly upperHalves = new Uint8Array(UPPER_HALVES);
  readonly #regions: Region[];
  #last: Region;

  constructor({ count, starts, usable }: BlockList) {
    this.count = count;
    this.starts = starts;
    this.usable = usable;
    this.#regions = regionsOf(count, starts, usable);
    this.#last = this.#regions[0] ?? { start: 0, end: 0, firstOfPage: new Uint32Array(1) };
    for (const { start, end } of this.#regions) {
      const last = Math.floor((end - 1) / 2 ** 32);
      for (let half = Math.floor(start / 2 ** 32); half <= last; half++) this.upperHalves[half] = 1;
    }
  }

  /** The block that an address lies in; -1 where it lies in none. */
  find(address: Address): number {
    const region = this.#regionAt(address);
    if (region === undefined) return -1;
    const page = Math.floor((address - region.start) / PAGE);
    // The block that an address lies in may begin pages before.
    let low = region.firstOfPage[page]! - 1;
    let high = region.firstOfPage[page + 1]! - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= address) low = middle;
      else high = middle - 1;
    }
    if (low < 0 || this.starts[low]! > address) return -1;
    return address < this.starts[low]! + this.usable.get(low) ? low : -1;
  }

  #regionAt(address: Address): Region | undefined {
    const last = this.#last;
    if (address >= last.start && address < last.end) return last;
    let low = 0;
    let high = this.#regions.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const region = this.#regions[middle]!;
      if (address < region.start) high = middle - 1;
      else if (address >= region.end) low = middle + 1;
      else {
        this.#last = region;
        return region;
      }
    }
    return undefined;
  }
}

function regionsOf(count: number, starts: Float64Array, usable: NumberColumn): Region[] {
  const regions: Region[] = [];
  for (let first = 0; first < count; ) {
    let end = starts[first]! + usable.get(first);
    let next = first + 1;
    while (next < count && starts[next]! - end < MOST_GAP) {
      end = starts[next]! + usable.get(next);
      next++;
    }
    regions.push(regionOf(starts, first, next, end));
    first = next;
  }
  return regions;
}

function regionOf(starts: Float64Array, first: number, next: number, end: Address): Region {
  const start = starts[first]!;
  const pages = Math.ceil((end - start) / PAGE);
  const firstOfPage = new Uint32Array(pages + 1);
  let block = first;
  for (let page = 0; page < pages; page++) {
    while (block < next && starts[block]! < start + page * PAGE) block++;
    firstOfPage[page] = block;
  }
  firstOfPage[pages] = next;
  return { start, end, firstOfPage };
}

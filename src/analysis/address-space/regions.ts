import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type AddressRange, intersection, without } from '../../model/range.ts';
import type { Chain } from './chain.ts';

/** A stretch of address space with the same origin and rights throughout. */
export interface Region extends AddressRange {
  readonly kind: 'heap' | 'anonymous' | 'shared' | 'file';
  readonly protection: number;
  /** The mapped file, where the log shows it. */
  readonly path: string | undefined;
  /** The mapping's history; anonymous regions only. */
  readonly chain: Chain | undefined;
}

/**
 * Which region is where, exactly: sorted, without overlaps, neighbours of one origin and the same
 * rights joined. Copies are made on write, so a fork costs nothing until one side changes.
 */
export class RegionMap {
  #shared: { regions: Region[]; owners: number };

  constructor(shared: { regions: Region[]; owners: number } = { regions: [], owners: 1 }) {
    this.#shared = shared;
  }

  get regions(): readonly Region[] {
    return this.#shared.regions;
  }

  /** A map with the same content; either may change without the other seeing it. */
  fork(): RegionMap {
    this.#shared.owners++;
    return new RegionMap(this.#shared);
  }

  /** Gives up this map's hold on regions it shares with others. */
  release(): void {
    this.#shared.owners--;
    this.#shared = { regions: [], owners: 1 };
  }

  at(address: Address): Region | undefined {
    const { regions } = this.#shared;
    const region = regions[this.#firstEndingAfter(address)];
    return region !== undefined && region.start <= address ? region : undefined;
  }

  /** Takes a range out. @returns what was in it, cut to the range, in address order. */
  carve(range: AddressRange): Region[] {
    if (range.start >= range.end) return [];
    const first = this.#firstEndingAfter(range.start);
    const regions = this.#own();
    let last = first;
    while (last < regions.length && regions[last]!.start < range.end) last++;
    if (first === last) return [];
    const touched = regions.slice(first, last);
    const rest = touched.flatMap((region) =>
      without(region, range).map((piece) => ({ ...region, ...piece })),
    );
    regions.splice(first, last - first, ...rest);
    return touched.map((region) => ({ ...region, ...intersection(region, range)! }));
  }

  /** Puts a region where nothing is; `carve` makes room. */
  insert(region: Region): void {
    const at = this.#firstEndingAfter(region.start);
    const regions = this.#own();
    const before = regions[at - 1];
    const after = regions[at];
    const joinsBefore = before !== undefined && isContinuedBy(before, region);
    const joinsAfter = after !== undefined && isContinuedBy(region, after);
    const joined = {
      ...region,
      start: joinsBefore ? before.start : region.start,
      end: joinsAfter ? after.end : region.end,
    };
    const from = joinsBefore ? at - 1 : at;
    regions.splice(from, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), joined);
  }

  #own(): Region[] {
    if (this.#shared.owners > 1) {
      this.#shared.owners--;
      this.#shared = { regions: [...this.#shared.regions], owners: 1 };
    }
    return this.#shared.regions;
  }

  #firstEndingAfter(address: Address): number {
    const { regions } = this.#shared;
    let low = 0;
    let high = regions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (regions[middle]!.end > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isContinuedBy(left: Region, right: Region): boolean {
  return (
    left.end === right.start &&
    left.kind === right.kind &&
    left.protection === right.protection &&
    left.chain === right.chain &&
    left.path === right.path
  );
}

export function bytesOf(regions: readonly AddressRange[]): Bytes {
  return regions.reduce((total, region) => total + region.end - region.start, 0);
}

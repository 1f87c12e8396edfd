import type { Address } from '../../model/address.ts';
import type { AddressRange } from '../../model/range.ts';
import type { EventOrigin } from '../../model/syscall-trace.ts';
import { type Chain, startedChain } from './mapping-history.ts';
import type { Region } from './region.ts';
import type { RegionMap } from './region-map.ts';

/** What a search through all regions counts as, in looks per region. */
const LOOKS_PER_SEARCH = 1 / 64;

/**
 * The histories that a forked space has from its parent. As long as no call touches a mapping, the
 * regions of both are the same, and so is the history that they name. Then this space starts its own,
 * which begins with the fork: what a fork costs grows with what is changed after it.
 */
export class InheritedHistories {
  readonly #map: RegionMap;
  readonly #owner: object;
  readonly #fork: EventOrigin;
  /** A space that goes on for as many looks as it has regions has no more use for savings. */
  #looksLeft: number;

  /** @param owner of the histories that this space starts. */
  constructor(map: RegionMap, owner: object, fork: EventOrigin) {
    this.#map = map;
    this.#owner = owner;
    this.#fork = fork;
    this.#looksLeft = map.size;
  }

  /**
   * Starts histories for what lies in a range.
   *
   * @returns whether any can be left that are the parent's.
   */
  own({ start, end }: AddressRange): boolean {
    const isLast = --this.#looksLeft < 0;
    const touched = this.#map.touching(isLast ? EVERYWHERE : { start, end });
    const chains = new Set(touched.flatMap(({ chain }) => (this.#isForeign(chain) ? chain : [])));
    if (chains.size > 0) this.#start(chains, touched, isLast);
    return !isLast;
  }

  /** Starts histories for everything. */
  ownAll(): void {
    this.#looksLeft = 0;
    this.own(EVERYWHERE);
  }

  #isForeign(chain: Chain | undefined): chain is Chain {
    return chain !== undefined && chain.owner !== this.#owner;
  }

  #start(chains: ReadonlySet<Chain>, touched: readonly Region[], areAll: boolean): void {
    const isSplit = !areAll && [...chains].some(({ wasSplit }) => wasSplit);
    if (isSplit) this.#looksLeft -= this.#map.size * LOOKS_PER_SEARCH;
    const isPiece = ({ chain }: Region) => chain !== undefined && chains.has(chain);
    const pieces = new Map<Chain, Region[]>();
    for (const region of isSplit ? this.#map.filter(isPiece) : touched.filter(isPiece)) {
      const known = pieces.get(region.chain!);
      if (known) known.push(region);
      else pieces.set(region.chain!, [region]);
    }
    for (const regions of pieces.values()) this.#inherit(regions);
  }

  /** One mapping of which all regions are named, in order. */
  #inherit(regions: readonly Region[]): void {
    const { start } = regions[0]!;
    let end: Address = start;
    for (const region of regions) end += region.end - region.start;
    const own = startedChain('inherited', { start, end }, this.#fork, this.#owner);
    own.wasSplit = regions.length > 1;
    for (const region of regions) this.#map.replace(region.withChain(own));
  }
}

const EVERYWHERE: AddressRange = { start: 0, end: Number.POSITIVE_INFINITY };

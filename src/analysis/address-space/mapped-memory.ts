import { VMA } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';
import { Chain, type ChainEnd, type StepKind } from './chain.ts';
import { FinishedChains } from './finished-chains.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import type { Region } from './region.ts';
import { RegionMap } from './regions.ts';

const NOTHING: readonly Region[] = [];

/**
 * The mapped regions of a space with their sums and the histories of the mappings, kept consistent:
 * what comes is counted, what goes ends or shortens the history that it belonged to.
 */
export class MappedMemory {
  readonly finished = new FinishedChains();
  readonly accounts: MemoryAccounts;

  readonly #map: RegionMap;
  /** The fork that made this space, as long as regions still hold the parent's histories. */
  #fork: SyscallEvent | undefined;

  constructor(parent?: { memory: MappedMemory; fork: SyscallEvent }) {
    this.#map = parent ? parent.memory.#map.fork() : new RegionMap();
    this.accounts = new MemoryAccounts(
      parent && { accounts: parent.memory.accounts, fork: parent.fork },
    );
    this.#fork = parent?.fork;
  }

  get regions(): readonly Region[] {
    return this.#map.regions;
  }

  at(address: Address): Region | undefined {
    return this.#map.at(address);
  }

  /** What lies in a range, cut to it. */
  within(range: AddressRange): readonly Region[] {
    const found = this.#map.carve(range);
    for (const region of found) this.#map.insert(region);
    return found;
  }

  /** Gives up what this space shares with forked ones. */
  release(): void {
    this.#map.release();
  }

  /** Takes a range out and keeps the accounts; histories do not notice. */
  lift(range: AddressRange): readonly Region[] {
    const removed = this.#map.carve(range);
    for (const region of removed) this.accounts.count(region, -1);
    return removed;
  }

  put(region: Region): void {
    if (region.end <= region.start) return;
    this.#map.insert(region);
    this.accounts.count(region, 1);
  }

  /** Takes a range out for good: mappings that lie in it end, or lose a part. */
  take(
    range: AddressRange | undefined,
    how: ChainEnd['kind'],
    event: SyscallEvent,
  ): readonly Region[] {
    if (range === undefined) return NOTHING;
    const removed = this.lift(range);
    if (removed.length > 0) this.lose(removed, how, event);
    return removed;
  }

  /** Tells the histories of regions that were lifted that they do not come back. */
  lose(removed: readonly Region[], how: ChainEnd['kind'], event: SyscallEvent): void {
    if (removed.length === 1) {
      const { chain, start, end } = removed[0]!;
      if (chain !== undefined) this.#shorten(chain, end - start, end, how, event);
      return;
    }
    const lost = new Map<Chain, { bytes: Bytes; end: Address }>();
    for (const { chain, start, end } of removed) {
      if (chain === undefined) continue;
      lost.set(chain, { bytes: (lost.get(chain)?.bytes ?? 0) + end - start, end });
    }
    for (const [chain, { bytes, end }] of lost) this.#shorten(chain, bytes, end, how, event);
  }

  startChain(kind: StepKind, range: AddressRange, event: SyscallEvent): Chain {
    const chain = new Chain();
    const { line, time } = event;
    chain.add({ kind, start: range.start, mapped: range.end - range.start, line, time });
    return chain;
  }

  /**
   * After a fork both sides hold the same histories; at the first look or change this side starts
   * its own, and forgets what the parent did not want inherited (MADV_DONTFORK).
   */
  settle(): void {
    const fork = this.#fork;
    if (fork === undefined) return;
    this.#fork = undefined;
    const ranges = new Map<Chain, { start: Address; end: Address }>();
    for (const { chain, start, end } of this.regions) {
      if (chain === undefined) continue;
      const range = ranges.get(chain);
      if (range) range.end += end - start;
      else ranges.set(chain, { start, end });
    }
    const inherited = new Map(
      Array.from(ranges, ([chain, range]) => [chain, this.startChain('inherited', range, fork)]),
    );
    const forgotten: Region[] = [];
    this.#map.rewrite((region) => {
      if ((region.flags & VMA.DONTFORK) !== 0) forgotten.push(region);
      return region.withChain(region.chain && inherited.get(region.chain));
    });
    for (const region of forgotten) this.take(region, 'unmapped', fork);
  }

  /** Tells a history that the map has no longer what lay before `end`. */
  #shorten(
    chain: Chain,
    bytes: Bytes,
    end: Address,
    how: ChainEnd['kind'],
    { line, time }: SyscallEvent,
  ): void {
    const mapped = chain.mapped - bytes;
    if (mapped > 0) {
      const last = chain.steps.at(-1)!.start;
      const isAlive = this.#map.at(last)?.chain === chain;
      const start = isAlive ? last : this.#firstOf(chain, end);
      chain.add({ kind: 'trimmed', start, mapped, line, time });
    } else {
      chain.mapped = 0;
      chain.end = { kind: how, line, time };
      this.finished.add(chain);
    }
  }

  /** Where a mapping begins now; its rest lies behind `end` unless a part of it was moved alone. */
  #firstOf(chain: Chain, end: Address): Address {
    const isOf = (region: Region) => region.chain === chain;
    const first = this.#map.firstAfter(end, isOf) ?? this.#map.firstAfter(0, isOf);
    return first?.start ?? end;
  }
}

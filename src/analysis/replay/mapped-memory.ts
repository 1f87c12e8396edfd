import { VMA } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';
import { EndedHistories } from './ended-histories.ts';
import { InheritedHistories } from './inherited-histories.ts';
import {
  type Chain,
  type ChainEnd,
  type ChainStep,
  type StepKind,
  startedChain,
} from './mapping-history.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import type { Region } from './region.ts';
import { RegionMap } from './region-map.ts';

const NOTHING: readonly Region[] = [];

/**
 * The mapped regions of a space with their sums and the histories of the mappings, kept consistent:
 * what comes is counted, what goes ends or shortens the history that it belonged to.
 */
export class MappedMemory {
  readonly finished = new EndedHistories();
  readonly accounts: MemoryAccounts;

  readonly #map: RegionMap;
  /** Stands for this space in its histories, which may outlive it in forked ones. */
  readonly #owner = {};
  /** The fork that made this space. */
  readonly #fork: SyscallEvent | undefined;
  /** Whether nobody has looked at this space since. */
  #isNew: boolean;
  /** Undefined where no region can have a history of the parent's. */
  #inherited: InheritedHistories | undefined;

  constructor(parent?: { memory: MappedMemory; fork: SyscallEvent }) {
    parent?.memory.settle();
    this.#map = parent ? parent.memory.#map.fork() : new RegionMap();
    this.accounts = new MemoryAccounts(
      parent && { accounts: parent.memory.accounts, fork: parent.fork },
    );
    this.#fork = parent?.fork;
    this.#isNew = parent !== undefined;
    this.#inherited = parent && new InheritedHistories(this.#map, this.#owner, parent.fork);
  }

  get regions(): readonly Region[] {
    return this.#map.regions;
  }

  /** The regions as they are now, to be looked at later. */
  snapshot(): Pick<RegionMap, 'regions' | 'at'> {
    return this.#map.fork();
  }

  at(address: Address): Region | undefined {
    if (this.#inherited !== undefined) this.#own({ start: address, end: address + 1 });
    return this.#map.at(address);
  }

  /** What lies in a range, cut to it. */
  within(range: AddressRange): readonly Region[] {
    if (this.#inherited !== undefined) this.#own(range);
    const { start, end } = range;
    return this.#map.touching(range).map((region) => region.cut(start, end));
  }

  /** Gives up all regions. */
  release(): void {
    this.#map.clear();
  }

  /** Takes a range out and keeps the accounts; histories do not notice. */
  lift(range: AddressRange): readonly Region[] {
    if (this.#inherited !== undefined) this.#own(range);
    const removed = this.#map.carve(range);
    for (const region of removed) {
      const { chain, start, end } = region;
      if (chain !== undefined && chain.mapped !== end - start) chain.wasSplit = true;
      this.accounts.count(region, -1);
    }
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
    return startedChain(kind, range, event, this.#owner);
  }

  /** A space that was forked forgets at the first look what its parent did not want inherited (MADV_DONTFORK). */
  settle(): void {
    if (!this.#isNew) return;
    this.#isNew = false;
    const forgotten = this.#map.filter(({ flags }) => (flags & VMA.DONTFORK) !== 0);
    for (const region of forgotten) this.take(region, 'unmapped', this.#fork!);
  }

  /** The histories of all mappings in address order, each once. */
  chains(): readonly Chain[] {
    this.#inherited?.ownAll();
    this.#inherited = undefined;
    return [...new Set(this.regions.flatMap(({ chain }) => chain ?? []))];
  }

  /** The steps of a mapping in this space: of one that no call has touched since, the fork. */
  stepsOf(chain: Chain): readonly Pick<ChainStep, 'line'>[] {
    return chain.owner === this.#owner || this.#fork === undefined ? chain.steps : [this.#fork];
  }

  /** Makes what lies in a range this space's own. */
  #own(range: AddressRange): void {
    if (this.#inherited?.own(range) === false) this.#inherited = undefined;
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

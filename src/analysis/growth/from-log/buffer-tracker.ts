import { isDirectArena } from '../../../knowledge/allocators/placement.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { oldestKeys } from '../../../model/eviction.ts';
import type { AddressRange } from '../../../model/range.ts';
import { MAP, PROT, type SyscallEvent } from '../../../model/syscall-trace.ts';
import type { AddressSpace } from '../../replay/address-space.ts';
import type { CallEffect } from '../../replay/call-effect.ts';
import type { SpaceFollower } from '../../replay/replayed-space.ts';
import { FreshMapping, GrowthChain, type GrowthStep, growthStep } from './growth-chain.ts';
import { HistoryTotals } from './history-totals.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;
type Effect<Change extends CallEffect['change']> = Extract<CallEffect, { change: Change }>;

/** A buffer: as it was made, or with the history that it has got since. */
type Watched = FreshMapping | GrowthChain;

const lastStep = (watched: Watched): GrowthStep =>
  watched instanceof FreshMapping ? watched : watched.last;

/** Flags that malloc's mappings do not have. */
const FOREIGN_FLAGS =
  MAP.SHARED | MAP.FIXED | MAP.FIXED_NOREPLACE | MAP.STACK | MAP.NORESERVE | MAP.HUGETLB;
const MALLOC_RIGHTS = PROT.READ | PROT.WRITE;

/** How much larger than the old block the new one of a copy may be; containers at most quadruple. */
const LEAST_GROWTH = 1.02;
const MOST_GROWTH = 4.5;
/** And how much smaller after a shrink_to_fit. */
const LEAST_SHRINK = 0.98;

/** Mappings that are watched at once; the kernel allows 65530 per process. */
const MOST_WATCHED = 1 << 17;
/** Threads that are between the two calls of a copy. */
const MOST_THREADS = 1024;
/** Mappings whose address another thread got before the call that freed it returned. */
const MOST_DISPLACED = 64;

/** What a tracker asks an address space: where its heap ends, and what malloc maps. */
type HeapState = Pick<AddressSpace, 'heap' | 'threshold'>;

/**
 * Follows the buffers of one address space that malloc keeps in mappings of their own: from mmap
 * through mremap and copies to munmap. It sees each call before the space does.
 */
export class BufferTracker implements SpaceFollower {
  readonly ledger = new HistoryTotals();

  /** By address; null for mappings that are none of malloc's. */
  readonly #live = new Map<Address, Watched | null>();
  readonly #displaced: Watched[] = [];
  /** Mappings that a thread has just made, with nothing but brk and madvise since. */
  readonly #justMade = new Map<number, FreshMapping>();
  #events = 0;
  /** The last time the break went down. */
  #drop = { event: -1, pid: 0, bytes: 0 };
  /** The last copy that was taken for one. */
  #copy: { event: number; chain: GrowthChain; from: Watched; to: FreshMapping } | undefined;
  readonly #space: HeapState;

  constructor(space: HeapState) {
    this.#space = space;
  }

  apply(event: SyscallEvent, effect: CallEffect | undefined): void {
    this.#events++;
    switch (effect?.change) {
      case 'map':
        if (event.call === 'mmap') this.#map(event, effect);
        break;
      case 'unmap':
        if (event.call === 'brk') this.#shrinkHeap(event);
        else this.#unmap(event, effect);
        break;
      case 'move':
        if (event.call === 'mremap') this.#move(event, effect);
        break;
      case 'protect':
        // malloc never changes the rights of a block; stacks with a guard page do.
        if (this.#live.get(effect.range.start)) this.#live.set(effect.range.start, null);
        this.#justMade.delete(event.pid);
        break;
    }
  }

  /** Buffers that grew and are mapped still. */
  grown(): GrowthChain[] {
    return this.#mapped().filter((watched) => watched instanceof GrowthChain);
  }

  /** Buffers that are mapped still in the length in which they were made. */
  fresh(): FreshMapping[] {
    return this.#mapped().filter((watched) => watched instanceof FreshMapping);
  }

  #mapped(): Watched[] {
    return [...this.#live.values(), ...this.#displaced].filter((watched) => watched !== null);
  }

  #shrinkHeap({ result, pid }: Event<'brk'>): void {
    const bytes = this.#space.heap.current - result;
    this.#drop = { event: this.#events, pid, bytes };
    const made = this.#justMade.get(pid);
    if (made) made.leftHeap = Math.max(made.leftHeap, bytes);
  }

  #map(event: Event<'mmap'>, { range, kind, protection }: Effect<'map'>): void {
    const { length, flags, pid } = event;
    const { start } = range;
    const isMallocs =
      kind === 'anonymous' && (flags & FOREIGN_FLAGS) === 0 && protection === MALLOC_RIGHTS;
    if (!isMallocs) {
      if ((flags & MAP.FIXED) !== 0) this.#overlay(start, event);
      this.#watch(start, null);
      if (this.#justMade.size > 0) this.#justMade.delete(pid);
      return;
    }
    const { heap, threshold } = this.#space;
    const made = new FreshMapping(start, length, event, heap.bytes, threshold.current);
    const { event: dropped, pid: dropper, bytes } = this.#drop;
    if (dropped === this.#events - 1 && dropper === pid) made.leftHeap = bytes;
    this.#watch(start, made);
    if (this.#justMade.size >= MOST_THREADS) this.#justMade.clear();
    this.#justMade.set(pid, made);
  }

  #unmap(event: SyscallEvent, { range }: Effect<'unmap'>): void {
    const made = this.#justMade.get(event.pid);
    this.#justMade.delete(event.pid);
    const watched = this.#take(range);
    if (!watched) return;
    if (made && this.#isCopy(watched, made)) {
      const chain = chainOf(watched);
      chain.add(growthStep({ ...made, kind: 'copied' }));
      this.#live.set(made.start, chain);
      this.#copy = { event: this.#events, chain, from: watched, to: made };
    } else this.#end(watched, event);
  }

  #end(watched: Watched, at: SyscallEvent | undefined): void {
    if (watched instanceof FreshMapping) {
      this.ledger.addOneShot(watched);
      return;
    }
    const { event, chain, from, to } = this.#copy ?? {};
    // Two buffers that are given up one after the other, as at a program's end, are none that was copied.
    if (chain === watched && event === this.#events - 1 && from instanceof FreshMapping && to) {
      this.ledger.addOneShot(from);
      this.ledger.addOneShot(to);
      return;
    }
    watched.endLine = at?.line;
    watched.endTime = at?.time;
    this.ledger.add(watched);
  }

  #isCopy(from: Watched, to: FreshMapping): boolean {
    if (to === from || this.#live.get(to.start) !== to) return false;
    const { length, mapped } = lastStep(from);
    if (isDirectArena(length) || isDirectArena(to.length)) return false;
    const ratio = to.mapped / mapped;
    // What shrinks to fit has grown before.
    const shrinks = ratio < LEAST_SHRINK && from instanceof GrowthChain;
    return (ratio > LEAST_GROWTH && ratio < MOST_GROWTH) || shrinks;
  }

  #move(event: Event<'mremap'>, { from, to, leaves }: Effect<'move'>): void {
    const { oldLength, newLength, pid } = event;
    if (this.#justMade.size > 0) this.#justMade.delete(pid);
    const isForeign = this.#live.get(from.start) === null;
    const known = this.#take(from);
    if (isForeign || leaves === 'same') {
      this.#watch(to.start, null);
      return;
    }
    const chain = known
      ? chainOf(known)
      : new GrowthChain(
          this.#step('found', event, from.start, oldLength),
          this.#space.threshold.current,
        );
    const kind = to.start === from.start ? 'resized' : 'moved';
    chain.add(this.#step(kind, event, to.start, newLength));
    this.#watch(to.start, chain);
  }

  #step(
    kind: 'found' | 'resized' | 'moved',
    { pid, line, time, stack }: SyscallEvent,
    start: Address,
    length: Bytes,
  ): GrowthStep {
    const heap = this.#space.heap.bytes;
    return growthStep({ kind, start, length, pid, line, time, heap, stack });
  }

  /** Another mapping is laid over it. */
  #overlay(start: Address, at: SyscallEvent): void {
    const watched = this.#live.get(start);
    if (!watched) return;
    this.#end(watched, at);
    this.#live.delete(start);
  }

  #watch(start: Address, watched: Watched | null): void {
    const before = this.#live.get(start);
    if (before) {
      this.#displaced.push(before);
      // Where the log has no munmap lines, every address is used again some time.
      if (this.#displaced.length > MOST_DISPLACED) this.#end(this.#displaced.shift()!, undefined);
    } else if (before === undefined && this.#live.size >= MOST_WATCHED) {
      for (const oldest of oldestKeys(this.#live)) this.#live.delete(oldest);
    }
    this.#live.set(start, watched);
  }

  /**
   * The buffer at an address, which is watched no longer. Between the lines of another thread's
   * unfinished call its address can be in use again; then the length says which of the two is meant.
   */
  #take({ start, end }: AddressRange): Watched | undefined {
    const mapped = end - start;
    const isIt = (watched: Watched) => {
      const last = lastStep(watched);
      return last.start === start && last.mapped === mapped;
    };
    if (this.#displaced.length > 0) {
      const at = this.#displaced.findIndex(isIt);
      if (at >= 0) return this.#displaced.splice(at, 1)[0];
    }
    const watched = this.#live.get(start);
    if (watched !== undefined) this.#live.delete(start);
    // A part of it was unmapped, or it was trimmed to an alignment: malloc does neither.
    return watched && isIt(watched) ? watched : undefined;
  }
}

/** What grows gets a history. */
function chainOf(watched: Watched): GrowthChain {
  if (watched instanceof GrowthChain) return watched;
  return new GrowthChain(watched, watched.threshold, watched.leftHeap);
}

import type { Address } from '../../model/address.ts';
import { type Bytes, roundUpToPage } from '../../model/bytes.ts';
import { type AddressRange, without } from '../../model/range.ts';
import { type LogTime, MAP, MREMAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import { BrkHeap } from './brk-heap.ts';
import { Chain, type ChainEnd, type StepKind } from './chain.ts';
import { FinishedChains } from './finished-chains.ts';
import { bytesOf, type Region, RegionMap } from './regions.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;

/** Bytes of a space by kind. */
export interface SpaceBytes {
  /** The brk heap, in whole pages. */
  heap: Bytes;
  /** Anonymous memory with any right. */
  anonymous: Bytes;
  /** Anonymous address space without any right (PROT_NONE): reserved, not usable. */
  reserved: Bytes;
  /** Files and shared memory. */
  files: Bytes;
}

/** The moment when heap and usable anonymous memory together were largest. */
export interface SpacePeak extends Readonly<SpaceBytes> {
  readonly line: number;
  readonly time: LogTime | undefined;
}

/** How often the program advised the kernel in one way, and over how many bytes in all. */
export interface AdviceCount {
  count: number;
  bytes: Bytes;
}

const HEAP_RIGHTS = PROT.READ | PROT.WRITE;

/**
 * One address space, replayed: brk, mmap, munmap, mremap, mprotect in the order in which the kernel
 * did them. What the kernel mapped at exec (program, stack, vdso) is not in a log and not here.
 */
export class AddressSpace {
  readonly heap: BrkHeap;
  readonly finished = new FinishedChains();
  readonly advice = new Map<string, AdviceCount>();
  readonly bytes: SpaceBytes;
  peak: SpacePeak;

  readonly #map: RegionMap;
  /** Histories that began in this space; after a fork, regions still hold the parent's. */
  readonly #started = new WeakSet<Chain>();
  /** The fork that made this space. */
  readonly #origin: SyscallEvent | undefined;

  constructor(parent?: { space: AddressSpace; fork: SyscallEvent }) {
    this.heap = parent?.space.heap.fork() ?? new BrkHeap();
    this.bytes = { heap: 0, anonymous: 0, reserved: 0, files: 0, ...parent?.space.bytes };
    this.#map = parent ? parent.space.#map.fork() : new RegionMap();
    this.#origin = parent?.fork;
    this.peak = { ...this.bytes, line: parent?.fork.line ?? 0, time: parent?.fork.time };
  }

  get regions(): readonly Region[] {
    return this.#map.regions;
  }

  /** The histories of what is mapped now, in address order, each once. */
  liveChains(): readonly Chain[] {
    const chains = new Set(this.regions.flatMap((region) => region.chain ?? []));
    return [...chains].map((chain) => this.#own(chain));
  }

  apply(event: SyscallEvent): void {
    switch (event.call) {
      case 'brk':
        this.#brk(event);
        break;
      case 'mmap':
        this.#mmap(event);
        break;
      case 'munmap':
        this.#take(pages(event.start, event.length), 'unmapped', event);
        break;
      case 'mremap':
        this.#mremap(event);
        break;
      case 'mprotect':
        this.#mprotect(event);
        break;
      case 'madvise':
        this.#madvise(event);
        break;
      default:
        return;
    }
    const { heap, anonymous } = this.bytes;
    if (heap + anonymous > this.peak.heap + this.peak.anonymous) {
      this.peak = { ...this.bytes, line: event.line, time: event.time };
    }
  }

  /** Gives up what this space shares with forked ones; it is not replayed any further. */
  release(): void {
    this.#map.release();
  }

  #brk(event: Event<'brk'>): void {
    const moved = this.heap.move(event.requested, event.result, event.line, event.time);
    if (moved === undefined) return;
    const from = roundUpToPage(moved.from);
    const to = roundUpToPage(moved.to);
    if (to < from) this.#take({ start: to, end: from }, 'unmapped', event);
    if (to <= from) return;
    const range = { start: from, end: to };
    this.#take(range, 'overlaid', event);
    this.#put({
      ...range,
      kind: 'heap',
      protection: HEAP_RIGHTS,
      path: undefined,
      chain: undefined,
    });
  }

  #mmap(event: Event<'mmap'>): void {
    const range = pages(event.result, event.length);
    this.#take(range, 'overlaid', event);
    const anonymous = (event.flags & MAP.ANONYMOUS) !== 0;
    const shared = (event.flags & MAP.SHARED) !== 0;
    const kind = anonymous ? (shared ? 'shared' : 'anonymous') : 'file';
    const chain = kind === 'anonymous' ? this.#startChain('mapped', range, event) : undefined;
    this.#put({ ...range, kind, protection: event.protection, path: event.path, chain });
  }

  #mprotect(event: Event<'mprotect'>): void {
    for (const region of this.#lift(pages(event.start, event.length))) {
      this.#put({ ...region, protection: event.protection });
    }
  }

  #madvise(event: Event<'madvise'>): void {
    const advice = this.advice.get(event.advice) ?? { count: 0, bytes: 0 };
    advice.count++;
    advice.bytes += event.length;
    this.advice.set(event.advice, advice);
  }

  /**
   * A mapping keeps its history through mremap. Where the log does not know the old mapping (it
   * begins later, or was filtered), the call itself says how large it was.
   */
  #mremap(event: Event<'mremap'>): void {
    const from = pages(event.oldStart, event.oldLength);
    const to = pages(event.result, event.newLength);
    const old = this.#map.at(from.start) ?? this.#find(from, event);
    const source = { ...old, chain: old.chain && this.#own(old.chain) };
    const duplicates = event.oldLength === 0 || (event.flags & MREMAP.DONTUNMAP) !== 0;
    if (duplicates) {
      this.#take(to, 'overlaid', event);
      const chain = source.chain && this.#startChain('mapped', to, event);
      this.#put({ ...source, ...to, chain });
      return;
    }
    for (const range of without(to, from)) this.#take(range, 'overlaid', event);
    const lifted = this.#lift(from);
    // The kernel joins neighbours, so one call can take along what was several mappings.
    const isOwn = (region: Region) => region.chain === source.chain;
    this.#lose(
      lifted.filter((region) => !isOwn(region)),
      'overlaid',
      event,
    );
    this.#put({ ...source, ...to });
    const { chain } = source;
    chain?.add({
      kind: from.start === to.start ? 'resized' : 'moved',
      start: to.start,
      mapped: chain.mapped - bytesOf(lifted.filter(isOwn)) + to.end - to.start,
      line: event.line,
      time: event.time,
    });
  }

  /** A mapping that is seen for the first time when something is done to it. */
  #find(range: AddressRange, event: SyscallEvent): Region {
    const chain = this.#startChain('found', range, event);
    const region: Region = {
      ...range,
      kind: 'anonymous',
      protection: HEAP_RIGHTS,
      path: undefined,
      chain,
    };
    this.#lift(range);
    this.#put(region);
    return region;
  }

  #startChain(kind: StepKind, range: AddressRange, event: SyscallEvent): Chain {
    const chain = new Chain();
    const { line, time } = event;
    chain.add({ kind, start: range.start, mapped: range.end - range.start, line, time });
    this.#started.add(chain);
    return chain;
  }

  /**
   * After a fork both sides hold the same histories; the first look or change on this side starts
   * one of its own for the whole mapping.
   *
   * @param removed a piece of it that is out of the map already.
   */
  #own(chain: Chain, removed: readonly Region[] = []): Chain {
    if (this.#started.has(chain) || !this.#origin) return chain;
    const pieces = this.regions.filter((piece) => piece.chain === chain);
    const start = Math.min(...[...pieces, ...removed].map((piece) => piece.start));
    const range = { start, end: start + bytesOf(pieces) + bytesOf(removed) };
    const own = this.#startChain('inherited', range, this.#origin);
    for (const piece of pieces) {
      this.#map.carve(piece);
      this.#map.insert({ ...piece, chain: own });
    }
    return own;
  }

  /** Takes a range out of the map and keeps the accounts; histories do not notice. */
  #lift(range: AddressRange): Region[] {
    const removed = this.#map.carve(range);
    for (const region of removed) this.#account(region, -1);
    return removed;
  }

  #put(region: Region): void {
    if (region.end <= region.start) return;
    this.#map.insert(region);
    this.#account(region, 1);
  }

  /** Takes a range out for good: mappings that lie in it end, or lose a part. */
  #take(range: AddressRange, how: ChainEnd['kind'], event: SyscallEvent): void {
    this.#lose(this.#lift(range), how, event);
  }

  #lose(removed: readonly Region[], how: ChainEnd['kind'], event: SyscallEvent): void {
    const { line, time } = event;
    for (const touched of new Set(removed.flatMap((region) => region.chain ?? []))) {
      const pieces = removed.filter((region) => region.chain === touched);
      const chain = this.#own(touched, pieces);
      const mapped = chain.mapped - bytesOf(pieces);
      if (mapped > 0) {
        const start = this.regions.find((region) => region.chain === chain)!.start;
        chain.add({ kind: 'trimmed', start, mapped, line, time });
      } else {
        chain.mapped = 0;
        chain.end = { kind: how, line, time };
        this.finished.add(chain);
      }
    }
  }

  #account(region: Region, sign: 1 | -1): void {
    const bytes = sign * (region.end - region.start);
    if (region.kind === 'heap') this.bytes.heap += bytes;
    else if (region.kind !== 'anonymous') this.bytes.files += bytes;
    else if (region.protection === PROT.NONE) this.bytes.reserved += bytes;
    else this.bytes.anonymous += bytes;
  }
}

/** The pages that a call covers: it may give any length, the kernel works on whole pages. */
function pages(start: Address, length: Bytes): AddressRange {
  return { start, end: start + roundUpToPage(length) };
}

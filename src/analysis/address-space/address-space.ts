import { BRK_HEAP, memoryUse, UNSEEN } from '../../knowledge/memory-uses.ts';
import { accounted, adviceEffect, VMA } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import { type Bytes, roundUpToPage } from '../../model/bytes.ts';
import { type AddressRange, without } from '../../model/range.ts';
import {
  type LogTime,
  MAP,
  MREMAP,
  PROT,
  SHM,
  type SyscallEvent,
} from '../../model/syscall-trace.ts';
import { BrkHeap } from './brk-heap.ts';
import { Chain, type ChainEnd, type StepKind } from './chain.ts';
import { FinishedChains } from './finished-chains.ts';
import { type MappedRow, mappedRows } from './mapped-rows.ts';
import { callRange, isAddress } from './possible.ts';
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

/** A System V segment: the file name that the kernel gives it, and its size. */
export interface SharedSegment {
  readonly path: string;
  readonly length: Bytes;
}

const HEAP_RIGHTS = PROT.READ | PROT.WRITE;

/**
 * One address space, replayed: brk, mmap, munmap, mremap, mprotect, madvise, shmat in the order in
 * which the kernel did them. What the kernel mapped at exec (program, stack, vdso) is not in a log;
 * it is here as `unknown` where a later call works on it.
 */
export class AddressSpace {
  readonly heap: BrkHeap;
  readonly finished = new FinishedChains();
  readonly advice = new Map<string, AdviceCount>();
  readonly bytes: SpaceBytes;
  peak: SpacePeak;
  /** Calls that no kernel can have granted: their ranges are outside of any address space. */
  impossible = { count: 0, firstLine: 0 };
  /** Attached shared memory whose size is not in the log, and is left out. */
  unsizedSegments = 0;

  readonly #map: RegionMap;
  /** Where System V shared memory is attached, and how large it is. */
  readonly #attached: Map<Address, Bytes>;
  /** The fork that made this space, as long as regions still hold the parent's histories. */
  #fork: SyscallEvent | undefined;

  constructor(parent?: { space: AddressSpace; fork: SyscallEvent }) {
    this.heap = parent?.space.heap.fork() ?? new BrkHeap();
    this.bytes = { heap: 0, anonymous: 0, reserved: 0, files: 0, ...parent?.space.bytes };
    this.#map = parent ? parent.space.#map.fork() : new RegionMap();
    this.#attached = new Map(parent ? parent.space.#attached : []);
    this.#fork = parent?.fork;
    this.peak = { ...this.bytes, line: parent?.fork.line ?? 0, time: parent?.fork.time };
  }

  /** What is mapped now, in the rows of /proc/PID/maps, as far as the log knows. */
  get regions(): readonly MappedRow[] {
    return mappedRows(this.pieces);
  }

  /** The same, but apart by history. */
  get pieces(): readonly Region[] {
    return this.#map.regions;
  }

  /** The histories of what is mapped now, in address order, each once. */
  liveChains(): readonly Chain[] {
    this.#settle();
    return [...new Set(this.pieces.flatMap((region) => region.chain ?? []))];
  }

  /** @param path the mapped file, for mmap, where the log shows it. */
  apply(event: SyscallEvent, path?: string): void {
    this.#settle();
    switch (event.call) {
      case 'brk':
        this.#brk(event);
        break;
      case 'mmap':
        this.#mmap(event, path ?? event.path);
        break;
      case 'munmap':
        this.#take(this.#possible(event.start, event.length, event), 'unmapped', event);
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
      case 'shmdt':
        this.#detach(event);
        break;
      default:
        return;
    }
    const { heap, anonymous } = this.bytes;
    if (heap + anonymous > this.peak.heap + this.peak.anonymous) {
      this.peak = { ...this.bytes, line: event.line, time: event.time };
    }
  }

  /** Attaches System V shared memory; shmat itself does not say how large it is. */
  attach(event: Event<'shmat'>, segment: SharedSegment | undefined): void {
    this.#settle();
    if (segment === undefined) {
      this.unsizedSegments++;
      return;
    }
    const range = this.#possible(event.result, segment.length, event);
    if (range === undefined) return;
    this.#take(range, 'overlaid', event);
    this.#attached.set(range.start, range.end - range.start);
    const write = (event.flags & SHM.RDONLY) === 0 ? PROT.WRITE : 0;
    const execute = (event.flags & SHM.EXEC) === 0 ? 0 : PROT.EXEC;
    this.#put({
      ...range,
      kind: 'shared',
      protection: PROT.READ | write | execute,
      flags: VMA.SHARED,
      path: segment.path,
      object: event.line,
      offset: 0,
      use: undefined,
      chain: undefined,
    });
  }

  /** Gives up what this space shares with forked ones; it is not replayed any further. */
  release(): void {
    this.#map.release();
  }

  #brk(event: Event<'brk'>): void {
    if (!isAddress(event.result)) {
      this.#refuse(event);
      return;
    }
    const moved = this.heap.move(event.requested, event.result, event.line, event.time);
    if (moved === undefined) return;
    const start = roundUpToPage(moved.from);
    const end = roundUpToPage(moved.to);
    if (end < start) this.#take({ start: end, end: start }, 'unmapped', event);
    if (end <= start) return;
    this.#take({ start, end }, 'overlaid', event);
    this.#put({
      start,
      end,
      kind: 'heap',
      protection: HEAP_RIGHTS,
      flags: VMA.ACCOUNT,
      path: undefined,
      object: 0,
      offset: start,
      use: BRK_HEAP,
      chain: undefined,
    });
  }

  #mmap(event: Event<'mmap'>, path: string | undefined): void {
    const range = this.#possible(event.result, event.length, event);
    if (range === undefined) return;
    const { length, protection, flags, line } = event;
    const { start, end } = range;
    const isAnonymous = (flags & MAP.ANONYMOUS) !== 0;
    const isShared = (flags & MAP.SHARED) !== 0;
    const vmaFlags = accounted(flagsOf(flags), (protection & PROT.WRITE) !== 0);
    const replaced = this.#take(range, 'overlaid', event);
    if (!isAnonymous || isShared) {
      this.#put({
        start,
        end,
        kind: isAnonymous ? 'shared' : 'file',
        protection,
        flags: vmaFlags,
        path: isAnonymous ? undefined : path,
        // Each anonymous shared mapping is an object of its own, and so is a file without a name.
        object: isAnonymous || path === undefined ? line : 0,
        offset: isAnonymous ? 0 : event.offset,
        use: undefined,
        chain: undefined,
      });
      return;
    }
    // Memory that is mapped over a reservation is a part of it put to use.
    const use =
      replaced.find((region) => region.kind === 'anonymous')?.use ??
      memoryUse({ start, length, protection, flags });
    this.#put({
      start,
      end,
      kind: 'anonymous',
      protection,
      flags: vmaFlags,
      path: undefined,
      object: 0,
      offset: start,
      use,
      chain: this.#startChain('mapped', range, event),
    });
  }

  /** What is not in the map must be there all the same: the kernel refuses ranges with holes. */
  #mprotect(event: Event<'mprotect'>): void {
    const range = this.#possible(event.start, event.length, event);
    if (range === undefined) return;
    const { protection } = event;
    const lifted = this.#lift(range);
    const isWritable = (protection & PROT.WRITE) !== 0;
    for (const region of lifted) {
      if (region.protection === protection) this.#put(region);
      else this.#put({ ...region, protection, flags: accounted(region.flags, isWritable) });
    }
    if (bytesOf(lifted) === range.end - range.start) return;
    for (const { start, end } of gaps(range, lifted)) {
      this.#put({
        start,
        end,
        kind: 'unknown',
        protection,
        flags: 0,
        path: undefined,
        object: 0,
        offset: start,
        use: UNSEEN,
        chain: undefined,
      });
    }
  }

  #madvise(event: Event<'madvise'>): void {
    const advice = this.advice.get(event.advice) ?? { count: 0, bytes: 0 };
    advice.count++;
    advice.bytes += event.length;
    this.advice.set(event.advice, advice);
    const effect = adviceEffect(event.advice);
    if (effect === undefined) return;
    const range = this.#possible(event.start, event.length, event);
    if (range === undefined) return;
    for (const region of this.#lift(range)) {
      this.#put({ ...region, flags: (region.flags & ~effect.clears) | effect.sets });
    }
  }

  /**
   * A mapping keeps its history through mremap. Where the log does not know the old mapping (it
   * begins later, or was filtered), the call itself says how large it was.
   */
  #mremap(event: Event<'mremap'>): void {
    const from = this.#possible(event.oldStart, Math.max(event.oldLength, 1), event);
    const to = this.#possible(event.result, event.newLength, event);
    if (from === undefined || to === undefined) return;
    const known = this.#map.at(from.start);
    const source = known && known.kind !== 'unknown' ? known : this.#find(from, event);
    const offset = source.offset + from.start - source.start;
    if (event.oldLength === 0 || (event.flags & MREMAP.DONTUNMAP) !== 0) {
      this.#take(to, 'overlaid', event);
      const chain = source.chain && this.#startChain('mapped', to, event);
      this.#put({ ...source, ...to, offset, chain });
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
    const isUniform = lifted.every(({ kind }) => kind === source.kind);
    const isWhole = isUniform && bytesOf(lifted) === from.end - from.start;
    const moved = isWhole ? lifted : [{ ...source, ...from, offset }];
    this.#putMoved(moved, { ...source, ...to, offset });
    const { chain } = source;
    chain?.add({
      kind: from.start === to.start ? 'resized' : 'moved',
      start: to.start,
      mapped: chain.mapped - bytesOf(lifted.filter(isOwn)) + to.end - to.start,
      line: event.line,
      time: event.time,
    });
  }

  /**
   * Puts the old pages at their new place, and below the last of them what the mapping grew by.
   *
   * @param target the new place, with the first page's nature.
   */
  #putMoved(lifted: readonly Region[], target: Region): void {
    const oldStart = lifted[0]!.start;
    const shift = target.start - oldStart;
    for (const [i, region] of lifted.entries()) {
      const isLast = i === lifted.length - 1;
      const start = region.start + shift;
      const end = isLast ? target.end : Math.min(region.end + shift, target.end);
      // Pages that were never written move as if they had been made at the new place.
      const wasWritten = region.kind !== 'anonymous' || (region.protection & PROT.WRITE) !== 0;
      const offset = wasWritten ? region.offset : region.offset + shift;
      this.#put({ ...region, start, end, offset, chain: target.chain });
    }
  }

  /** A mapping that is seen for the first time when something is done to it. */
  #find(range: AddressRange, event: SyscallEvent): Region {
    const chain = this.#startChain('found', range, event);
    const region: Region = {
      ...range,
      kind: 'anonymous',
      protection: HEAP_RIGHTS,
      flags: VMA.ACCOUNT,
      path: undefined,
      object: 0,
      offset: range.start,
      use: UNSEEN,
      chain,
    };
    this.#take(range, 'overlaid', event);
    this.#put(region);
    return region;
  }

  #detach(event: Event<'shmdt'>): void {
    const length = this.#attached.get(event.start);
    if (length === undefined) return;
    this.#attached.delete(event.start);
    this.#take({ start: event.start, end: event.start + length }, 'unmapped', event);
  }

  #startChain(kind: StepKind, range: AddressRange, event: SyscallEvent): Chain {
    const chain = new Chain();
    const { line, time } = event;
    chain.add({ kind, start: range.start, mapped: range.end - range.start, line, time });
    return chain;
  }

  /**
   * After a fork both sides hold the same histories; at the first look or change this side starts
   * its own, and forgets what the parent did not want inherited (MADV_DONTFORK).
   */
  #settle(): void {
    const fork = this.#fork;
    if (fork === undefined) return;
    this.#fork = undefined;
    const inherited = new Map<Chain, { start: Address; bytes: Bytes; chain: Chain | undefined }>();
    for (const { chain, start, end } of this.pieces) {
      if (chain === undefined) continue;
      const whole = inherited.get(chain);
      if (whole) whole.bytes += end - start;
      else inherited.set(chain, { start, bytes: end - start, chain: undefined });
    }
    this.#map.rewrite((region) => {
      if ((region.flags & VMA.DONTFORK) !== 0) {
        this.#account(region, -1);
        return undefined;
      }
      const whole = region.chain && inherited.get(region.chain);
      if (whole === undefined) return region;
      const { start, bytes } = whole;
      whole.chain ??= this.#startChain('inherited', { start, end: start + bytes }, fork);
      return { ...region, chain: whole.chain };
    });
  }

  /** The whole pages of a call, or undefined where no kernel can have granted it. */
  #possible(start: Address, length: Bytes, event: SyscallEvent): AddressRange | undefined {
    const range = callRange(start, length);
    if (range === undefined) this.#refuse(event);
    return range;
  }

  #refuse(event: SyscallEvent): void {
    if (this.impossible.count++ === 0) this.impossible.firstLine = event.line;
  }

  /** Takes a range out of the map and keeps the accounts; histories do not notice. */
  #lift(range: AddressRange): readonly Region[] {
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
  #take(
    range: AddressRange | undefined,
    how: ChainEnd['kind'],
    event: SyscallEvent,
  ): readonly Region[] {
    if (range === undefined) return [];
    const removed = this.#lift(range);
    if (removed.length > 0) this.#lose(removed, how, event);
    return removed;
  }

  #lose(removed: readonly Region[], how: ChainEnd['kind'], event: SyscallEvent): void {
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

  #account(region: Region, sign: 1 | -1): void {
    const bytes = sign * (region.end - region.start);
    if (region.kind === 'heap') this.bytes.heap += bytes;
    else if (region.kind === 'file' || region.kind === 'shared') this.bytes.files += bytes;
    else if (region.kind === 'unknown') return;
    else if (region.protection === PROT.NONE) this.bytes.reserved += bytes;
    else this.bytes.anonymous += bytes;
  }
}

/** What of mmap's flags keeps a mapping apart from its neighbours. */
function flagsOf(flags: number): number {
  let vma = 0;
  if ((flags & MAP.SHARED) !== 0) vma |= VMA.SHARED;
  if ((flags & MAP.NORESERVE) !== 0) vma |= VMA.NORESERVE;
  if ((flags & MAP.HUGETLB) !== 0) vma |= VMA.HUGETLB;
  if ((flags & MAP.GROWSDOWN) !== 0) vma |= VMA.GROWSDOWN;
  // Since Linux 6.7 (mman.h, calc_vm_flag_bits), so that stacks do not become huge pages.
  if ((flags & MAP.STACK) !== 0) vma |= VMA.NOHUGEPAGE;
  return vma;
}

/** What of a range lies in none of the regions, which are in it and in order. */
function gaps(range: AddressRange, regions: readonly AddressRange[]): AddressRange[] {
  const found: AddressRange[] = [];
  let start = range.start;
  for (const region of regions) {
    if (region.start > start) found.push({ start, end: region.start });
    start = region.end;
  }
  if (start < range.end) found.push({ start, end: range.end });
  return found;
}

import type { Language } from '../../knowledge/containers.ts';
import { SHARED_MEMORY } from '../../knowledge/linux-maps.ts';
import { BRK_HEAP, memoryUse, UNSEEN } from '../../knowledge/memory-uses.ts';
import { flagsUnder, mappingFlags, VMA } from '../../knowledge/vma-flags.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type AddressRange, gaps } from '../../model/range.ts';
import { MAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import { AllocatorDetection } from './allocator-detection.ts';
import { AttachedSegments, type SharedSegment } from './attached-segments.ts';
import { BrkHeap } from './brk-heap.ts';
import { type CallEffect, callEffect, callRange } from './call-effect.ts';
import type { EndedHistories } from './ended-histories.ts';
import { HeapTimeline } from './heap-timeline.ts';
import { MappedMemory } from './mapped-memory.ts';
import { type MappedRow, mappedRows } from './mapped-rows.ts';
import type { Chain, ChainStep } from './mapping-history.ts';
import type { SpaceBytes, SpacePeak, UseAccount } from './memory-accounts.ts';
import { MmapThreshold } from './mmap-threshold.ts';
import { RacedCalls } from './raced-calls.ts';
import { bytesOf, Region, type RegionNature } from './region.ts';
import type { RegionMap } from './region-map.ts';
import { remap } from './remap.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;
type Effect<Change extends CallEffect['change']> = Extract<CallEffect, { change: Change }>;

/** How often the program advised the kernel in one way, and over how many bytes in all. */
export interface AdviceCount {
  count: number;
  bytes: Bytes;
}

const HEAP: RegionNature = {
  kind: 'heap',
  protection: PROT.READ | PROT.WRITE,
  flags: VMA.ACCOUNT | VMA.WRITTEN,
  path: undefined,
  object: 0,
  use: BRK_HEAP,
  chain: undefined,
};

/**
 * One address space, replayed: brk, mmap, munmap, mremap, mprotect, madvise, shmat in the order in
 * which the kernel did them. What the kernel mapped at exec (program, stack, vdso) is not in a log;
 * it is here as `unknown` where a later call works on it.
 */
export class AddressSpace {
  readonly heap: BrkHeap;
  readonly advice = new Map<string, AdviceCount>();
  readonly signs: AllocatorDetection;
  readonly threshold: MmapThreshold;
  readonly timeline = new HeapTimeline();
  readonly raced = new RacedCalls();
  /** Attached shared memory whose size is not in the log, and is left out. */
  unsizedSegments = 0;

  readonly #memory: MappedMemory;
  readonly #attached: AttachedSegments;

  constructor(parent?: { space: AddressSpace; fork: SyscallEvent }) {
    const { space, fork } = parent ?? {};
    this.#memory = new MappedMemory(space && fork && { memory: space.#memory, fork });
    this.heap = space ? space.heap.fork() : new BrkHeap();
    this.signs = new AllocatorDetection(space?.signs);
    this.threshold = space ? space.threshold.fork() : new MmapThreshold();
    this.#attached = new AttachedSegments(space ? space.#attached : undefined);
  }

  get bytes(): Readonly<SpaceBytes> {
    return this.#memory.accounts.bytes;
  }

  get peakTotal(): Bytes {
    return this.#memory.accounts.peakTotal;
  }

  get peak(): SpacePeak {
    return this.#memory.accounts.peak;
  }

  /** What the program is written in; a log from its start without marks of any other is of C or C++. */
  get language(): Language | undefined {
    return this.signs.language ?? (this.heap.startIsKnown ? 'c' : undefined);
  }

  /** Heap and anonymous memory by what they are for. */
  get uses(): readonly UseAccount[] {
    return this.#memory.accounts.uses;
  }

  get finished(): EndedHistories {
    return this.#memory.finished;
  }

  /** What is mapped now, in the rows of /proc/PID/maps, as far as the log knows. */
  get regions(): readonly MappedRow[] {
    return mappedRows(this.pieces);
  }

  /** The same, but apart by history; in a forked space that is the parent's until a call touches it. */
  get pieces(): readonly Region[] {
    return this.#memory.regions;
  }

  /** The pieces as they are now, to be looked at later. */
  snapshot(): Pick<RegionMap, 'regions' | 'at'> {
    return this.#memory.snapshot();
  }

  /** What lies in a range, cut to it. */
  within(range: AddressRange): readonly Region[] {
    this.#memory.settle();
    return this.#memory.within(range);
  }

  /** The steps of a mapping that is, or was, among the pieces. */
  stepsOf(chain: Chain): readonly Pick<ChainStep, 'line'>[] {
    return this.#memory.stepsOf(chain);
  }

  /** The histories of what is mapped now, in address order, each once. */
  liveChains(): readonly Chain[] {
    this.#memory.settle();
    return this.#memory.chains();
  }

  /** @param effect what the call does to this space. */
  apply(event: SyscallEvent, effect = callEffect(event, this.heap.break)): void {
    this.#memory.settle();
    switch (event.call) {
      case 'brk':
        this.#moveBreak(event);
        break;
      case 'madvise':
        this.#countAdvice(event);
        break;
      case 'mmap':
      case 'munmap':
      case 'mremap':
      case 'mprotect':
        break;
      case 'shmdt':
        this.#attached.detach(this.#memory, event);
        break;
      default:
        return;
    }
    if (effect !== undefined) this.#change(effect, event);
    const { accounts } = this.#memory;
    accounts.settle(event);
    this.timeline.add(event, accounts.bytes.heap, accounts.bytes.anonymous);
  }

  /** Attaches System V shared memory; shmat itself does not say how large it is. */
  attach(event: Event<'shmat'>, segment: SharedSegment | undefined): void {
    this.#memory.settle();
    if (segment === undefined) {
      this.unsizedSegments++;
      return;
    }
    const range = callRange(event.result, segment.length);
    if (range !== undefined) this.#attached.attach(this.#memory, event, range, segment.path);
  }

  /** Gives up what this space shares with forked ones; it is not replayed any further. */
  release(): void {
    this.#memory.release();
  }

  #moveBreak(event: Event<'brk'>): void {
    const isFirst = this.heap.grew === 0;
    const delta = this.heap.move(event);
    if (delta <= 0) return;
    this.signs.brk({ delta, isFirst }, event.line);
    this.threshold.heapGrew(delta);
  }

  #countAdvice({ advice, length }: Event<'madvise'>): void {
    const known = this.advice.get(advice) ?? { count: 0, bytes: 0 };
    known.count++;
    known.bytes += length;
    this.advice.set(advice, known);
  }

  #change(effect: CallEffect, event: SyscallEvent): void {
    switch (effect.change) {
      case 'map':
        if (event.call === 'mmap') this.#map(effect, event);
        else this.#growHeap(effect, event);
        break;
      case 'unmap':
        this.#unmap(effect, event);
        break;
      case 'protect':
        this.#protect(effect, event);
        break;
      case 'advise':
        for (const region of this.#memory.lift(effect.range)) {
          const { clears, sets } = effect.advice;
          this.#memory.put(region.withFlags((region.flags & ~clears) | sets));
        }
        break;
      case 'move':
        remap(this.#memory, event, effect);
        break;
    }
  }

  #growHeap({ range }: Effect<'map'>, event: SyscallEvent): void {
    this.#memory.take(range, 'overlaid', event);
    this.#memory.put(new Region(range.start, range.end, range.start, HEAP));
  }

  #map({ range, kind, protection }: Effect<'map'>, event: Event<'mmap'>): void {
    const { length, flags, path, line } = event;
    const { start, end } = range;
    const isFile = kind === 'file';
    const isWritable = (protection & PROT.WRITE) !== 0;
    const vmaFlags = flagsUnder(mappingFlags(flags), isWritable, !isFile);
    const replaced = this.#memory.take(range, 'overlaid', event);
    if (replaced.length > 0 && (flags & MAP.FIXED) === 0 && replaced[0]!.kind !== 'heap') {
      const taken = { start: replaced[0]!.start, end: replaced.at(-1)!.end };
      this.raced.landed(range, taken, event.pid);
    }
    if (kind !== 'anonymous') {
      const nature: RegionNature = {
        kind,
        protection,
        flags: vmaFlags,
        path: isFile ? path : SHARED_MEMORY,
        // Each anonymous shared mapping is an object of its own, and so is a file without a name.
        object: isFile && path !== undefined ? 0 : line,
        use: undefined,
        chain: undefined,
      };
      this.#memory.put(new Region(start, end, isFile ? event.offset : 0, nature));
      return;
    }
    const isInHeap = replaced[0]?.kind === 'heap';
    const mapping = { start, length, protection, flags, isInHeap };
    this.signs.mmap(mapping, line);
    // Memory that is mapped over a reservation is a part of it put to use.
    const use = replaced.find((region) => region.kind === 'anonymous')?.use ?? memoryUse(mapping);
    const nature: RegionNature = {
      kind: 'anonymous',
      protection,
      flags: vmaFlags,
      path: undefined,
      object: 0,
      use,
      chain: this.#memory.startChain('mapped', range, event),
    };
    this.#memory.put(new Region(start, end, start, nature));
  }

  #unmap({ range }: Effect<'unmap'>, event: SyscallEvent): void {
    const removed = this.#memory.take(range, 'unmapped', event);
    const [freed] = removed;
    const isBlock = freed?.use?.id === 'malloc-mapping' && removed.length === 1;
    // A part of a mapping that is given back was not freed by malloc.
    if (!isBlock || freed.chain?.end?.line !== event.line) return;
    this.threshold.freed(freed.end - freed.start, event.line, event.time);
  }

  /** What is not in the map must be there all the same: the kernel refuses ranges with holes. */
  #protect({ range, protection }: Effect<'protect'>, event: SyscallEvent): void {
    const { start, end } = range;
    this.signs.mprotect({ start, length: end - start, protection }, event.line);
    const lifted = this.#memory.lift(range);
    const isWritable = (protection & PROT.WRITE) !== 0;
    for (const region of lifted) {
      if (region.protection === protection) this.#memory.put(region);
      else {
        const flags = flagsUnder(region.flags, isWritable, region.kind === 'anonymous');
        this.#memory.put(region.withRights(protection, flags));
      }
    }
    if (bytesOf(lifted) === end - start) return;
    const nature: RegionNature = {
      kind: 'unknown',
      protection,
      flags: 0,
      path: undefined,
      object: 0,
      use: UNSEEN,
      chain: undefined,
    };
    for (const gap of gaps(range, lifted)) {
      this.#memory.put(new Region(gap.start, gap.end, gap.start, nature));
    }
  }
}

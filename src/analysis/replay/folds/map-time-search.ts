/**
 * When in a log a memory map was taken. No map says it; but what is mapped changes with every call,
 * and where log and map differ least, the map was taken.
 */
import type { Address } from '../../../model/address.ts';
import { type Bytes, roundUpToPage } from '../../../model/bytes.ts';
import type { Fold } from '../../../model/fold.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { type AddressRange, gaps } from '../../../model/range.ts';
import {
  type EventOrigin,
  type LogTime,
  PROT,
  type SyscallEvent,
} from '../../../model/syscall-trace.ts';
import type { AddressSpace } from '../address-space.ts';
import { type CallEffect, callEffect, vacated } from '../call-effect.ts';
import type { Chain, ChainStep } from '../mapping-history.ts';
import type { SpaceBytes } from '../memory-accounts.ts';
import type { Region } from '../region.ts';
import type { ReplayFold } from '../replay.ts';
import type { ReplayedSpace } from '../replayed-space.ts';
import { NO_MEMORY, PrivateMemory, type Rights, rightsOf } from './map-distance.ts';

/** A stretch of a log in which an address space was as a memory map has it, or nearest to that. */
export interface Moment {
  /** The call that made it so. */
  readonly firstLine: number;
  /** The call that made it otherwise; undefined where the log, or the process, ended before. */
  readonly untilLine: number | undefined;
  /** When these calls returned; undefined where the log has no clock. */
  readonly firstTime: LogTime | undefined;
  readonly untilTime: LogTime | undefined;
  /** Private memory that is other in the log than in the map. */
  readonly differing: Bytes;
  /** All that was mapped, apart by history; put together at each look. */
  readonly pieces: readonly Region[];
  /** The one at an address. */
  readonly at: (address: Address) => Region | undefined;
  /** The steps of one of these, also those that came later. */
  readonly stepsOf: (chain: Chain) => readonly Pick<ChainStep, 'line'>[];
  readonly bytes: Readonly<SpaceBytes>;
  /** From the first break to the last, whatever was mapped over it; undefined before any brk. */
  readonly heap: AddressRange | undefined;
}

/** Whether a line of the log had taken effect by then. */
export function isBy(line: number, { untilLine }: Moment): boolean {
  return untilLine === undefined || line < untilLine;
}

/** What a call makes of a range. */
interface Change {
  readonly range: AddressRange;
  /** Undefined for what was something else before and stays it. */
  readonly rights: (before: Region) => Rights;
  /** Of what was not mapped. */
  readonly fresh: Rights;
}

/** Where and when a call took effect. */
type CallTime = Pick<EventOrigin, 'line' | 'time'>;

/** How near one address space comes to one map. */
class Search {
  #differing: Bytes;
  #least: Bytes;
  /** The line that made it differ as it does now. */
  #since: CallTime;
  #kept: Moment | undefined;

  constructor(differing: Bytes, since: CallTime) {
    this.#differing = differing;
    this.#least = differing;
    this.#since = since;
  }

  /** A call changes the difference; `space` is as it was before. */
  change(by: Bytes, at: CallTime, space: ReplayedSpace): void {
    const isNearest = this.#differing === this.#least && this.#kept?.differing !== this.#least;
    if (by > 0 && isNearest) this.#kept = this.#look(space, at);
    this.#differing += by;
    this.#least = Math.min(this.#least, this.#differing);
    this.#since = { line: at.line, time: at.time };
  }

  /** Of moments that are as near the end counts, else the first. */
  finish(space: ReplayedSpace): Moment {
    if (this.#kept === undefined || this.#differing === this.#least)
      return this.#look(space, undefined);
    return this.#kept;
  }

  #look({ space }: ReplayedSpace, until: CallTime | undefined): Moment {
    const { start, current } = space.heap;
    const snapshot = space.snapshot();
    return {
      firstLine: this.#since.line,
      untilLine: until?.line,
      firstTime: this.#since.time,
      untilTime: until?.time,
      differing: this.#differing,
      // Of a log of many processes each has a moment, and few are looked at.
      get pieces() {
        return snapshot.regions;
      },
      at: (address) => snapshot.at(address),
      stepsOf: (chain) => space.stepsOf(chain),
      bytes: { ...space.bytes },
      heap: start === undefined ? undefined : { start, end: roundUpToPage(current) },
    };
  }
}

/** Maps that are looked for; of more, those that are given first. */
const MOST_MAPS = 16;

/** Looks for the moments of memory maps in a log. It sees each event before the replay does. */
export class MomentsFold implements Fold<SyscallEvent, void> {
  readonly #replay: ReplayFold;
  readonly #maps: ReadonlyMap<MemoryMap, PrivateMemory>;
  readonly #searches = new WeakMap<ReplayedSpace, ReadonlyMap<MemoryMap, Search>>();

  constructor(replay: ReplayFold, maps: readonly MemoryMap[]) {
    this.#replay = replay;
    this.#maps = new Map(maps.slice(0, MOST_MAPS).map((map) => [map, new PrivateMemory(map)]));
  }

  step(event: SyscallEvent): void {
    if (this.#maps.size === 0) return;
    const space = this.#replay.usedBy(event.pid);
    // A process begins with calls that map nothing.
    if (space === undefined) return;
    const searches = this.#searches.get(space) ?? this.#begin(space, event);
    const changes = space.space.raced
      .partsOf(event)
      .flatMap((part) => changesOf(part, space))
      .map((change) => ({ ...change, before: space.space.within(change.range) }));
    for (const [map, search] of searches) {
      const memory = this.#maps.get(map)!;
      let by = 0;
      for (const { range, before, rights, fresh } of changes) {
        by -= memory.differingWithin(range, before);
        for (const region of before) by += memory.differing(region, rights(region));
        for (const gap of gaps(range, before)) by += memory.differing(gap, fresh);
      }
      if (by !== 0) search.change(by, event, space);
    }
  }

  finish(): void {}

  /** Of a map that was not looked for, the end of the log. */
  momentOf(map: MemoryMap, space: ReplayedSpace): Moment {
    const search = this.#searches.get(space)?.get(map);
    const since = { line: space.firstLine, time: space.firstTime };
    return (search ?? searchFrom(space, new PrivateMemory(map), since)).finish(space);
  }

  #begin(space: ReplayedSpace, { line, time }: CallTime): ReadonlyMap<MemoryMap, Search> {
    const searches = new Map(
      Array.from(this.#maps, ([map, memory]) => [map, searchFrom(space, memory, { line, time })]),
    );
    this.#searches.set(space, searches);
    return searches;
  }
}

function searchFrom({ space }: ReplayedSpace, memory: PrivateMemory, since: CallTime): Search {
  return new Search(memory.differingFrom(space.pieces), since);
}

const all = (rights: Rights) => (): Rights => rights;

/** What a call is about to change, by range. */
function changesOf(event: SyscallEvent, { space }: ReplayedSpace): Change[] {
  // A program that only asks where its break is moves nothing.
  if (event.call === 'brk' && event.requested === 0) return [];
  const effect = callEffect(event, space.heap.break);
  const change = (range: AddressRange, rights: Rights): Change => ({
    range,
    rights: all(rights),
    fresh: rights,
  });
  switch (effect?.change) {
    case 'map': {
      const isPrivate = effect.kind === 'heap' || effect.kind === 'anonymous';
      return [change(effect.range, isPrivate ? effect.protection : NO_MEMORY)];
    }
    case 'unmap':
      return [change(effect.range, NO_MEMORY)];
    case 'protect': {
      const { range, protection } = effect;
      const rights = (before: Region) => (rightsOf(before) === NO_MEMORY ? NO_MEMORY : protection);
      return [{ range, rights, fresh: NO_MEMORY }];
    }
    case 'move':
      return [
        ...vacated(effect).map((range) => change(range, NO_MEMORY)),
        ...arrivals(effect, space).map(({ range, rights }) => change(range, rights)),
      ];
    default:
      return [];
  }
}

/** What mremap makes of ranges, as the replay does it: with what it finds, and where it finds it. */
function arrivals(
  { from, to, leaves }: Extract<CallEffect, { change: 'move' }>,
  space: AddressSpace,
): { readonly range: AddressRange; readonly rights: Rights }[] {
  const pieces = space.within(from);
  const [first] = pieces;
  const isKnown = first?.start === from.start && first.kind !== 'unknown';
  // What the log never made is taken for malloc's.
  const source = isKnown ? rightsOf(first) : PROT.READ | PROT.WRITE;
  const found = isKnown || leaves === 'nothing' ? [] : [{ range: from, rights: source }];
  const isGrown = to.end - to.start > from.end - from.start;
  if (!isKnown || leaves === 'same' || (isGrown && leaves === 'nothing')) {
    return [...found, { range: to, rights: source }];
  }
  const distance = to.start - from.start;
  const moved = pieces.map((region) => ({
    range: { start: region.start + distance, end: Math.min(region.end + distance, to.end) },
    rights: rightsOf(region),
  }));
  const arrived = moved.filter(({ range }) => range.start < range.end);
  const holes = gaps(
    to,
    arrived.map(({ range }) => range),
  );
  return [...arrived, ...holes.map((range) => ({ range, rights: NO_MEMORY }))];
}

import { UNSEEN } from '../../knowledge/memory-uses.ts';
import { VMA } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type AddressRange, without } from '../../model/range.ts';
import { PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { CallEffect } from './call-effect.ts';
import type { MappedMemory } from './mapped-memory.ts';
import type { Chain } from './mapping-history.ts';
import { bytesOf, Region, type RegionNature } from './region.ts';

/**
 * What mremap does. A mapping keeps its history through it. Where the log does not know the old
 * mapping (it begins later, or was filtered), the call itself says how large it was.
 */
export function remap(
  memory: MappedMemory,
  event: SyscallEvent,
  effect: Extract<CallEffect, { change: 'move' }>,
): void {
  const { from, to, leaves } = effect;
  const known = memory.at(from.start);
  const source = known && known.kind !== 'unknown' ? known : find(memory, from, event);
  if (leaves === 'same') {
    // Shared memory a second time.
    const offset = source.offset + from.start - source.start;
    const again = new Region(from.start, from.start + size(to), offset, source.nature);
    copy(memory, [again], from, to, event);
    return;
  }
  if (leaves === 'fresh') {
    const end = from.start + Math.min(size(from), size(to));
    copy(memory, memory.within({ start: from.start, end }), from, to, event);
    forget(memory, { start: from.start, end });
    return;
  }
  for (const range of without(to, from)) memory.take(range, 'overlaid', event);
  if (size(to) > size(from)) {
    grow(memory, source, from, to, event);
    return;
  }
  const kept = { start: from.start, end: from.start + size(to) };
  const tail = memory.lift({ start: kept.end, end: from.end });
  const isShared = (region: Region) => region.chain !== source.chain;
  memory.lose(tail.filter(isShared), 'unmapped', event);
  const lost = new Map([[source.chain, bytesOf(tail.filter((region) => !isShared(region)))]]);
  move(memory, memory.lift(kept), to.start - from.start, lost, event);
}

const size = ({ start, end }: AddressRange) => end - start;

/** What is at one place comes to stand at another as well, with histories that begin now. */
function copy(
  memory: MappedMemory,
  regions: readonly Region[],
  from: AddressRange,
  to: AddressRange,
  event: SyscallEvent,
): void {
  memory.take(to, 'overlaid', event);
  for (const region of regions) {
    const there = shifted(region, region.start + to.start - from.start);
    const chain = region.chain && memory.startChain('mapped', there, event);
    memory.put(there.withChain(chain));
  }
}

/** The pages are elsewhere now: what can be written is so again, the rest is as new. */
function forget(memory: MappedMemory, range: AddressRange): void {
  for (const region of memory.lift(range)) {
    const isWritable = (region.protection & PROT.WRITE) !== 0;
    const flags = isWritable ? region.flags : region.flags & ~VMA.WRITTEN;
    memory.put(region.withFlags(flags));
  }
}

/** Only one mapping can grow, but the kernel joins neighbours: it may have been several. */
function grow(
  memory: MappedMemory,
  source: Region,
  from: AddressRange,
  to: AddressRange,
  event: SyscallEvent,
): void {
  const { chain } = source;
  const lifted = memory.lift(from);
  const own = bytesOf(lifted.filter((region) => region.chain === chain));
  memory.lose(
    lifted.filter((region) => region.chain !== chain),
    'overlaid',
    event,
  );
  const offset = source.offset + from.start - source.start;
  const grown = new Region(from.start, from.start + size(to), offset, source.nature);
  memory.put(shifted(grown, to.start));
  chain?.add({
    kind: from.start === to.start ? 'resized' : 'moved',
    start: to.start,
    mapped: chain.mapped - own + size(to),
    line: event.line,
    time: event.time,
  });
}

/**
 * Since Linux 6.17 one call may move several mappings; each keeps its history.
 *
 * @param lost what a history loses at the same time.
 */
function move(
  memory: MappedMemory,
  lifted: readonly Region[],
  distance: number,
  lost: ReadonlyMap<Chain | undefined, Bytes>,
  { line, time }: SyscallEvent,
): void {
  const moved = new Set<Chain>();
  for (const region of lifted) {
    const { chain } = region;
    const start = region.start + distance;
    memory.put(shifted(region, start));
    if (chain === undefined || moved.has(chain)) continue;
    moved.add(chain);
    const kind = distance === 0 ? 'resized' : 'moved';
    chain.add({ kind, start, mapped: chain.mapped - (lost.get(chain) ?? 0), line, time });
  }
}

/** A region at another place. Pages that were never written move as if they had been made there. */
function shifted(region: Region, start: Address): Region {
  const wasWritten = region.kind !== 'anonymous' || (region.flags & VMA.WRITTEN) !== 0;
  const distance = start - region.start;
  const offset = wasWritten ? region.offset : region.offset + distance;
  return new Region(start, region.end + distance, offset, region.nature);
}

/** A mapping that is seen for the first time when something is done to it. */
function find(memory: MappedMemory, range: AddressRange, event: SyscallEvent): Region {
  const nature: RegionNature = {
    kind: 'anonymous',
    protection: PROT.READ | PROT.WRITE,
    flags: VMA.ACCOUNT | VMA.WRITTEN,
    path: undefined,
    object: 0,
    use: UNSEEN,
    chain: memory.startChain('found', range, event),
  };
  const region = new Region(range.start, range.end, range.start, nature);
  memory.take(range, 'overlaid', event);
  memory.put(region);
  return region;
}

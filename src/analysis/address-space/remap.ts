import { UNSEEN } from '../../knowledge/memory-uses.ts';
import { VMA } from '../../knowledge/vma-flags.ts';
import { type AddressRange, without } from '../../model/range.ts';
import { MREMAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { MappedMemory } from './mapped-memory.ts';
import { bytesOf, type Region } from './regions.ts';

/**
 * What mremap does. A mapping keeps its history through it. Where the log does not know the old
 * mapping (it begins later, or was filtered), the call itself says how large it was.
 */
export function remap(
  memory: MappedMemory,
  event: Extract<SyscallEvent, { call: 'mremap' }>,
  from: AddressRange,
  to: AddressRange,
): void {
  const known = memory.at(from.start);
  const source = known && known.kind !== 'unknown' ? known : find(memory, from, event);
  const offset = source.offset + from.start - source.start;
  const { chain } = source;
  if (event.oldLength === 0 || (event.flags & MREMAP.DONTUNMAP) !== 0) {
    memory.take(to, 'overlaid', event);
    const copy = chain && memory.startChain('mapped', to, event);
    memory.put({ ...source, ...to, offset, chain: copy });
    return;
  }
  for (const range of without(to, from)) memory.take(range, 'overlaid', event);
  const lifted = memory.lift(from);
  // The kernel joins neighbours, so one call can take along what was several mappings.
  const own = bytesOf(lifted.filter((region) => region.chain === chain));
  memory.lose(
    lifted.filter((region) => region.chain !== chain),
    'overlaid',
    event,
  );
  const isUniform = lifted.every(({ kind }) => kind === source.kind);
  const isWhole = isUniform && bytesOf(lifted) === from.end - from.start;
  const moved = isWhole ? lifted : [{ ...source, ...from, offset }];
  putMoved(memory, moved, { ...source, ...to, offset });
  chain?.add({
    kind: from.start === to.start ? 'resized' : 'moved',
    start: to.start,
    mapped: chain.mapped - own + to.end - to.start,
    line: event.line,
    time: event.time,
  });
}

/**
 * Puts the old pages at their new place, and below the last of them what the mapping grew by.
 *
 * @param target the new place, with the first page's nature.
 */
function putMoved(memory: MappedMemory, lifted: readonly Region[], target: Region): void {
  const shift = target.start - lifted[0]!.start;
  for (const [i, region] of lifted.entries()) {
    const isLast = i === lifted.length - 1;
    const start = region.start + shift;
    const end = isLast ? target.end : Math.min(region.end + shift, target.end);
    // Pages that were never written move as if they had been made at the new place.
    const wasWritten = region.kind !== 'anonymous' || (region.protection & PROT.WRITE) !== 0;
    const offset = wasWritten ? region.offset : region.offset + shift;
    memory.put({ ...region, start, end, offset, chain: target.chain });
  }
}

/** A mapping that is seen for the first time when something is done to it. */
function find(memory: MappedMemory, range: AddressRange, event: SyscallEvent): Region {
  const region: Region = {
    ...range,
    kind: 'anonymous',
    protection: PROT.READ | PROT.WRITE,
    flags: VMA.ACCOUNT,
    path: undefined,
    object: 0,
    offset: range.start,
    use: UNSEEN,
    chain: memory.startChain('found', range, event),
  };
  memory.take(range, 'overlaid', event);
  memory.put(region);
  return region;
}

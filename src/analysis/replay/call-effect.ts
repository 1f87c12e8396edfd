import { type AdviceEffect, adviceEffect } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import { type Bytes, isPageAligned, roundUpToPage } from '../../model/bytes.ts';
import { type AddressRange, without } from '../../model/range.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';

/** What a memory call does to an address space, in whole pages. */
export type CallEffect =
  /** Something new lies in the range, and nothing of what was there. */
  | {
      readonly change: 'map';
      readonly range: AddressRange;
      readonly kind: 'heap' | 'anonymous' | 'shared' | 'file';
      readonly protection: number;
    }
  | { readonly change: 'unmap'; readonly range: AddressRange }
  /** What lies in the range has other rights. */
  | { readonly change: 'protect'; readonly range: AddressRange; readonly protection: number }
  | { readonly change: 'advise'; readonly range: AddressRange; readonly advice: AdviceEffect }
  /** What lies in one range lies in another, and nothing of what was there. */
  | {
      readonly change: 'move';
      readonly from: AddressRange;
      readonly to: AddressRange;
      /** `same`: a second look at shared memory. `fresh`: the old place stays, with new pages. */
      readonly leaves: 'nothing' | 'same' | 'fresh';
    };

/** No address is beyond; doubles count in steps of 2048 there, so whole pages stay exact. */
const END_OF_ADDRESSES = 2 ** 64;

export function isAddress(value: number): boolean {
  return value >= 0 && value < END_OF_ADDRESSES;
}

/**
 * The pages that a call covers: it may give any length, the kernel works on whole pages.
 *
 * @returns undefined where no address space has such a range.
 */
export function callRange(start: Address, length: Bytes): AddressRange | undefined {
  const end = start + roundUpToPage(length);
  const isPossible =
    isAddress(start) && isPageAligned(start) && end > start && end <= END_OF_ADDRESSES;
  return isPossible ? { start, end } : undefined;
}

/**
 * The one place where brk, mmap, munmap, mprotect, madvise and mremap are interpreted. shmat and shmdt
 * are not: the size of a segment is not in the call.
 *
 * @param before the break before the call; undefined where the log has not shown it.
 * @returns undefined for a call that changes no page.
 */
export function callEffect(
  event: SyscallEvent,
  before: Address | undefined,
): CallEffect | undefined {
  switch (event.call) {
    case 'brk':
      return isAddress(event.result) ? breakEffect(before, event.result) : undefined;
    case 'mmap': {
      const range = callRange(event.result, event.length);
      const { protection, flags } = event;
      return range && { change: 'map', range, kind: kindOf(flags), protection };
    }
    case 'munmap': {
      const range = callRange(event.start, event.length);
      return range && { change: 'unmap', range };
    }
    case 'mprotect': {
      const range = callRange(event.start, event.length);
      return range && { change: 'protect', range, protection: event.protection };
    }
    case 'madvise': {
      const advice = adviceEffect(event.advice);
      const range = advice && callRange(event.start, event.length);
      return range && { change: 'advise', range, advice };
    }
    case 'mremap': {
      const from = callRange(event.oldStart, Math.max(event.oldLength, 1));
      const to = callRange(event.result, event.newLength);
      if (from === undefined || to === undefined) return undefined;
      const isFresh = (event.flags & MREMAP.DONTUNMAP) !== 0;
      const leaves = event.oldLength === 0 ? 'same' : isFresh ? 'fresh' : 'nothing';
      return { change: 'move', from, to, leaves };
    }
    default:
      return undefined;
  }
}

function breakEffect(before: Address | undefined, after: Address): CallEffect | undefined {
  if (before === undefined) return undefined;
  const from = roundUpToPage(before);
  const to = roundUpToPage(after);
  if (to < from) return { change: 'unmap', range: { start: to, end: from } };
  if (to === from) return undefined;
  const protection = PROT.READ | PROT.WRITE;
  return { change: 'map', range: { start: from, end: to }, kind: 'heap', protection };
}

function kindOf(flags: number): 'anonymous' | 'shared' | 'file' {
  if ((flags & MAP.ANONYMOUS) === 0) return 'file';
  return (flags & MAP.SHARED) === 0 ? 'anonymous' : 'shared';
}

/** Where nothing is left after a move; the rest of the old place is under the new one. */
export function vacated({
  from,
  to,
  leaves,
}: Extract<CallEffect, { change: 'move' }>): AddressRange[] {
  return leaves === 'nothing' ? without(from, to) : [];
}

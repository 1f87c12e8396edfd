/**
 * Makers of the events that come in millions. All of a kind have their fields in one order, whether
 * they were read as text or from bytes: folds are faster on objects of one shape.
 */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { EventOrigin, SyscallEvent } from '../../model/syscall-trace.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;

export function brkEvent(
  { pid, line, time }: EventOrigin,
  requested: Address,
  result: Address,
): Event<'brk'> {
  return { pid, line, time, call: 'brk', requested, result };
}

export function mmapEvent(
  { pid, line, time }: EventOrigin,
  length: Bytes,
  protection: number,
  flags: number,
  path: string | undefined,
  result: Address,
): Event<'mmap'> {
  return { pid, line, time, call: 'mmap', length, protection, flags, path, result };
}

export function munmapEvent(
  { pid, line, time }: EventOrigin,
  start: Address,
  length: Bytes,
): Event<'munmap'> {
  return { pid, line, time, call: 'munmap', start, length };
}

export function mremapEvent(
  { pid, line, time }: EventOrigin,
  oldStart: Address,
  oldLength: Bytes,
  newLength: Bytes,
  flags: number,
  result: Address,
): Event<'mremap'> {
  return { pid, line, time, call: 'mremap', oldStart, oldLength, newLength, flags, result };
}

export function mprotectEvent(
  { pid, line, time }: EventOrigin,
  start: Address,
  length: Bytes,
  protection: number,
): Event<'mprotect'> {
  return { pid, line, time, call: 'mprotect', start, length, protection };
}

export function madviseEvent(
  { pid, line, time }: EventOrigin,
  start: Address,
  length: Bytes,
  advice: string,
): Event<'madvise'> {
  return { pid, line, time, call: 'madvise', start, length, advice };
}

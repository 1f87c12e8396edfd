/**
 * Makers of the events that come in millions. All of a kind have their fields in one order, whether
 * they were read as text or from bytes: folds are faster on objects of one shape.
 */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { EventOrigin, SyscallEvent } from '../../model/syscall-trace.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;

/** What mmap was given to map; nothing of it counts for anonymous memory. */
type MappedFile = Pick<Event<'mmap'>, 'descriptor' | 'path' | 'offset'>;

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
  { descriptor, path, offset }: MappedFile,
  result: Address,
): Event<'mmap'> {
  const call = 'mmap';
  return {
    pid,
    line,
    time,
    call,
    length,
    protection,
    flags,
    descriptor,
    path,
    offset,
    result,
  };
}

export function openEvent(
  { pid, line, time }: EventOrigin,
  path: string,
  descriptor: number,
): Event<'open'> {
  return { pid, line, time, call: 'open', path, descriptor };
}

export function closeEvent({ pid, line, time }: EventOrigin, descriptor: number): Event<'close'> {
  return { pid, line, time, call: 'close', descriptor };
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

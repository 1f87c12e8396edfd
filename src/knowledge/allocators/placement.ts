import { type Bytes, KIB } from '../../model/bytes.ts';
import type { Overhead, Placement } from './allocator.ts';

export const roundUp = (bytes: Bytes, step: Bytes): Bytes => Math.ceil(bytes / step) * step;

/** A block of `bytes` for a request, with a header and the rest as rounding. */
export function block(request: Bytes, bytes: Bytes, header: Overhead, rounding: string): Placement {
  const rest = { what: rounding, bytes: bytes - request - header.bytes };
  const overheads = [header, rest].filter((part) => part.bytes > 0);
  return { kind: 'block', bytes, overheads };
}

export function mapping(request: Bytes, bytes: Bytes, header: Overhead): Placement {
  return { ...block(request, bytes, header, 'rounding to pages'), kind: 'mapping' };
}

/**
 * Arenas that a runtime maps directly: a chunk of malloc with such a payload would be larger by its
 * header. CPython's are 1 MiB (256 KiB before 3.10).
 */
export function isDirectArena(length: Bytes): boolean {
  return length >= 256 * KIB && Number.isInteger(Math.log2(length));
}

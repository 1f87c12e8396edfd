/**
 * Who gives out the private memory of a process. What is advised for glibc's malloc, and what its memory is
 * called, holds only where it is glibc's.
 */

import type { Allocator, AnonymousRow } from './allocators/allocator.ts';
import { ALL_ALLOCATORS } from './allocators/index.ts';

/** Paths that are remembered: programs open the same libraries again and again. */
const MOST_PATHS = 4096;
const byPath = new Map<string, readonly Allocator[]>();

/** The allocators and runtimes that a file belongs to, by its name. */
export function allocatorsOfFile(path: string): readonly Allocator[] {
  let found = byPath.get(path);
  if (found === undefined) {
    if (byPath.size >= MOST_PATHS) byPath.clear();
    found = ALL_ALLOCATORS.filter(({ file }) => file?.test(path));
    byPath.set(path, found);
  }
  return found;
}

/**
 * The allocators and runtimes that a memory map shows.
 *
 * @param files each once.
 */
export function allocatorsInMap(
  files: readonly string[],
  rows: readonly AnonymousRow[],
): readonly Allocator[] {
  const byFile = new Set(files.flatMap(allocatorsOfFile));
  return ALL_ALLOCATORS.filter(
    (one) =>
      byFile.has(one) ||
      files.some((path) => one.library?.test(path)) ||
      one.rows?.some(({ fits, times }) => rows.filter(fits).length >= times),
  );
}

/**
 * A runtime with a heap of its own, else the malloc that stands first in the table: others take the place
 * of the C library's.
 *
 * @param seen by whatever capture; undefined where nothing tells.
 */
export function memoryOwner(seen: readonly Allocator[]): Allocator | undefined {
  const owners = ALL_ALLOCATORS.filter((one) => seen.includes(one));
  return (
    owners.find(({ hasOwnHeap }) => hasOwnHeap) ?? owners.find(({ role }) => role === 'malloc')
  );
}

import { parseWhole } from './whole-number.ts';

/**
 * Sizes are bytes everywhere inside memtool. KiB, pages and other units exist only where a capture
 * is read and where a result is shown.
 */
export type Bytes = number;

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** Reads a size that a capture has in KiB. @returns undefined for what is none; see `parseWhole`. */
export function parseKib(digits: string): Bytes | undefined {
  const kib = parseWhole(digits);
  return kib !== undefined && Number.isSafeInteger(kib * KIB) ? kib * KIB : undefined;
}

/** The page size of x86-64 and of most arm64 kernels; captures that state another one override it. */
const DEFAULT_PAGE_BYTES = 4096;

/** How many pages `bytes` touches: a started page is a whole page to the kernel. */
export function pagesOf(bytes: Bytes, pageBytes: Bytes = DEFAULT_PAGE_BYTES): number {
  return Math.ceil(bytes / pageBytes);
}

/** Rounds up to whole pages, as mmap, munmap and mremap do with a length. */
export function roundUpToPage(bytes: Bytes, pageBytes: Bytes = DEFAULT_PAGE_BYTES): Bytes {
  return pagesOf(bytes, pageBytes) * pageBytes;
}

export function isPageAligned(value: number, pageBytes: Bytes = DEFAULT_PAGE_BYTES): boolean {
  return Number.isInteger(value / pageBytes);
}

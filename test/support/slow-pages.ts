/** What every single page of an address space is, call by call: the slow truth beside a replay. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { AddressSpace } from '../../src/analysis/replay/address-space.ts';
import { VMA } from '../../src/knowledge/vma-flags.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../src/model/syscall-trace.ts';

export const PAGE = 4096;
const PAGES = 40;

/** The brk heap lies apart, where no mapping of these tests comes. */
const HEAP_PAGE = 1000;

/** The slow truth: what every single page is. */
export interface Page {
  kind: string;
  protection: number;
  flags: number;
  path: string | undefined;
  object: number;
  /** Whether it ever was writable since it was made. */
  written: boolean;
  /** Of the page in its file or object; for anonymous memory the page where it was made. */
  offset: number;
}

export type Pages = Map<number, Page>;

export type Operation =
  | { call: 'mmap'; at: number; pages: number; what: 'private' | 'shared' | 'file'; rights: number }
  | { call: 'munmap'; at: number; pages: number }
  | { call: 'mprotect'; at: number; pages: number; rights: number }
  | { call: 'madvise'; at: number; pages: number; advice: string }
  | { call: 'brk'; pages: number }
  | { call: 'mremap'; at: number; pages: number; to: number; newPages: number; keep: boolean };

const rights = fc.constantFrom(PROT.NONE, PROT.READ, PROT.READ | PROT.WRITE);
const at = fc.nat(PAGES);
const pages = fc.integer({ min: 1, max: 12 });

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    call: fc.constant('mmap' as const),
    at,
    pages,
    what: fc.constantFrom('private' as const, 'shared' as const, 'file' as const),
    rights,
  }),
  fc.record({ call: fc.constant('munmap' as const), at, pages }),
  fc.record({ call: fc.constant('mprotect' as const), at, pages, rights }),
  fc.record({
    call: fc.constant('madvise' as const),
    at,
    pages,
    advice: fc.constantFrom('MADV_HUGEPAGE', '0xf', 'MADV_DONTNEED', '0xe /* MADV_HUGEPAGE */'),
  }),
  fc.record({ call: fc.constant('brk' as const), pages: fc.nat(8) }),
  fc.record({
    call: fc.constant('mremap' as const),
    at,
    pages,
    to: at,
    newPages: pages,
    keep: fc.boolean(),
  }),
);

function event(operation: Operation, line: number): SyscallEvent {
  const origin = { pid: 1, line, time: undefined };
  if (operation.call === 'brk') {
    const result = (HEAP_PAGE + operation.pages) * PAGE;
    return { ...origin, call: 'brk', requested: result, result };
  }
  const start = operation.at * PAGE;
  // One byte less than whole pages: the kernel rounds up.
  const length = operation.pages * PAGE - 1;
  switch (operation.call) {
    case 'mmap': {
      const { what, rights: protection } = operation;
      return {
        ...origin,
        call: 'mmap',
        length,
        protection,
        flags: MMAP_FLAGS[what],
        descriptor: what === 'file' ? 3 : -1,
        path: what === 'file' ? '/lib/libc.so.6' : undefined,
        offset: what === 'file' ? start : 0,
        result: start,
      };
    }
    case 'munmap':
      return { ...origin, call: 'munmap', start, length };
    case 'mprotect':
      return { ...origin, call: 'mprotect', start, length, protection: operation.rights };
    case 'madvise':
      return { ...origin, call: 'madvise', start, length, advice: operation.advice };
    case 'mremap':
      return {
        ...origin,
        call: 'mremap',
        oldStart: start,
        oldLength: operation.pages * PAGE,
        newLength: operation.newPages * PAGE,
        flags: MREMAP.MAYMOVE | (operation.keep ? MREMAP.DONTUNMAP : 0),
        result: operation.to * PAGE,
      };
  }
}

const MMAP_FLAGS = {
  private: MAP.PRIVATE | MAP.ANONYMOUS,
  shared: MAP.SHARED | MAP.ANONYMOUS,
  file: MAP.PRIVATE,
} as const;

const PATHS = {
  private: undefined,
  shared: '/dev/zero (deleted)',
  file: '/lib/libc.so.6',
} as const;

/** The pages of a range that are there. */
function present(pages: Pages, at: number, length: number): Page[] {
  return Array.from({ length }, (_, i) => pages.get(at + i)).filter((page) => page !== undefined);
}

/** Whether the kernel would do it: mremap works on one mapping, and does not move onto itself. */
function isPossible(operation: Operation, pages: Pages): boolean {
  if (operation.call === 'mprotect') {
    return present(pages, operation.at, operation.pages).length === operation.pages;
  }
  if (operation.call !== 'mremap') return true;
  const { at, to, pages: old, newPages, keep } = operation;
  const all = present(pages, at, old);
  const isOne = (page: Page, i: number) =>
    isNext(all[0]!, page, i) && page.written === all[0]!.written;
  if (all.length !== old || !all.every(isOne)) return false;
  if (keep && (newPages !== old || to === at)) return false;
  return to === at || to + newPages <= at || at + old <= to;
}

/** Whether a page is the n-th behind another of the same mapping. */
export function isNext(first: Page, page: Page, n: number): boolean {
  const { offset, written, ...nature } = first;
  const { offset: there, written: writtenThere, ...natureThere } = page;
  return there === offset + n && JSON.stringify(nature) === JSON.stringify(natureThere);
}

function applyToPages(operation: Operation, pages: Pages, line: number): void {
  if (operation.call === 'brk') {
    for (let i = 0; i < 8; i++) {
      const page = HEAP_PAGE + i;
      const own = { protection: PROT.READ | PROT.WRITE, flags: VMA.ACCOUNT, path: undefined };
      if (i >= operation.pages) pages.delete(page);
      else if (!pages.has(page)) {
        pages.set(page, { kind: 'heap', ...own, object: 0, written: true, offset: page });
      }
    }
    return;
  }
  const { at, pages: length } = operation;
  if (operation.call === 'mremap') {
    const { to, newPages, keep } = operation;
    const first = pages.get(at)!;
    for (let i = 0; i < length; i++) {
      const page = pages.get(at + i)!;
      if (!keep) pages.delete(at + i);
      else pages.set(at + i, { ...page, written: page.written && isWritable(page.protection) });
    }
    const wasMadeThere = first.kind === 'anonymous' && !first.written;
    const offset = wasMadeThere ? first.offset + to - at : first.offset;
    for (let i = 0; i < newPages; i++) pages.set(to + i, { ...first, offset: offset + i });
    return;
  }
  for (let page = at; page < at + length; page++) {
    const known = pages.get(page);
    if (operation.call === 'munmap') pages.delete(page);
    else if (operation.call === 'mmap') pages.set(page, mapped(operation, page, line));
    else if (known === undefined) continue;
    else if (operation.call === 'madvise') {
      if (operation.advice === '0xf') known.flags = (known.flags & ~VMA.HUGEPAGE) | VMA.NOHUGEPAGE;
      else if (operation.advice !== 'MADV_DONTNEED')
        known.flags = (known.flags & ~VMA.NOHUGEPAGE) | VMA.HUGEPAGE;
    } else {
      if (known.protection === operation.rights) continue;
      known.protection = operation.rights;
      if (isWritable(operation.rights)) {
        known.written = true;
        if (known.kind !== 'shared') known.flags |= VMA.ACCOUNT;
      } else if (known.kind === 'anonymous' && !known.written) known.flags &= ~VMA.ACCOUNT;
    }
  }
}

function mapped(operation: Extract<Operation, { call: 'mmap' }>, page: number, line: number): Page {
  const { what, rights: protection } = operation;
  const account = (protection & PROT.WRITE) !== 0 && what !== 'shared' ? VMA.ACCOUNT : 0;
  return {
    kind: what === 'private' ? 'anonymous' : what,
    protection,
    flags: account | (what === 'shared' ? VMA.SHARED : 0),
    path: PATHS[what],
    object: what === 'shared' ? line : 0,
    written: isWritable(protection),
    offset: what === 'shared' ? page - operation.at : page,
  };
}

export function pagesOfSpace(space: AddressSpace): Pages {
  const found: Pages = new Map();
  for (const region of space.pieces) {
    const { start, end, kind, protection, flags, path, object } = region;
    for (let page = start / PAGE; page < end / PAGE; page++) {
      expect(found.has(page)).toBe(false);
      const offset = region.offset / PAGE + page - start / PAGE;
      // Whether it was written is no flag of the kernel's.
      const own = flags & ~VMA.WRITTEN;
      const written = (flags & VMA.WRITTEN) !== 0;
      found.set(page, { kind, protection, flags: own, path, object, written, offset });
    }
  }
  return found;
}

const isWritable = (protection: number) => (protection & PROT.WRITE) !== 0;

export const sorted = (pages: Pages) => [...pages].sort(([a], [b]) => a - b);

/** Applies what the kernel would allow to spaces that are alike, and to the slow truth. */
export function replay(
  operations: readonly Operation[],
  spaces: readonly AddressSpace[],
  pages: Pages,
  firstLine = 1,
): void {
  const query = HEAP_PAGE * PAGE;
  const origin = { pid: 1, line: 0, time: undefined };
  for (const space of spaces) {
    if (space.heap.start !== undefined) continue;
    space.apply({ ...origin, call: 'brk', requested: 0, result: query });
  }
  for (const [i, operation] of operations.entries()) {
    if (!isPossible(operation, pages)) continue;
    for (const space of spaces) space.apply(event(operation, firstLine + i));
    applyToPages(operation, pages, firstLine + i);
  }
}

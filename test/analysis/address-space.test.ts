import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSpace } from '../../src/analysis/address-space/address-space.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../src/model/syscall-trace.ts';

const PAGE = 4096;
const PAGES = 40;

/** The slow truth: what every single page is. */
type Pages = Map<number, { kind: string; protection: number }>;

type Operation =
  | {
      call: 'mmap' | 'munmap' | 'mprotect';
      at: number;
      pages: number;
      shared: boolean;
      rights: number;
    }
  | { call: 'mremap'; at: number; pages: number; to: number; newPages: number };

const rights = fc.constantFrom(PROT.NONE, PROT.READ, PROT.READ | PROT.WRITE);
const place = fc.nat(PAGES);
const length = fc.integer({ min: 1, max: 12 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    call: fc.constantFrom('mmap' as const, 'munmap' as const, 'mprotect' as const),
    at: place,
    pages: length,
    shared: fc.boolean(),
    rights,
  }),
  fc.record({
    call: fc.constant('mremap' as const),
    at: place,
    pages: length,
    to: place,
    newPages: length,
  }),
);

function event(operation: Operation, line: number): SyscallEvent {
  const origin = { pid: 1, line, time: undefined };
  const start = operation.at * PAGE;
  // One byte less than whole pages: the kernel rounds up.
  const bytes = operation.pages * PAGE - 1;
  switch (operation.call) {
    case 'mmap': {
      const flags = MAP.ANONYMOUS | (operation.shared ? MAP.SHARED : MAP.PRIVATE);
      const common = { flags, protection: operation.rights, path: undefined };
      return { ...origin, call: 'mmap', length: bytes, result: start, ...common };
    }
    case 'munmap':
      return { ...origin, call: 'munmap', start, length: bytes };
    case 'mprotect':
      return { ...origin, call: 'mprotect', start, length: bytes, protection: operation.rights };
    case 'mremap':
      return {
        ...origin,
        call: 'mremap',
        oldStart: start,
        oldLength: operation.pages * PAGE,
        newLength: operation.newPages * PAGE,
        flags: MREMAP.MAYMOVE,
        result: operation.to * PAGE,
      };
  }
}

/** Whether the kernel would do it: mremap works on one mapping, and does not move onto itself. */
function isPossible(operation: Operation, pages: Pages): boolean {
  if (operation.call !== 'mremap') return true;
  const { at, to, pages: old, newPages } = operation;
  const first = pages.get(at);
  for (let i = 0; i < old; i++) {
    const page = pages.get(at + i);
    if (page?.kind !== first?.kind || page?.protection !== first?.protection) return false;
    if (page === undefined) return false;
  }
  return to === at || to + newPages <= at || at + old <= to;
}

function applyToPages(operation: Operation, pages: Pages): void {
  const { at } = operation;
  if (operation.call === 'mremap') {
    const moved = pages.get(at)!;
    for (let i = 0; i < operation.pages; i++) pages.delete(at + i);
    for (let i = 0; i < operation.newPages; i++) pages.set(operation.to + i, { ...moved });
    return;
  }
  for (let page = at; page < at + operation.pages; page++) {
    if (operation.call === 'munmap') pages.delete(page);
    else if (operation.call === 'mmap') {
      const kind = operation.shared ? 'shared' : 'anonymous';
      pages.set(page, { kind, protection: operation.rights });
    } else if (pages.has(page)) pages.get(page)!.protection = operation.rights;
  }
}

function pagesOfSpace(space: AddressSpace): Pages {
  const pages: Pages = new Map();
  for (const { start, end, kind, protection } of space.regions) {
    for (let at = start; at < end; at += PAGE) {
      expect(pages.has(at / PAGE)).toBe(false);
      pages.set(at / PAGE, { kind, protection });
    }
  }
  return pages;
}

const sorted = (pages: Pages) => [...pages].sort(([a], [b]) => a - b);

function countPages(pages: Pages, wanted: (page: { kind: string; protection: number }) => boolean) {
  return [...pages.values()].filter(wanted).length * PAGE;
}

/** Applies what the kernel would allow to a space and to the slow truth. */
function replay(operations: readonly Operation[], space: AddressSpace, pages: Pages): void {
  for (const [i, operation] of operations.entries()) {
    if (!isPossible(operation, pages)) continue;
    space.apply(event(operation, i + 1));
    applyToPages(operation, pages);
  }
}

describe('any sequence of mmap, munmap, mprotect and mremap', () => {
  test('leaves every page as the kernel would', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const space = new AddressSpace();
        const pages: Pages = new Map();
        replay(operations, space, pages);
        expect(sorted(pagesOfSpace(space))).toEqual(sorted(pages));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps the accounts of bytes and of mappings', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const space = new AddressSpace();
        const pages: Pages = new Map();
        replay(operations, space, pages);
        const isAnonymous = (page: { kind: string }) => page.kind === 'anonymous';
        expect(space.bytes).toEqual({
          heap: 0,
          anonymous: countPages(pages, (page) => isAnonymous(page) && page.protection !== 0),
          reserved: countPages(pages, (page) => isAnonymous(page) && page.protection === 0),
          files: countPages(pages, (page) => !isAnonymous(page)),
        });
        const inChains = space.liveChains().reduce((sum, chain) => sum + chain.mapped, 0);
        expect(inChains).toBe(space.bytes.anonymous + space.bytes.reserved);
        expect(space.peak.anonymous).toBeGreaterThanOrEqual(space.bytes.anonymous);
      }),
      { numRuns: 300 },
    );
  });

  test('of a forked child changes nothing in its parent, and the other way round', () => {
    const operations = fc.array(operation, { maxLength: 30 });
    fc.assert(
      fc.property(operations, operations, operations, (before, inParent, inChild) => {
        const parent = new AddressSpace();
        const parentPages: Pages = new Map();
        replay(before, parent, parentPages);
        const fork: SyscallEvent = {
          pid: 1,
          line: 100,
          time: undefined,
          call: 'clone',
          child: 2,
          sharesMemory: false,
        };
        const child = new AddressSpace({ space: parent, fork });
        const childPages: Pages = new Map(
          [...parentPages].map(([page, state]) => [page, { ...state }]),
        );
        replay(inParent, parent, parentPages);
        replay(inChild, child, childPages);
        for (const [space, pages] of [
          [parent, parentPages],
          [child, childPages],
        ] as const) {
          expect(sorted(pagesOfSpace(space))).toEqual(sorted(pages));
          const inChains = space.liveChains().reduce((sum, chain) => sum + chain.mapped, 0);
          expect(inChains).toBe(space.bytes.anonymous + space.bytes.reserved);
        }
      }),
      { numRuns: 200 },
    );
  });
});

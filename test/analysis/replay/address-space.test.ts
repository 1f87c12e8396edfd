import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSpace } from '../../../src/analysis/replay/address-space.ts';
import { MAP, PROT, type SyscallEvent } from '../../../src/model/syscall-trace.ts';
import {
  isNext,
  operation,
  PAGE,
  type Page,
  type Pages,
  pagesOfSpace,
  replay,
  sorted,
} from '../../support/slow-pages.ts';

/** Where the rows of /proc/PID/maps begin: pages that are no continuation of the one before. */
function rowStarts(pages: Pages): number[] {
  return sorted(pages)
    .filter(([page, state]) => {
      const before = pages.get(page - 1);
      return before === undefined || !isNext(before, state, 1);
    })
    .map(([page]) => page * PAGE);
}

function countPages(pages: Pages, wanted: (page: Page) => boolean) {
  return [...pages.values()].filter(wanted).length * PAGE;
}

describe('any sequence of brk, mmap, munmap, mprotect, madvise and mremap', () => {
  test('leaves every page as the kernel would', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const space = new AddressSpace();
        const pages: Pages = new Map();
        replay(operations, [space], pages);
        expect(sorted(pagesOfSpace(space))).toEqual(sorted(pages));
        expect(space.regions.map(({ start }) => start)).toEqual(rowStarts(pages));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps the accounts of bytes and of mappings', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const space = new AddressSpace();
        const pages: Pages = new Map();
        replay(operations, [space], pages);
        const isAnonymous = (page: Page) => page.kind === 'anonymous';
        const isHeap = (page: Page) => page.kind === 'heap';
        expect(space.bytes).toEqual({
          heap: countPages(pages, isHeap),
          anonymous: countPages(pages, (page) => isAnonymous(page) && page.protection !== 0),
          reserved: countPages(pages, (page) => isAnonymous(page) && page.protection === 0),
          files: countPages(pages, (page) => !isAnonymous(page) && !isHeap(page)),
        });
        const inChains = space.liveChains().reduce((sum, chain) => sum + chain.mapped, 0);
        expect(inChains).toBe(space.bytes.anonymous + space.bytes.reserved);
        const { peak } = space;
        const now = space.bytes.heap + space.bytes.anonymous;
        expect(peak.heap + peak.anonymous).toBeGreaterThanOrEqual(now);
      }),
      { numRuns: 300 },
    );
  });
});

const rights = fc.constantFrom(PROT.NONE, PROT.READ, PROT.READ | PROT.WRITE);

/** Any number that a log can hold where an address or a length belongs. */
const number = fc.oneof(
  fc.nat(60).map((page) => page * PAGE),
  fc.nat(60 * PAGE),
  fc.constantFrom(0, 1, 2 ** 47, 2 ** 53, 2 ** 64 - PAGE, 2 ** 64, 1e300, Number.POSITIVE_INFINITY),
);

const hostileCall = fc.record({
  call: fc.constantFrom(
    'brk' as const,
    'mmap' as const,
    'munmap' as const,
    'mremap' as const,
    'mprotect' as const,
    'madvise' as const,
    'shmdt' as const,
  ),
  start: number,
  length: number,
  newLength: number,
  result: number,
  flags: fc.constantFrom(0, 1, 2, 3, 4, 0x20, 0x22, 0x21, 0x32, 0x4022),
  rights,
});

type HostileCall = typeof hostileCall extends fc.Arbitrary<infer Call> ? Call : never;

function hostileEvent(drawn: HostileCall): SyscallEvent {
  const { call, start, length, newLength, result, flags, rights: protection } = drawn;
  const origin = { pid: 1, line: 1, time: undefined };
  switch (call) {
    case 'brk':
      return { ...origin, call, requested: start, result };
    case 'mmap':
      return {
        ...origin,
        call,
        length,
        protection,
        flags,
        descriptor: -1,
        path: undefined,
        offset: newLength,
        result,
      };
    case 'mremap':
      return { ...origin, call, oldStart: start, oldLength: length, newLength, flags, result };
    case 'mprotect':
      return { ...origin, call, start, length, protection };
    case 'madvise':
      return { ...origin, call, start, length, advice: 'MADV_HUGEPAGE' };
    case 'munmap':
      return { ...origin, call, start, length };
    case 'shmdt':
      return { ...origin, call, start };
  }
}

test('calls that no kernel can have granted never break the map', () => {
  fc.assert(
    fc.property(fc.array(hostileCall, { maxLength: 80 }), (calls) => {
      const space = new AddressSpace();
      for (const call of calls) space.apply(hostileEvent(call));
      const { pieces, bytes } = space;
      for (const [i, piece] of pieces.entries()) {
        expect(piece.end).toBeGreaterThan(piece.start);
        expect(piece.start).toBeGreaterThanOrEqual(pieces[i - 1]?.end ?? 0);
      }
      const sum = (wanted: (kind: string) => boolean) =>
        pieces
          .filter(({ kind }) => wanted(kind))
          .reduce((total, { start, end }) => total + end - start, 0);
      expect(bytes.heap).toBe(sum((kind) => kind === 'heap'));
      expect(bytes.anonymous + bytes.reserved).toBe(sum((kind) => kind === 'anonymous'));
      expect(bytes.files).toBe(sum((kind) => kind === 'file' || kind === 'shared'));
      const inChains = space.liveChains().reduce((total, chain) => total + chain.mapped, 0);
      expect(inChains).toBe(bytes.anonymous + bytes.reserved);
    }),
    { numRuns: 500 },
  );
});

test('a hundred thousand mappings with holes among them are all found again', () => {
  const space = new AddressSpace();
  const mmap = { call: 'mmap' as const, length: PAGE, flags: MAP.PRIVATE | MAP.ANONYMOUS };
  const origin = { pid: 1, line: 1, time: undefined };
  for (let i = 0; i < 100_000; i++) {
    // In an order that is neither rising nor falling.
    const result = ((i * 7919) % 100_000) * 2 * PAGE;
    const rest = { protection: PROT.READ, descriptor: -1, path: undefined, offset: 0, result };
    space.apply({ ...origin, ...mmap, ...rest });
  }
  expect(space.regions).toHaveLength(100_000);
  space.apply({ ...origin, call: 'munmap', start: 0, length: 100_000 * PAGE });
  expect(space.regions).toHaveLength(50_000);
  expect(space.regions[0]!.start).toBe(100_000 * PAGE);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALLOCATORS, KNOWN_ALLOCATORS } from '../../src/knowledge/allocators/index.ts';

const { glibc, musl, jemalloc, tcmalloc, cpython } = ALLOCATORS;

const PAGE = 4096;
const pageSizes = fc.constantFrom(4096, 16384, 65536);
const requests = fc.integer({ min: 1, max: 2 ** 40 });

const mappedBytes = (request: number) => glibc.place(request, PAGE)!.bytes;

describe('glibc', () => {
  test('maps the blocks of known programs as they were seen', () => {
    expect(mappedBytes(196608)).toBe(200704);
    expect(mappedBytes(393216)).toBe(397312);
    expect(mappedBytes(12426 * 24)).toBe(299008);
    expect(mappedBytes(2228240)).toBe(2232320);
  });

  test('keeps requests up to 131048 bytes in the heap', () => {
    expect(glibc.place(131048, PAGE)!.kind).toBe('block');
    expect(glibc.place(131049, PAGE)!.kind).toBe('mapping');
    expect(glibc.mapsFrom).toBe(131049);
  });

  test('has chunks of at least 32 bytes, in steps of 16', () => {
    expect([0, 1, 24, 25, 40, 41].map((size) => glibc.place(size, PAGE)!.bytes)).toEqual([
      32, 32, 32, 48, 48, 64,
    ]);
  });

  test('a mapping stands for as many requests as a page has bytes', () => {
    const { least, most } = glibc.requests({ length: 397312, isFresh: false }, PAGE);
    expect([least, most]).toEqual([393193, 397288]);
    expect(mappedBytes(least - 1)).toBe(397312 - PAGE);
    expect(mappedBytes(most + 1)).toBe(397312 + PAGE);
  });

  test('a request above 16 KiB is the whole pages before the last, if it is whole pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 33, max: 2 ** 20 }), (pages) => {
        expect(mappedBytes(pages * PAGE)).toBe((pages + 1) * PAGE);
      }),
    );
  });
});

test('musl gives the length to the byte', () => {
  expect(musl.place(196608, PAGE)!.bytes).toBe(200704);
  expect(musl.requests({ length: 196628, isFresh: true }, PAGE)).toEqual({
    least: 196608,
    most: 196608,
  });
  expect(musl.place(131051, PAGE)!.kind).toBe('block');
  expect(musl.place(131052, PAGE)!.kind).toBe('mapping');
});

test('jemalloc has four classes per power of two', () => {
  const classes = [129, 160, 161, 16385, 25165824].map((size) => jemalloc.place(size, PAGE)!.bytes);
  expect(classes).toEqual([160, 160, 192, 20480, 25165824]);
  const { least, most } = jemalloc.requests({ length: 12587008, isFresh: true }, PAGE);
  expect(least <= 12582912 && most === 12582912).toBe(true);
});

test('tcmalloc and pymalloc say what they know, and no more', () => {
  expect(tcmalloc.place(1000, PAGE)).toBeUndefined();
  expect(tcmalloc.place(1572864, PAGE)!.bytes).toBe(1572864);
  expect(cpython.place(100, PAGE)).toMatchObject({ kind: 'block', bytes: 112 });
  expect(cpython.place(196608, PAGE)).toEqual(glibc.place(196608, PAGE));
});

describe.each(KNOWN_ALLOCATORS)('%s', (id) => {
  const allocator = ALLOCATORS[id];

  test('adds up: request and overheads are what is taken', () => {
    fc.assert(
      fc.property(requests, pageSizes, (request, pageBytes) => {
        const placement = allocator.place(request, pageBytes);
        if (placement === undefined) return;
        const overhead = placement.overheads.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(request + overhead).toBe(placement.bytes);
        expect(placement.overheads.every(({ bytes }) => bytes > 0)).toBe(true);
      }),
    );
  });

  test('finds a request again in the mapping that it got', () => {
    fc.assert(
      fc.property(requests, pageSizes, (request, pageBytes) => {
        const placement = allocator.place(request, pageBytes);
        if (placement?.kind !== 'mapping') return;
        const seen = { length: placement.bytes, isFresh: false };
        const { least, most } = allocator.requests(seen, pageBytes);
        expect(request >= least && request <= most).toBe(true);
      }),
    );
  });
});

/** Damaged cores: whatever a byte says, the walk ends, says where the heap is odd, and counts no more than there is. */

import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ContainerFindings, findContainers } from '../src/analysis/containers/containers.ts';
import { glibcAccount } from '../src/analysis/malloc/glibc/account.ts';
import { heapDefects } from '../src/analysis/malloc/heap-defects.ts';
import { heapSums } from '../src/analysis/malloc/heap-sums.ts';
import { imageMap } from '../src/analysis/malloc/image-map.ts';
import { CoreImage } from '../src/parsers/core/core-image.ts';
import { ROOT } from './support/paths.ts';

const whole = (name: string) =>
  zstdDecompressSync(readFileSync(`${ROOT}fixtures/core/${name}/input.core.zst`));

function open(bytes: Uint8Array) {
  return CoreImage.open((position, target) => {
    if (!(position >= 0) || position >= bytes.length) return 0;
    const part = bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }, bytes.length);
}

/** What must hold of every core. */
function check(bytes: Uint8Array): void {
  const image = open(bytes);
  if ('because' in image) return;
  const account = glibcAccount(image);
  const map = imageMap(image, { pid: 1, command: 'x', executable: undefined }, account?.pages);
  for (const { resident, size } of map.mappings) expect(resident ?? 0).toBeLessThanOrEqual(size);
  if (account === undefined) return;
  const sums = heapSums(account);
  const { odd, lostBytes } = heapDefects(account);
  for (const { count, bytes: size } of [sums.live, sums.binned, sums.fast, sums.cached]) {
    expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
    expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
  }
  expect(sums.resident.all).toBeLessThanOrEqual(bytes.length);
  if (odd.length === 0 && lostBytes === 0) {
    // Nothing is odd, so everything is accounted for.
    const all = sums.live.bytes + sums.free + sums.bookkeeping + sums.foreign;
    expect(all).toBeLessThanOrEqual(account.systemBytes + 64 * account.arenas.length);
  }
  checkContainers(findContainers(image, account, { isRust: true, staticAt: () => undefined }));
}

/** What must hold of containers, whatever their words say. */
function checkContainers({ families, owned, live, holdings }: ContainerFindings): void {
  expect(owned.bytes).toBeLessThanOrEqual(live.bytes);
  const own = families.reduce((sum, family) => sum + family.bytes, 0);
  expect(own).toBe(owned.bytes);
  expect(families.reduce((sum, { number }) => sum + number, 0)).toBe(owned.count);
  const outermost = holdings.filter(({ parent }) => parent === undefined);
  expect(outermost.reduce((sum, { retained }) => sum + retained, 0)).toBe(live.bytes);
  for (const { bytes, spare, spareResident, retained, length, capacity } of families) {
    expect(length).toBeLessThanOrEqual(capacity);
    expect(spare).toBeLessThanOrEqual(bytes);
    expect(spareResident).toBeLessThanOrEqual(spare);
    expect(retained).toBeGreaterThanOrEqual(bytes);
  }
}

describe('a damaged core', () => {
  const small = whole('kernel-fault');
  const heap = whole('kernel-abort');
  const image = open(heap) as CoreImage;
  const brk = glibcAccount(image)!.arenas[0]!.segments[0]!;
  const heapAt = image.rows.find(({ start }) => start === brk.start)!.position;

  /** The start of the heap, or anything. */
  const places = (length: number) => fc.oneof(fc.nat(length - 8), fc.nat(8192));
  const value = fc.oneof(
    fc.bigInt(0n, 2n ** 64n - 1n),
    fc.constantFrom(0n, 1n, 0x10n, 0x21n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 16n),
  );
  const damages = (length: number) =>
    fc.array(fc.tuple(places(length), value), { minLength: 1, maxLength: 12 });

  test('in its headers and notes', () => {
    fc.assert(
      fc.property(damages(small.length), (all) => {
        const copy = Buffer.from(small);
        for (const [at, word] of all) copy.writeBigUInt64LE(word, at);
        check(copy);
      }),
      { numRuns: 60 },
    );
  });

  test('in the chunks and lists of its heap', () => {
    const length = Math.floor((brk.end - brk.start) / 16);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(length - 2), value, fc.boolean()), { minLength: 1, maxLength: 8 }),
        (all) => {
          const copy = Buffer.from(heap);
          for (const [chunk, word, isSize] of all) {
            copy.writeBigUInt64LE(word, heapAt + chunk * 16 + (isSize ? 8 : 0));
          }
          check(copy);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('that is cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(small.length), (length) => check(small.subarray(0, length))),
      {
        numRuns: 60,
      },
    );
  });

  test('says where its heap is odd, and counts what was before', () => {
    const copy = Buffer.from(heap);
    copy.fill(0xff, heapAt + 100_000, heapAt + 110_000);
    const account = glibcAccount(open(copy) as CoreImage)!;
    const { odd, lostBytes } = heapDefects(account);
    expect(odd[0]!.because).toMatch(/its size|it ends behind|its flags/);
    expect(lostBytes).toBeGreaterThan(0);
    expect(heapSums(account).live.count).toBeGreaterThan(50);
  });

  test('with a circle in a list of free blocks ends, and says so', () => {
    const words = new Map<number, number>();
    const account = glibcAccount(image)!;
    expect(heapDefects(account).odd).toEqual([]);
    // A chunk of a fast bin is made to follow itself: the link is mixed with its own address.
    const state = account.arenas[0]!;
    expect(state.fast.count).toBeGreaterThan(0);
    const row = image.rows.find(({ start, end }) => start <= state.start && state.start < end)!;
    const copy = Buffer.from(heap);
    const bins = row.position + state.start - row.start + 0x10;
    for (let bin = 0; bin < 10; bin++) {
      const head = copy.readBigUInt64LE(bins + bin * 8);
      if (head === 0n) continue;
      const link = Number(head) - brk.start + heapAt + 16;
      copy.writeBigUInt64LE(head ^ ((head + 16n) >> 12n), link);
      words.set(bin, link);
    }
    expect(words.size).toBeGreaterThan(0);
    const { odd } = heapDefects(glibcAccount(open(copy) as CoreImage)!);
    expect(odd.map(({ because }) => because)).toContain('its list of free blocks runs in a circle');
  });
});

/** Growth chains of logs written out here: how they are found, and what is said of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityFindings } from '../../../src/analysis/growth/forward/capacity.ts';
import { growthFindings } from '../../../src/analysis/growth/from-log/findings.ts';
import { ALLOCATORS } from '../../../src/knowledge/allocators/index.ts';
import { isDirectArena } from '../../../src/knowledge/allocators/placement.ts';
import { inferred } from '../../../src/model/claim.ts';
import { replayLog } from '../../support/strace.ts';

const PRIVATE = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';

/** Addresses far apart. */
const at = (i: number) => `0x7${i.toString(16).padStart(3, '0')}00000000`;

const mmap = (length: number, address: string) => `mmap(NULL, ${length}, ${PRIVATE}) = ${address}`;

const munmap = (address: string, length: number) => `munmap(${address}, ${length}) = 0`;

/** Grown by realloc: one mmap, then mremaps. */
function byRealloc(lengths: readonly number[]): string[] {
  return lengths.map((length, i) =>
    i === 0
      ? mmap(length, at(0))
      : `mremap(${at(i - 1)}, ${lengths[i - 1]}, ${length}, MREMAP_MAYMOVE) = ${at(i)}`,
  );
}

/** Grown by copies: a new mapping, and the old one goes. */
function byCopy(lengths: readonly number[]): string[] {
  return lengths.flatMap((length, i) => [
    mmap(length, at(i)),
    ...(i === 0 ? [] : [munmap(at(i - 1), lengths[i - 1]!)]),
  ]);
}

async function grown(...lines: readonly string[]) {
  const { spaces } = await replayLog(...lines);
  return spaces[0]!.growth;
}

const lengthsOf = ({ containers }: Awaited<ReturnType<typeof grown>>) =>
  containers.map(({ chain }) => chain.steps.map(({ length }) => length));

describe('a chain', () => {
  test('goes on through mremap', async () => {
    const growth = await grown(...byRealloc([200704, 397312, 790528]));
    expect(lengthsOf(growth)).toEqual([[200704, 397312, 790528]]);
    expect(growth.containers[0]!.cost).toMatchObject({ remaps: 2, remappedBytes: 598016 });
  });

  test('goes on through copies, with brk and madvise in between', async () => {
    const growth = await grown(
      'brk(NULL) = 0x5000000',
      'brk(0x5042000) = 0x5042000',
      mmap(200704, at(0)),
      'brk(0x5021000) = 0x5021000',
      mmap(397312, at(1)),
      `madvise(${at(1)}, 397312, MADV_HUGEPAGE) = 0`,
      munmap(at(0), 200704),
    );
    const [container] = growth.containers;
    expect(lengthsOf(growth)).toEqual([[200704, 397312]]);
    expect(container!.chain.leftHeap).toBe(0x21000);
    expect(container!.chain.peakTogether).toBe(200704 + 397312);
    expect(container!.cost.copiedBytes.value).toBe(196608);
  });

  test('ends where something else lies between mapping and unmapping', async () => {
    const growth = await grown(
      mmap(200704, at(0)),
      mmap(397312, at(1)),
      mmap(8192, at(2)),
      munmap(at(0), 200704),
    );
    expect(growth.containers).toEqual([]);
    expect(growth.oneShots.count).toBe(2);
  });

  test('is its thread’s: others may map in between', async () => {
    const growth = await grown(
      `10 ${mmap(200704, at(0))}`,
      `11 ${mmap(135168, at(8))}`,
      `10 ${mmap(397312, at(1))}`,
      `11 ${mmap(266240, at(9))}`,
      `10 ${munmap(at(0), 200704)}`,
      `11 ${munmap(at(8), 135168)}`,
    );
    expect(lengthsOf(growth)).toEqual([
      [200704, 397312],
      [135168, 266240],
    ]);
  });

  test('is told by its length where its address was given away before its munmap returned', async () => {
    const growth = await grown(
      `10 ${mmap(200704, at(0))}`,
      `10 ${mmap(397312, at(1))}`,
      `10 munmap(${at(0)}, 200704 <unfinished ...>`,
      `11 ${mmap(266240, at(0))}`,
      '10 <... munmap resumed>) = 0',
      `11 mremap(${at(0)}, 266240, 528384, MREMAP_MAYMOVE) = ${at(5)}`,
    );
    expect(lengthsOf(growth)).toEqual([
      [266240, 528384],
      [200704, 397312],
    ]);
  });

  test('begins with the old length where the log begins later', async () => {
    const growth = await grown(
      `mremap(${at(0)}, 397312, 790528, MREMAP_MAYMOVE) = ${at(1)}`,
      `mremap(${at(1)}, 790528, 1576960, MREMAP_MAYMOVE) = ${at(2)}`,
    );
    expect(growth.containers[0]!.chain.steps.map(({ kind }) => kind)).toEqual([
      'found',
      'moved',
      'moved',
    ]);
    expect(growth.containers[0]!.request!.size.value).toBe(1572864);
  });

  test('that only shrinks did not grow', async () => {
    expect((await grown(...byRealloc([397312, 200704]))).containers).toEqual([]);
  });

  test('that shrinks to fit has a block of just its elements', async () => {
    const { spaces } = await replayLog(...byRealloc([167936, 331776, 659456, 360448]));
    const query = { pageBytes: 4096, witness: { elements: 9001 } };
    const [container] = growthFindings(spaces[0]!.buffers, query).containers;
    expect(container!.element!.size.value).toBe(40);
    expect(container!.blocks.at(-1)).toMatchObject({ requested: 360040, capacity: 9001 });
  });

  test('that grows by a constant amount is advised to grow by a factor', async () => {
    const lengths = Array.from(
      { length: 8 },
      (_, i) => ALLOCATORS.glibc.place((i + 5) * 40000, 4096)!.bytes,
    );
    const [container] = (await grown(...byRealloc(lengths))).containers;
    expect(container!.rule!.value.id).toBe('constant');
    expect(container!.advice).toMatchObject({ kind: 'grow-by-factor', savedSteps: 5 });
  });

  test('that grows by a quarter is told so', async () => {
    let capacity = 8000;
    const lengths = Array.from({ length: 6 }, () => {
      const bytes = 20 * capacity;
      capacity += Math.floor(capacity / 4);
      return ALLOCATORS.glibc.place(bytes, 4096)!.bytes;
    });
    const [container] = (await grown(...byRealloc(lengths))).containers;
    expect(container!.rule!.value.id).toBe('quarter-again');
  });

  test('two buffers that are given up one after the other are none that was copied', async () => {
    const [first, second] = [167936, 331776];
    const lines = [mmap(first, at(0)), mmap(second, at(1))];
    const freed = [munmap(at(0), first), munmap(at(1), second)];
    expect((await grown(...lines, ...freed)).containers).toEqual([]);
    const used = mmap(4096, at(2));
    expect((await grown(...lines, freed[0]!, used, freed[1]!)).containers).toHaveLength(1);
  });

  test('that shrinks keeps what its growth told', async () => {
    const growth = await grown(...byRealloc([167936, 331776, 659456, 360448]));
    const { estimate, blocks } = growth.containers[0]!;
    expect(estimate.candidates[0]!.elementBytes).toBe(40);
    expect(blocks.map(({ capacity }) => capacity)).toEqual([4096, 8192, 16384, undefined]);
    expect(estimate.requests[3]).toEqual({ least: 356329, most: 360424 });
  });
});

describe('no growth is', () => {
  test.each([
    ['arenas of a runtime', [mmap(1048576, at(0)), mmap(2097152, at(1)), munmap(at(0), 1048576)]],
    [
      'one buffer after the other',
      [mmap(200704, at(0)), munmap(at(0), 200704), mmap(397312, at(1))],
    ],
    [
      'a stack',
      [
        `mmap(NULL, 200704, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK, -1, 0) = ${at(0)}`,
        `mmap(NULL, 397312, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK, -1, 0) = ${at(1)}`,
        munmap(at(0), 200704),
      ],
    ],
    [
      'a file that grows',
      [
        `mmap(NULL, 200704, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = ${at(0)}`,
        `mremap(${at(0)}, 200704, 397312, MREMAP_MAYMOVE) = ${at(1)}`,
      ],
    ],
    [
      'two lengths that no rule connects',
      [mmap(200704, at(0)), mmap(626688, at(1)), munmap(at(0), 200704)],
    ],
  ])('%s', async (_, lines) => {
    expect((await grown(...lines)).containers).toEqual([]);
  });
});

describe('the size from which malloc maps, as a chain begins', () => {
  test('is not that of an arena that a runtime gave back', async () => {
    const lines = [mmap(1048576, at(8)), munmap(at(8), 1048576), ...byRealloc([401408, 798720])];
    const { spaces } = await replayLog(...lines);
    expect(spaces[0]!.growth.containers[0]!.chain.threshold).toBe(131072);
    expect(spaces[0]!.replayed.space.threshold.current).toBe(131072);
  });

  test('comes over to a forked child, and so does its heap', async () => {
    const grown = byRealloc([8392704, 16781312]);
    const { spaces } = await replayLog(
      '1 brk(NULL) = 0x5000000',
      '1 brk(0x5021000) = 0x5021000',
      `1 ${mmap(4198400, at(8))}`,
      `1 ${munmap(at(8), 4198400)}`,
      '1 fork() = 2',
      ...grown.map((line) => `2 ${line}`),
    );
    const child = spaces.find(({ replayed }) => replayed.pids[0] === 2)!;
    const { chain } = child.growth.containers[0]!;
    expect(chain.threshold).toBe(4198400);
    expect(chain.steps.map(({ heap }) => heap)).toEqual([0x21000, 0x21000]);
  });
});

test('containers with the same lengths are counted once', async () => {
  const once = [...byRealloc([200704, 397312]), munmap(at(1), 397312)];
  const { containers } = await grown(...once, ...once, ...once);
  expect(containers.map((one) => one.containers.value)).toEqual([3]);
});

describe('what a witness says', () => {
  const log = byRealloc([200704, 397312]);

  async function told(query: Partial<Parameters<typeof growthFindings>[1]>) {
    const { spaces } = await replayLog(...log);
    const { containers } = growthFindings(spaces[0]!.buffers, {
      pageBytes: 4096,
      ...query,
    });
    return containers[0]!;
  }

  test('the count of elements decides for one size of a family', async () => {
    const { estimate, slack, advice } = await told({ witness: { elements: 30000 } });
    expect(estimate.candidates[0]).toMatchObject({ elementBytes: 12, capacity: 32768 });
    expect(slack!.bytes.value).toBe((32768 - 30000) * 12);
    expect(advice).toMatchObject({ savedSteps: 1 });
    expect(advice!.savedSlack!.value).toBe(397312 - 360448);
  });

  test('the element size is taken as it is', async () => {
    const witness = { elementBytes: inferred(48, 'as I say') };
    const { blocks, element } = await told({ witness });
    expect(blocks.map(({ capacity }) => capacity)).toEqual([4096, 8192]);
    expect(element!.size).toEqual(witness.elementBytes);
  });

  test('any element size has a capacity', async () => {
    const witness = { elementBytes: inferred(1000, 'as I say') };
    const { blocks, conflicts } = await told({ witness });
    expect(conflicts).toEqual([]);
    expect(blocks[1]!.capacity).toBeGreaterThanOrEqual(Math.floor(393193 / 1000));
    expect(blocks[1]!.capacity).toBeLessThanOrEqual(Math.floor(397288 / 1000));
  });

  test('what fits nothing is left out, and the answer says so', async () => {
    const { estimate, conflicts, advice } = await told({ witness: { elements: 1_000_000 } });
    expect(conflicts.map(({ fact }) => fact)).toEqual(['elements']);
    expect(estimate.candidates[0]!.elementBytes).toBe(24);
    expect(advice).toBeUndefined();
  });

  test('a length that is no multiple of the page is not glibc’s', async () => {
    const lines = [
      mmap(200001, at(0)),
      `mremap(${at(0)}, 200704, 400002, MREMAP_MAYMOVE) = ${at(1)}`,
    ];
    const { spaces } = await replayLog(...lines);
    const query = { pageBytes: 4096, allocator: ALLOCATORS.glibc };
    expect(growthFindings(spaces[0]!.buffers, query).containers[0]!.allocator.id).toBe('unknown');
  });

  test('nothing is advised where the length is not known', async () => {
    expect((await told({})).advice).toBeUndefined();
    expect((await told({})).slack).toBeUndefined();
  });

  test('another allocator has other bytes', async () => {
    const { estimate } = await told({ allocator: ALLOCATORS.unknown });
    expect(estimate.requests[1]).toEqual({ least: 397312 - 4096 - 64, most: 397312 });
  });
});

/** The lengths that a growing container shows in a log, by the rules that go forwards. */
function lengthsFrom(
  kind: 'rust-vec' | 'cpp-vector' | 'rust-hash-table',
  size: number,
  count: number,
) {
  const query = { container: kind, elementBytes: size, length: count };
  return capacityFindings({ ...query, allocator: 'glibc', pageBytes: 4096 })
    .blocks.filter(({ placement }) => placement?.kind === 'mapping')
    .map(({ requested, placement }) => ({ requested, length: placement!.bytes }));
}

describe('forwards and back again', () => {
  test.each(['rust-vec', 'cpp-vector', 'rust-hash-table'] as const)('%s', async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 300_000, max: 3_000_000 }),
        async (size, count) => {
          const blocks = lengthsFrom(kind, size, count);
          const lengths = blocks.map(({ length }) => length);
          // Powers of two are taken for arenas; of sizes up to 128, only 63 and 126 come to one.
          if (lengths.length < 3 || lengths.some(isDirectArena)) return;
          // There are no 300 000 different elements of 2 bytes.
          if (kind === 'rust-hash-table' && size <= 2) return;
          const lines = kind === 'rust-vec' ? byRealloc(lengths) : byCopy(lengths);
          const { containers } = await grown(...lines);
          const { estimate } = containers[0]!;
          for (const [i, { requested }] of blocks.entries()) {
            const { least, most } = estimate.requests[i]!;
            expect(requested >= least && requested <= most).toBe(true);
          }
          const witness = { elementBytes: inferred(size, 'given'), container: kind };
          const { spaces } = await replayLog(...lines);
          const query = { pageBytes: 4096, witness };
          const given = growthFindings(spaces[0]!.buffers, query).containers[0]!;
          expect(given.estimate.blocks).toEqual(blocks.map(({ requested }) => requested));
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('an array of any element size that grows as Python’s lists do is told from a list', async () => {
  const capacities = [11976, 13480, 15172, 17072, 19212, 21620];
  const lengths = capacities.map((count) => ALLOCATORS.glibc.place(count * 48, 4096)!.bytes);
  const start = ['brk(NULL) = 0x5000000', 'brk(0x5021000) = 0x5021000'];
  const { containers } = await grown(...start, ...byRealloc(lengths));
  expect(containers[0]!.estimate.candidates[0]).toMatchObject({
    elementBytes: 48,
    capacity: 21620,
  });
});

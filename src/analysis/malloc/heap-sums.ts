import { CHUNK_OVERHEAD } from '../../knowledge/glibc-heap.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { GlibcAccount } from './glibc/account.ts';
import type { MeasuredBlock } from './glibc/arena-account.ts';
import type { ArenaFigures, Blocks } from './glibc/arena-figures.ts';
import { SizeCounts } from './size-counts.ts';

/** The whole heap of a process, all arenas and mapped blocks together. */
export interface HeapSums {
  readonly systemBytes: Bytes;
  /** Given out and not freed, headers included. */
  readonly live: Blocks;
  readonly mapped: Blocks;
  /** Sizes and flags of the live blocks. */
  readonly liveHeaders: Bytes;
  readonly binned: Blocks;
  readonly fast: Blocks;
  readonly cached: Blocks;
  readonly top: Bytes;
  readonly bookkeeping: Bytes;
  readonly foreign: Bytes;
  readonly lost: Bytes;
  /** All that is free. */
  readonly free: Bytes;
  readonly largestFree: Bytes;
  /** Whole pages in RAM that malloc_trim(0) gives back. */
  readonly trimmable: Bytes;
  /** How much of it lies in pages that hold something. */
  readonly resident: {
    readonly all: Bytes;
    readonly live: Bytes;
    readonly binned: Bytes;
    readonly top: Bytes;
    readonly free: Bytes;
  };
  readonly liveSizes: SizeCounts;
  readonly freeSizes: SizeCounts;
  /** Live blocks of 64 KiB and more, the largest first. */
  readonly large: readonly MeasuredBlock[];
}

export function heapSums({ arenas, mapped, systemBytes }: GlibcAccount): HeapSums {
  const sum = (of: (arena: ArenaFigures) => number) =>
    arenas.reduce((total, arena) => total + of(arena), 0);
  const blocks = (of: (arena: ArenaFigures) => Blocks): Blocks => ({
    count: sum((arena) => of(arena).count),
    bytes: sum((arena) => of(arena).bytes),
  });
  const [inArenas, binned, fast, cached] = [
    blocks(({ live }) => live),
    blocks((arena) => arena.binned),
    blocks((arena) => arena.fast),
    blocks((arena) => arena.cached),
  ];
  const top = sum((arena) => arena.top);
  const bookkeeping = sum((arena) => arena.bookkeeping);
  const mappedResident = mapped.blocks.reduce((total, { touched }) => total + touched, 0);
  const all = sum((arena) => arena.resident) + mappedResident;
  const topResident = sum((arena) => arena.topResident);
  const freeInLists = fast.bytes + cached.bytes;
  const freeResident = sum((arena) => arena.freeResident) + freeInLists;
  const freeSizes = sizesOf(arenas, 'freeSizes', []);
  const own = { count: mapped.blocks.length, bytes: mapped.bytes };
  return {
    systemBytes,
    live: { count: inArenas.count + own.count, bytes: inArenas.bytes + own.bytes },
    mapped: own,
    // One in a mapping has no neighbour to keep its last word in.
    liveHeaders: (inArenas.count + 2 * own.count) * CHUNK_OVERHEAD,
    binned,
    fast,
    cached,
    top,
    bookkeeping,
    foreign: sum((arena) => arena.foreign),
    lost: sum((arena) => arena.lost),
    free: binned.bytes + freeInLists + top,
    largestFree: freeSizes.entries().at(-1)?.[0] ?? 0,
    trimmable: sum((arena) => arena.trimmable),
    resident: {
      all,
      live: Math.max(0, all - freeResident - bookkeeping),
      binned: freeResident - freeInLists - topResident,
      top: topResident,
      free: freeResident,
    },
    liveSizes: sizesOf(arenas, 'liveSizes', mapped.blocks),
    freeSizes,
    large: [...arenas.flatMap(({ large }) => large), ...mapped.blocks].sort(
      (a, b) => b.size - a.size || a.address - b.address,
    ),
  };
}

function sizesOf(
  arenas: readonly ArenaFigures[],
  which: 'liveSizes' | 'freeSizes',
  blocks: readonly MeasuredBlock[],
): SizeCounts {
  const counts = new SizeCounts();
  for (const arena of arenas) counts.addAll(arena[which]);
  for (const { size } of blocks) counts.add(size);
  return counts;
}

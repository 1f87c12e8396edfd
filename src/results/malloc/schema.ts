import { z } from 'zod';
import { containersSchema } from '../containers/schema.ts';
import { address, bytes, bytesOrUnknown, count } from '../schema.ts';

const blocks = z.object({ count, bytes: bytes.describe('headers included') });

const arena = z.object({
  start: address.describe('where its state lies'),
  isMain: z.boolean(),
  systemBytes: bytes.describe('from the system'),
  live: blocks,
  binned: blocks,
  fast: blocks,
  cached: blocks,
  topBytes: bytes,
  bookkeepingBytes: bytes,
  notAccountedBytes: bytes,
  residentBytes: bytes,
  trimmableBytes: bytes,
});

const size = z.object({
  chunkBytes: bytes.describe('header included'),
  leastRequestBytes: bytes,
  mostRequestBytes: bytes,
  count,
  bytes,
});

const sizeClass = z.object({
  overBytes: bytes,
  upToBytes: bytesOrUnknown.describe('null for the last class'),
  live: blocks,
  free: blocks.describe('in bins, fast bins and thread caches'),
});

const glibc = z.object({
  systemBytes: bytes.describe('what malloc has from the system: arenas and mapped blocks'),
  live: blocks.describe('given out and not freed'),
  mapped: blocks.describe('of the live ones those with a mapping of their own'),
  liveHeaderBytes: bytes,
  binned: blocks.describe('free in bins'),
  fast: blocks.describe('free in fast bins'),
  cached: blocks.describe('free in thread caches'),
  topBytes: bytes.describe('not given out yet, or joined to that again'),
  bookkeepingBytes: bytes.describe('thread caches and the states of arenas'),
  foreignBytes: bytes.describe('taken by others with brk'),
  notAccountedBytes: bytes.describe('behind a place where the heap is damaged or cut'),
  freeBytes: bytes.describe('in bins, fast bins, thread caches and top'),
  largestFreeBytes: bytes.describe('the largest free block, top apart'),
  trimmableBytes: bytes.describe('whole free pages in RAM: what malloc_trim(0) gives back'),
  resident: z
    .object({
      allBytes: bytes,
      liveBytes: bytes.describe('headers included'),
      freeBytes: bytes,
      binnedBytes: bytes,
      topBytes: bytes,
    })
    .describe('in pages that hold something'),
  arenas: z.array(arena),
  classes: z.array(sizeClass).describe('a histogram of blocks'),
  sizes: z.array(size).describe('of live blocks, most bytes first; at most 1000'),
  largeBlocks: z
    .array(
      z.object({
        address,
        bytes,
        touchedBytes: bytes.describe('in pages that hold something'),
        untouchedEndBytes: bytes.describe('behind the last such page'),
      }),
    )
    .describe('live blocks of 64 KiB and more, the largest first; at most 1000'),
});

export const mallocSchema = z.object({
  pid: z.number().int().nullable(),
  name: z.string().nullable().describe('of the program, without arguments'),
  threads: count,
  residentBytes: bytesOrUnknown.describe('in RAM; of a core what holds something'),
  swapBytes: bytes,
  otherAllocator: z
    .string()
    .nullable()
    .describe('an allocator or runtime that has other memory of the process'),
  containers: containersSchema.nullable().describe('null where they were not looked for'),
  glibc: glibc.nullable().describe('null where no heap of glibc malloc was found'),
});

export type MallocResult = z.infer<typeof mallocSchema>;

import { z } from 'zod';
import { containerLanguage, kindSums } from '../containers/schema.ts';
import { bytes, bytesOrUnknown, count } from '../schema.ts';

const part = z.object({
  count: count.nullable(),
  bytes,
  residentBytes: bytesOrUnknown.describe('in pages that hold something'),
});

export const accountSchema = z
  .object({
    allocator: z.enum(['glibc', 'jemalloc', 'tcmalloc']),
    pid: z.number().int().nullable(),
    name: z.string().nullable().describe('of the program, without arguments'),
    threads: count.nullable(),
    residentBytes: bytesOrUnknown.describe('in RAM, all memory of the process'),
    swapBytes: bytesOrUnknown,
    system: part.nullable().describe('what the allocator has from the system'),
    live: part
      .extend({ residentWithHeadersBytes: bytesOrUnknown })
      .describe('given out and not freed, without headers where those are told'),
    mapped: part.nullable().describe('of the live ones those with a mapping of their own'),
    liveHeaderBytes: bytesOrUnknown,
    free: z.array(
      part.extend({
        place: z.enum([
          'bins',
          'bins-and-top',
          'fast-bins',
          'thread-caches',
          'top',
          'central-caches',
          'transfer-caches',
          'used-pages',
          'free-pages',
        ]),
      }),
    ),
    freeBlocks: count.nullable(),
    freeBytes: bytesOrUnknown,
    freeResidentBytes: bytesOrUnknown,
    largestFreeBytes: bytesOrUnknown.describe('the largest free block, top apart'),
    trimmableBytes: bytesOrUnknown.describe(
      'whole free pages in RAM: what malloc_trim(0) gives back',
    ),
    bookkeepingBytes: bytesOrUnknown,
    foreignBytes: bytesOrUnknown.describe('taken by others with brk'),
    notAccountedBytes: bytesOrUnknown,
    returnedBytes: bytesOrUnknown.describe('address space whose pages were given back'),
    residentOfOthersBytes: bytesOrUnknown.describe('in RAM, and not of the allocator'),
    containers: z
      .object({ language: containerLanguage, kinds: kindSums })
      .nullable()
      .describe('what containers take of the live blocks; null where nobody looked'),
    remarks: z.array(z.string()).describe('what its teller counts otherwise'),
  })
  .describe('of an allocator; null where its teller does not tell it');

export type AccountResult = z.infer<typeof accountSchema>;

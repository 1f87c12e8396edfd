import { type Bytes, KIB, MIB } from '../../model/bytes.ts';
import { MAP, PROT } from '../../model/syscall-trace.ts';
import type { KnownAllocator } from './allocator.ts';
import { block, mapping, roundUp } from './placement.ts';

/** DEFAULT_MMAP_THRESHOLD (malloc/malloc.c); larger chunks get a mapping of their own. */
export const GLIBC_MMAP_THRESHOLD: Bytes = 128 * KIB;

/** DEFAULT_MMAP_THRESHOLD_MAX of 64-bit machines; the dynamic threshold goes no higher. */
export const GLIBC_MMAP_THRESHOLD_MAX: Bytes = 32 * MIB;

/** HEAP_MAX_SIZE (malloc/arena.c); arenas of threads begin at multiples of it. */
export const GLIBC_ARENA: Bytes = 64 * MIB;

/** DEFAULT_TOP_PAD (sysdeps/generic/malloc-machine.h): what sysmalloc takes in stock beside a request. */
export const GLIBC_TOP_PAD: Bytes = 128 * KIB;

/** MINSIZE of 64-bit machines: the smallest chunk, and what sysmalloc adds to a request. */
export const GLIBC_LEAST_CHUNK: Bytes = 32;

/** Steps of brk for a small request, the stock and the least chunk, in whole pages; the usual first. */
export const GLIBC_STEPS: readonly [Bytes, Bytes] = [132 * KIB, 136 * KIB];

/**
 * A chunk begins with a word for the size of the one before and a word for its own; the next chunk's
 * first word is the end of this one's data. A mapped chunk has no next one, and needs both words.
 */
const GLIBC_WORD = 8;

const glibcChunk = (request: Bytes): Bytes =>
  Math.max(GLIBC_LEAST_CHUNK, roundUp(request + GLIBC_WORD, 16));

export const glibc: KnownAllocator = {
  id: 'glibc',
  title: 'glibc malloc',
  role: 'malloc',
  tellsLive: 'memtool record COMMAND, or memtool heap PID,',
  source:
    'glibc 2.36, malloc/malloc.c (checked_request2size, sysmalloc, sysmalloc_mmap, mremap_chunk), malloc/arena.c (new_heap, heap_grow); [measured]',
  library: /(?:^|\/)libc(?:-2[\d.]*)?\.so(?:\.6)?$/,
  brk: [
    {
      says: 'brk grows by 132 KiB',
      times: 1,
      fits: ({ delta }) => GLIBC_STEPS.includes(delta),
    },
  ],
  mmap: [
    {
      says: 'it reserves 64 MiB, or twice that, without rights for the arena of a thread',
      times: 1,
      protection: PROT.NONE,
      flags: MAP.NORESERVE,
      fits: ({ length }) => length === GLIBC_ARENA || length === 2 * GLIBC_ARENA,
    },
  ],
  mprotect: [
    {
      says: 'it makes the first 132 KiB of an arena at 64 MiB usable',
      times: 1,
      fits: ({ start, length, protection }) =>
        start % GLIBC_ARENA === 0 &&
        length === GLIBC_STEPS[0] &&
        protection === (PROT.READ | PROT.WRITE),
    },
  ],
  name: 'glibc malloc',
  words: [
    'a chunk is the request and 8 bytes for its size, rounded up to 16',
    'chunks from 131072 bytes on get a mapping of their own, in whole pages',
  ],
  headerWords:
    'the chunk’s size, and a word that no mapping uses. The 24 of the formula “24 + x × size” are these 16 and at most 8 of rounding to 16, not the three words of a Vec: those lie on the stack',
  // The chunk, not the request, is compared with the threshold.
  mapsFrom: GLIBC_MMAP_THRESHOLD - 2 * GLIBC_WORD + 1 - GLIBC_WORD,
  mappedHeader: 2 * GLIBC_WORD,
  raisesUpTo: GLIBC_MMAP_THRESHOLD_MAX,
  place(request, pageBytes) {
    const chunk = glibcChunk(request);
    if (chunk < GLIBC_MMAP_THRESHOLD) {
      return block(request, chunk, { what: 'header', bytes: GLIBC_WORD }, 'rounding to 16');
    }
    const header = { what: 'header', bytes: 2 * GLIBC_WORD };
    return mapping(request, roundUp(chunk + GLIBC_WORD, pageBytes), header);
  },
  requests: ({ length }, pageBytes) => ({ least: length - pageBytes - 23, most: length - 24 }),
};

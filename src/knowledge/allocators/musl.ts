import { type Bytes, KIB } from '../../model/bytes.ts';
import { MAP, PROT } from '../../model/syscall-trace.ts';
import type { KnownAllocator } from './allocator.ts';
import { block, mapping, roundUp } from './placement.ts';

/** MMAP_THRESHOLD of mallocng; requests from here on have a mapping of their own. */
const MUSL_MMAP_THRESHOLD: Bytes = 131052;

/** Size classes of mallocng in units of 16 bytes; a block's last 4 bytes are the allocator's. */
const MUSL_CLASSES = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 25, 31, 36, 42, 50, 63, 72, 84, 102, 127, 146, 170,
  204, 255, 292, 340, 409, 511, 584, 682, 818, 1023, 1169, 1364, 1637, 2047, 2340, 2730, 3276, 4095,
  4680, 5460, 6552, 8191,
];
const MUSL_TRAILER = 4;
const MUSL_GROUP_HEADER = 16;

export const musl: KnownAllocator = {
  id: 'musl',
  title: 'musl',
  role: 'malloc',
  source:
    'musl 1.2.3, src/malloc/mallocng/meta.h (MMAP_THRESHOLD, IB), malloc.c (alloc_meta), glue.h; [measured]',
  uses: { small: 'musl groups and small mappings' },
  file: /(?:^|\/)(?:ld-musl-|libc\.musl-|[\w-]*-musl\/libc\.so$)/,
  mmap: [
    {
      says: 'it lays a page without rights at the foot of the brk heap',
      times: 1,
      protection: PROT.NONE,
      flags: MAP.FIXED,
      fits: ({ isInHeap }) => isInHeap,
    },
    {
      says: 'large blocks are mapped with lengths that are no whole pages',
      times: 3,
      protection: PROT.READ | PROT.WRITE,
      fits: ({ length, flags }) =>
        length >= MUSL_MMAP_THRESHOLD && length % (4 * KIB) !== 0 && (flags & MAP.FIXED) === 0,
    },
  ],
  name: 'musl mallocng',
  words: [
    'from 131052 bytes on a request gets a mapping of its own, with 16 bytes before and 4 behind; smaller ones share groups of one size class',
  ],
  mapsFrom: MUSL_MMAP_THRESHOLD,
  place(request, pageBytes) {
    if (request >= MUSL_MMAP_THRESHOLD) {
      const header = { what: 'header and trailer', bytes: MUSL_GROUP_HEADER + MUSL_TRAILER };
      return mapping(request, roundUp(request + header.bytes, pageBytes), header);
    }
    const units = MUSL_CLASSES.find((size) => size * 16 >= request + MUSL_TRAILER);
    if (units === undefined) return undefined;
    const trailer = { what: 'trailer', bytes: MUSL_TRAILER };
    return block(request, units * 16, trailer, 'rounding to the size class');
  },
  requests({ length, isFresh }, pageBytes) {
    const most = length - MUSL_GROUP_HEADER - MUSL_TRAILER;
    // Whole pages from mmap are a group of blocks of one size class.
    if (isFresh && length % pageBytes === 0) return { least: 1, most };
    // mmap gets the length as it is; mremap whole pages, with an offset of up to a page.
    return { least: isFresh ? most : most - 2 * pageBytes, most };
  },
};

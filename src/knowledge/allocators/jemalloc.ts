import { type Bytes, KIB, MIB } from '../../model/bytes.ts';
import { MAP, PROT } from '../../model/syscall-trace.ts';
import type { KnownAllocator } from './allocator.ts';
import { block, roundUp } from './placement.ts';

/** Classes in steps of a quarter of a power of two, as jemalloc has them from 128 bytes on. */
function quarterClass(request: Bytes): Bytes {
  if (request <= 128) return roundUp(Math.max(request, 1), 16);
  return roundUp(request, 2 ** (Math.ceil(Math.log2(request)) - 3));
}

/** SC_SMALL_MAXCLASS with pages of 4 KiB (include/jemalloc/internal/sc.h); larger ones are extents. */
const JEMALLOC_LARGEST_SLAB: Bytes = 14 * KIB;

export const jemalloc: KnownAllocator = {
  id: 'jemalloc',
  title: 'jemalloc',
  role: 'malloc',
  tellsLive: 'MALLOC_CONF=stats_print:true COMMAND',
  source:
    'jemalloc 5.3.0, size classes (SC_LG_NGROUP 2), sz_large_pad, src/pages.c (os_overcommits), src/ehooks.c; HUGEPAGE 2 MiB; [measured]',
  message: '<jemalloc>: ',
  file: /(?:^|\/)libjemalloc[^/]*\.so/,
  mmap: [
    {
      says: 'it maps writable extents in whole 2 MiB with MAP_NORESERVE',
      times: 2,
      protection: PROT.READ | PROT.WRITE,
      flags: MAP.NORESERVE,
      fits: ({ length, flags }) => length % (2 * MIB) === 0 && (flags & MAP.STACK) === 0,
    },
  ],
  name: 'jemalloc',
  words: [
    'a request is rounded up to one of four sizes per power of two, inside extents that are mapped in large pieces',
  ],
  mapsFrom: undefined,
  ownPagesFrom: JEMALLOC_LARGEST_SLAB + 1,
  place: (request) =>
    block(
      request,
      quarterClass(request),
      { what: 'header', bytes: 0 },
      'rounding to the size class',
    ),
  // A large extent has a page more than its class.
  requests({ length }, pageBytes) {
    const most = length - pageBytes;
    const isClass = most > 0 && quarterClass(most) === most;
    if (!isClass) return { least: 1, most: length };
    return { least: most - 2 ** (Math.ceil(Math.log2(most)) - 3) + 1, most };
  },
};

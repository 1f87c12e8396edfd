import { KIB, MIB } from '../../model/bytes.ts';
import type { KnownAllocator } from './allocator.ts';
import { block, roundUp } from './placement.ts';

const TCMALLOC_PAGE = 8192;
const TCMALLOC_LARGEST_CLASS = 256 * KIB;

export const tcmalloc: KnownAllocator = {
  id: 'tcmalloc',
  title: 'tcmalloc',
  role: 'malloc',
  tellsLive: 'MALLOCSTATS=1 COMMAND',
  source:
    'gperftools 2.10, src/common.h (kPageShift 13, kMaxSize), src/system-alloc.cc, src/page_heap.cc (kMinSystemAlloc); [measured]',
  uses: { 'brk-heap': 'tcmalloc spans (brk)' },
  message: 'tcmalloc: large alloc ',
  file: /(?:^|\/)libtcmalloc[^/]*\.so/,
  brk: [
    {
      says: 'its first step of brk is 8 MiB',
      times: 1,
      fits: ({ delta, isFirst }) => isFirst && delta === 8 * MIB,
    },
  ],
  name: 'tcmalloc (gperftools)',
  words: [
    'requests above 256 KiB take whole pages of 8 KiB, without a header; what smaller ones take is not told here',
  ],
  mapsFrom: undefined,
  ownPagesFrom: TCMALLOC_LARGEST_CLASS + 1,
  place(request) {
    if (request <= TCMALLOC_LARGEST_CLASS) return undefined;
    const bytes = roundUp(request, TCMALLOC_PAGE);
    return block(request, bytes, { what: 'header', bytes: 0 }, 'rounding to pages of 8 KiB');
  },
  requests: ({ length }) => ({ least: length - TCMALLOC_PAGE + 1, most: length }),
};

import type { Address } from '../../model/address.ts';
import { type Bytes, KIB, MIB } from '../../model/bytes.ts';
import { MAP } from '../../model/syscall-trace.ts';
import type { KnownAllocator } from './allocator.ts';
import { mapping, roundUp } from './placement.ts';

/** MI_SEGMENT_SIZE (include/mimalloc-types.h). */
export const MIMALLOC_SEGMENT: Bytes = 32 * MIB;

const TIB = 1024 * 1024 * MIB;

/** Where segments are asked for: 2 to 30 TiB (src/os.c, mi_os_get_aligned_hint). */
export const isMimallocHint = (start: Address): boolean => start >= 2 * TIB && start < 30 * TIB;

const MIMALLOC_SLICE = 64 * KIB;
const mimallocStep = (length: Bytes): Bytes => (length < 32 * MIB ? MIB : 4 * MIB);

export const mimalloc: KnownAllocator = {
  id: 'mimalloc',
  title: 'mimalloc',
  role: 'malloc',
  tellsLive: 'MIMALLOC_SHOW_STATS=1 COMMAND',
  source: 'mimalloc 2.0.9, src/os.c (_mi_os_good_alloc_size, mi_os_get_aligned_hint); [measured]',
  message: 'mimalloc: error: ',
  file: /(?:^|\/)libmimalloc[^/]*\.so/,
  mmap: [
    {
      says: 'it maps segments of 32 MiB at addresses between 2 and 30 TiB',
      times: 1,
      flags: MAP.NORESERVE,
      fits: ({ start, length }) =>
        length === MIMALLOC_SEGMENT && start % MIMALLOC_SEGMENT === 0 && isMimallocHint(start),
    },
  ],
  name: 'mimalloc',
  words: ['only requests above 16 MiB get a mapping of their own, in steps of 1 or 4 MiB'],
  mapsFrom: 16 * MIB + 1,
  place(request) {
    if (request <= 16 * MIB) return undefined;
    const header = { what: 'segment header', bytes: MIMALLOC_SLICE };
    const least = request + header.bytes;
    return mapping(request, roundUp(least, mimallocStep(least)), header);
  },
  requests: ({ length }) => ({
    least: Math.max(1, length - mimallocStep(length) - MIMALLOC_SLICE),
    most: length,
  }),
};

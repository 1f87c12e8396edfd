import { MIB } from '../../model/bytes.ts';
import { MAP, PROT } from '../../model/syscall-trace.ts';
import type { KnownAllocator } from './allocator.ts';
import { glibc } from './glibc.ts';
import { block, roundUp } from './placement.ts';

const PYMALLOC_LARGEST = 512;

/** The interpreter or its library, with the letters of debug and other builds (PEP 3149). */
const PYTHON = /(?:^|\/)(?:lib)?python\d[\d.]*[dmtu]*(?:\.so[\d.]*)?$/;

export const isPython = (path: string): boolean => PYTHON.test(path);

export const cpython: KnownAllocator = {
  id: 'cpython',
  title: 'CPython',
  role: 'runtime',
  tellsLive: 'sys._debugmallocstats() in the program',
  source: 'CPython 3.11, Objects/obmalloc.c (ARENA_BITS 20; SMALL_REQUEST_THRESHOLD, ALIGNMENT)',
  hasOwnHeap: true,
  uses: { arena: 'CPython arenas', private: 'pymalloc arenas, mmapped chunks' },
  language: 'python',
  file: PYTHON,
  mmap: [
    {
      // Before 3.10 they had 256 KiB, which are no mark: so have tables of Go and many buffers.
      says: 'it maps arenas of exactly 1 MiB',
      times: 3,
      protection: PROT.READ | PROT.WRITE,
      fits: ({ length, flags }) =>
        length === MIB && (flags & (MAP.FIXED | MAP.NORESERVE | MAP.STACK)) === 0,
    },
  ],
  name: "CPython's pymalloc over glibc malloc",
  words: [
    'requests up to 512 bytes are rounded up to 16 and lie in arenas; larger ones go to malloc',
  ],
  headerWords: glibc.headerWords,
  mapsFrom: glibc.mapsFrom,
  raisesUpTo: glibc.raisesUpTo,
  requests: glibc.requests,
  place(request, pageBytes) {
    if (request > PYMALLOC_LARGEST) return glibc.place(request, pageBytes);
    const bytes = roundUp(Math.max(request, 1), 16);
    return block(request, bytes, { what: 'header', bytes: 0 }, 'rounding to 16');
  },
};

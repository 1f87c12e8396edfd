/**
 * What allocators make of a request, and what a mapping tells of the request behind it. One entry per
 * allocator, forwards (`place`) and backwards (`requests`). [measured] are our own traces of programs
 * that printed what they asked for (fixtures/corpus).
 */

import { type Bytes, MIB } from '../model/bytes.ts';
import {
  GLIBC_MMAP_THRESHOLD,
  GLIBC_MMAP_THRESHOLD_MAX,
  MUSL_MMAP_THRESHOLD,
} from './allocator-constants.ts';

export type AllocatorId =
  | 'glibc'
  | 'musl'
  | 'jemalloc'
  | 'mimalloc'
  | 'tcmalloc'
  | 'cpython'
  | 'unknown';

/** All whole numbers of bytes from `least` to `most`. */
export interface ByteInterval {
  readonly least: Bytes;
  readonly most: Bytes;
}

/** A piece of what an allocator takes beside the request. */
export interface Overhead {
  readonly what: string;
  readonly bytes: Bytes;
}

/** What one request takes. */
export interface Placement {
  /** `mapping`: whole pages of its own. `block`: a part of memory that the allocator holds already. */
  readonly kind: 'mapping' | 'block';
  /** The request and all its overheads. */
  readonly bytes: Bytes;
  readonly overheads: readonly Overhead[];
}

/** A mapping as a log shows it. */
export interface SeenMapping {
  /** As the program gave it to mmap or mremap; musl's is no multiple of the page. */
  readonly length: Bytes;
  /** mmap made it; otherwise mremap gave it this length. */
  readonly isFresh: boolean;
}

export interface Allocator {
  readonly id: AllocatorId;
  readonly name: string;
  readonly source: string;
  /** How a request becomes memory, in sentences for the reader. */
  readonly words: readonly string[];
  /** What its header is, where there is something to say. */
  readonly headerWords?: string;
  /** Requests from here on get a mapping of their own; undefined where none does. */
  readonly mapsFrom: Bytes | undefined;
  /** A free of a mapping raises `mapsFrom` to its length, up to this; undefined where it stays. */
  readonly raisesUpTo?: Bytes;
  /** Undefined where we do not know it exactly. */
  place(request: Bytes, pageBytes: Bytes): Placement | undefined;
  /** The requests for which a mapping has this length. */
  requests(mapping: SeenMapping, pageBytes: Bytes): ByteInterval;
}

const roundUp = (bytes: Bytes, step: Bytes): Bytes => Math.ceil(bytes / step) * step;

/** A block of `bytes` for a request, with a header and the rest as rounding. */
function block(request: Bytes, bytes: Bytes, header: Overhead, rounding: string): Placement {
  const rest = { what: rounding, bytes: bytes - request - header.bytes };
  const overheads = [header, rest].filter((part) => part.bytes > 0);
  return { kind: 'block', bytes, overheads };
}

function mapping(request: Bytes, bytes: Bytes, header: Overhead): Placement {
  return { ...block(request, bytes, header, 'rounding to pages'), kind: 'mapping' };
}

/**
 * A chunk begins with a word for the size of the one before and a word for its own; the next chunk's
 * first word is the end of this one's data. A mapped chunk has no next one, and needs both words.
 */
const GLIBC_WORD = 8;
const GLIBC_SMALLEST_CHUNK = 32;

const glibcChunk = (request: Bytes): Bytes =>
  Math.max(GLIBC_SMALLEST_CHUNK, roundUp(request + GLIBC_WORD, 16));

const glibc: Allocator = {
  id: 'glibc',
  name: 'glibc malloc',
  source: 'glibc malloc/malloc.c, checked_request2size, sysmalloc_mmap, mremap_chunk; [measured]',
  words: [
    'a chunk is the request and 8 bytes for its size, rounded up to 16',
    'chunks from 131072 bytes on get a mapping of their own, in whole pages',
  ],
  headerWords:
    'the chunk’s size, and a word that no mapping uses. The 24 of the formula “24 + x × size” are these 16 and at most 8 of rounding to 16, not the three words of a Vec: those lie on the stack',
  // The chunk, not the request, is compared with the threshold.
  mapsFrom: GLIBC_MMAP_THRESHOLD - 2 * GLIBC_WORD + 1 - GLIBC_WORD,
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

/** Size classes of mallocng in units of 16 bytes; a block's last 4 bytes are the allocator's. */
const MUSL_CLASSES = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 25, 31, 36, 42, 50, 63, 72, 84, 102, 127, 146, 170,
  204, 255, 292, 340, 409, 511, 584, 682, 818, 1023, 1169, 1364, 1637, 2047, 2340, 2730, 3276, 4095,
  4680, 5460, 6552, 8191,
];
const MUSL_TRAILER = 4;
const MUSL_GROUP_HEADER = 16;

const musl: Allocator = {
  id: 'musl',
  name: 'musl mallocng',
  source: 'musl src/malloc/mallocng/meta.h and malloc.c, MMAP_THRESHOLD, IB; [measured]',
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

/** Classes in steps of a quarter of a power of two, as jemalloc has them from 128 bytes on. */
function quarterClass(request: Bytes): Bytes {
  if (request <= 128) return roundUp(Math.max(request, 1), 16);
  return roundUp(request, 2 ** (Math.ceil(Math.log2(request)) - 3));
}

const jemalloc: Allocator = {
  id: 'jemalloc',
  name: 'jemalloc',
  source: 'jemalloc 5.3 size classes (SC_LG_NGROUP 2), sz_large_pad; [measured]',
  words: [
    'a request is rounded up to one of four sizes per power of two, inside extents that are mapped in large pieces',
  ],
  mapsFrom: undefined,
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

const MIMALLOC_SLICE = 64 * 1024;
const mimallocStep = (length: Bytes): Bytes => (length < 32 * MIB ? MIB : 4 * MIB);

const mimalloc: Allocator = {
  id: 'mimalloc',
  name: 'mimalloc',
  source: 'mimalloc 2.0 src/os.c, _mi_os_good_alloc_size; [measured]',
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

const TCMALLOC_PAGE = 8192;
const TCMALLOC_LARGEST_CLASS = 256 * 1024;

const tcmalloc: Allocator = {
  id: 'tcmalloc',
  name: 'tcmalloc (gperftools)',
  source: 'gperftools 2.10 src/common.h, kPageShift 13, kMaxSize; [measured]',
  words: [
    'requests above 256 KiB take whole pages of 8 KiB, without a header; what smaller ones take is not told here',
  ],
  mapsFrom: undefined,
  place(request) {
    if (request <= TCMALLOC_LARGEST_CLASS) return undefined;
    const bytes = roundUp(request, TCMALLOC_PAGE);
    return block(request, bytes, { what: 'header', bytes: 0 }, 'rounding to pages of 8 KiB');
  },
  requests: ({ length }) => ({ least: length - TCMALLOC_PAGE + 1, most: length }),
};

const PYMALLOC_LARGEST = 512;

const cpython: Allocator = {
  ...glibc,
  id: 'cpython',
  name: "CPython's pymalloc over glibc malloc",
  source: 'CPython Objects/obmalloc.c, SMALL_REQUEST_THRESHOLD, ALIGNMENT',
  words: [
    'requests up to 512 bytes are rounded up to 16 and lie in arenas; larger ones go to malloc',
  ],
  place(request, pageBytes) {
    if (request > PYMALLOC_LARGEST) return glibc.place(request, pageBytes);
    const bytes = roundUp(Math.max(request, 1), 16);
    return block(request, bytes, { what: 'header', bytes: 0 }, 'rounding to 16');
  },
};

const unknown: Allocator = {
  id: 'unknown',
  name: 'an unknown allocator',
  source: 'headers of up to 64 bytes, and whole pages',
  words: ['what it takes beside the request is not known'],
  mapsFrom: undefined,
  place: () => undefined,
  requests: ({ length }, pageBytes) => ({ least: length - pageBytes - 64, most: length }),
};

export const ALLOCATORS: Readonly<Record<AllocatorId, Allocator>> = {
  glibc,
  musl,
  jemalloc,
  mimalloc,
  tcmalloc,
  cpython,
  unknown,
};

/**
 * Arenas that a runtime maps directly: a chunk of malloc with such a payload would be larger by its
 * header. CPython's are 1 MiB (256 KiB before 3.10).
 */
export function isDirectArena(length: Bytes): boolean {
  return length >= 256 * 1024 && Number.isInteger(Math.log2(length));
}

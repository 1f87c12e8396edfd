import type { Allocator, AllocatorId, KnownAllocator, KnownAllocatorId } from './allocator.ts';
import { cpython } from './cpython.ts';
import { glibc } from './glibc.ts';
import { go } from './go.ts';
import { jemalloc } from './jemalloc.ts';
import { mimalloc } from './mimalloc.ts';
import { musl } from './musl.ts';
import { cpp, jvm, rust, v8 } from './runtimes.ts';
import { tcmalloc } from './tcmalloc.ts';

const unknown: KnownAllocator = {
  id: 'unknown',
  title: 'unknown',
  role: 'malloc',
  name: 'an unknown allocator',
  source: 'headers of up to 64 bytes, and whole pages',
  words: ['what it takes beside the request is not known'],
  mapsFrom: undefined,
  place: () => undefined,
  requests: ({ length }, pageBytes) => ({ least: length - pageBytes - 64, most: length }),
};

type Allocators = Readonly<
  Record<KnownAllocatorId, KnownAllocator> & Record<AllocatorId, Allocator>
>;

/** Those behind malloc first, in the order in which they are tried: others take the place of glibc's. */
export const ALLOCATORS: Allocators = {
  musl,
  mimalloc,
  jemalloc,
  tcmalloc,
  glibc,
  go,
  cpython,
  v8,
  jvm,
  rust,
  cpp,
  unknown,
};

export const ALL_ALLOCATORS: readonly Allocator[] = Object.values(ALLOCATORS);

/** Those that a user can name, the most common first. */
export const KNOWN_ALLOCATORS: readonly KnownAllocatorId[] = [
  'glibc',
  'musl',
  'jemalloc',
  'mimalloc',
  'tcmalloc',
  'cpython',
  'unknown',
];

/** Whether it is known what a request takes. */
export const isKnown = (allocator: Allocator): allocator is KnownAllocator => 'place' in allocator;

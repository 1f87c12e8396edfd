import type { Address } from '../../model/address.ts';
import { type Bytes, MIB } from '../../model/bytes.ts';
import type { Allocator } from './allocator.ts';

/** Where the runtime asks for its first heap arena on amd64 and arm64 (runtime/malloc.go). */
const GO_HEAP: Address = 0xc000000000;

/** Further arenas follow, as far as this behind the first. */
const GO_HEAP_REACH: Bytes = 2 ** 40;

/** heapArenaBytes of 64-bit Linux. */
export const GO_ARENA: Bytes = 64 * MIB;

export const isInGoHeap = (start: Address): boolean =>
  start >= GO_HEAP && start < GO_HEAP + GO_HEAP_REACH;

export const go: Allocator = {
  id: 'go',
  title: 'Go',
  role: 'runtime',
  tellsLive: 'GODEBUG=gctrace=1 COMMAND',
  source: 'Go 1.19, runtime/malloc.go (arena hints; persistentChunkSize 256 KiB)',
  hasOwnHeap: true,
  uses: {
    arena: 'Go runtime, tables',
    'malloc-mapping': 'Go runtime, large tables',
    small: 'Go runtime, small tables',
  },
  mmap: [
    {
      says: 'its heap begins at 0xc000000000',
      times: 1,
      fits: ({ start }) => start === GO_HEAP,
    },
  ],
  rows: [
    {
      says: 'its heap begins at 0xc000000000',
      times: 1,
      fits: ({ start }) => start === GO_HEAP,
    },
  ],
};

/** Numbers of allocators that several rules need, each with the place where it is written down. */
import type { Address } from '../model/address.ts';
import { type Bytes, KIB, MIB } from '../model/bytes.ts';

/** glibc: DEFAULT_MMAP_THRESHOLD (malloc/malloc.c); larger chunks get a mapping of their own. */
export const GLIBC_MMAP_THRESHOLD: Bytes = 128 * KIB;

/** glibc: DEFAULT_MMAP_THRESHOLD_MAX of 64-bit machines; the dynamic threshold goes no higher. */
export const GLIBC_MMAP_THRESHOLD_MAX: Bytes = 32 * MIB;

/** glibc: HEAP_MAX_SIZE (malloc/arena.c); arenas of threads begin at multiples of it. */
export const GLIBC_ARENA: Bytes = 64 * MIB;

/** musl: MMAP_THRESHOLD of mallocng; requests from here on have a mapping of their own. */
export const MUSL_MMAP_THRESHOLD: Bytes = 131052;

/** Go: where the runtime asks for its first heap arena on amd64 and arm64 (runtime/malloc.go). */
export const GO_HEAP: Address = 0xc000000000;

/** Go: further arenas follow, as far as this behind the first. */
export const GO_HEAP_REACH: Bytes = 2 ** 40;

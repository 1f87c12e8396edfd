/**
 * What each recorder counts, where others count otherwise: from their manuals and sources, and from
 * recordings of one program by several of them.
 */
const WAYS: Readonly<Record<string, string>> = {
  heaptrack:
    'heaptrack counts a realloc as a free and an allocation, and what its own library needs: libstdc++ with a pool of 72704 bytes, also in programs of C',
  DHAT: 'DHAT counts a realloc as one more block of the whole new size, at the place of the first one; stacks end after 12 frames unless --num-callers says more, and buffers of glibc are freed at the end',
  'dhat-rs':
    'dhat-rs counts what goes through the global allocator of Rust, a realloc as one more block of the whole new size',
  massif: 'massif may miss the peak, and leaves out what is below 1 % of the heap at its moments',
  'valgrind (XTree)': 'an XTree is of the end of the run',
  jemalloc: 'jemalloc counts size classes and not what was asked for, at the moment of the dump',
  tcmalloc: 'tcmalloc tells of the moment of the dump',
  Go: "Go's figures are those of the last garbage collection before the dump",
  pprof: 'a pprof profile tells of the moment of its dump',
  mtrace: 'mtrace sees what happens between mtrace() and muntrace()',
  'a tracking allocator': 'a tracking allocator sees what goes through it',
};

/** Undefined for a recorder that nothing is known of. */
export const recorderWays = (tool: string): string | undefined =>
  Object.hasOwn(WAYS, tool) ? WAYS[tool] : undefined;

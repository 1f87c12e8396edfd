import { Flags } from '@oclif/core';

/** Lists of a process's heap that heap profiles do not have. */
export const imageListFlags = {
  containers: Flags.boolean({
    summary:
      'Of a process or core: look for containers (Vec, String, HashMap, std::vector, ...), how full they are, and what holds them.',
  }),
  arenas: Flags.boolean({ summary: 'Of a process or core: list as many arenas as --top says.' }),
  blocks: Flags.boolean({
    summary: 'Of a process or core: list as many of the largest live blocks as --top says.',
  }),
};

/** Lists that the report of a heap shows the beginning of. */
export const heapListFlags = {
  ...imageListFlags,
  sizes: Flags.boolean({ summary: 'List as many sizes of live blocks as --top says.' }),
};

type HeapList = keyof typeof heapListFlags;

export function fullLists(flags: Readonly<Record<HeapList, boolean>>): ReadonlySet<HeapList> {
  return new Set(
    (['containers', 'arenas', 'sizes', 'blocks'] as const).filter((list) => flags[list]),
  );
}

import type { Bytes } from '../../model/bytes.ts';
import type { GlibcAccount } from './glibc/account.ts';
import type { OddChunk } from './glibc/chunk-walk.ts';

/** What in a heap is not as malloc leaves it: damage, or a change while it was read. */
export interface HeapDefects {
  readonly odd: readonly OddChunk[];
  /** What no chunk accounts for. */
  readonly lostBytes: Bytes;
  /** Where malloc's own count of blocks with mappings differs from what is there. */
  readonly mappedDiffer: { readonly counted: Bytes; readonly found: Bytes } | undefined;
}

export function heapDefects({ arenas, mapped }: GlibcAccount): HeapDefects {
  const { counted, bytes } = mapped;
  return {
    odd: arenas.flatMap((arena) => arena.odd),
    lostBytes: arenas.reduce((sum, { lost }) => sum + lost, 0),
    mappedDiffer:
      counted === undefined || counted.bytes === bytes
        ? undefined
        : { counted: counted.bytes, found: bytes },
  };
}

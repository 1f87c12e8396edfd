import { CHUNK_HEADER } from '../../knowledge/glibc-heap.ts';
import type { ContainerKind, LargeContainer } from '../../model/heap-account.ts';
import type { BlockIndex } from './block-index.ts';
import { type Families, LARGE } from './families.ts';
import type { FoundContainers } from './found-containers.ts';
import { KIND_NAMES } from './recognise.ts';
import { NONE } from './references.ts';

/** As many are kept. */
const MOST = 1000;

/** Containers with a large block, the largest first. */
export function largeContainers(
  { count, starts, usable }: BlockIndex,
  { length, capacity }: FoundContainers,
  { families, of }: Families,
): LargeContainer[] {
  const large: number[] = [];
  for (let block = 0; block < count; block++) {
    if (of[block] !== NONE && usable.get(block) >= LARGE) large.push(block);
  }
  large.sort((a, b) => usable.get(b) - usable.get(a) || a - b);
  return large.slice(0, MOST).map((block) => {
    const { kind, elementBytes } = families[of[block]!]!;
    return {
      kind: KIND_NAMES[kind] as ContainerKind,
      address: starts[block]! - CHUNK_HEADER,
      elementBytes,
      length: length.get(block),
      capacity: capacity.get(block),
    };
  });
}

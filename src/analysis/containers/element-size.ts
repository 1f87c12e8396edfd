import type { NumberColumn } from '../malloc/number-column.ts';
import type { BlockIndex } from './block-index.ts';
import type { FoundContainers } from './found-containers.ts';
import { kept } from './kept.ts';
import { elementSizes, type SizeInterval } from './layouts.ts';
import { KIND, type Kind } from './recognise.ts';

/** Above it a family is not looked at for the places of others in its elements. */
const MOST_SIZES = 4096;

/** Pointers stand at multiples of it. */
const WORD = 8;

/** The element size that explains the most of some containers of one kind, and those that it explains. */
export function elementSize(
  all: Uint32Array,
  blocks: BlockIndex,
  found: FoundContainers,
): { readonly members: Uint32Array; readonly elementBytes: SizeInterval } {
  if (found.kind[all[0]!] === KIND.bounded) {
    let divisor = 0;
    for (const block of all) {
      divisor = commonDivisor(divisor, found.length.get(block));
      divisor = commonDivisor(divisor, found.capacity.get(block));
    }
    return { members: all, elementBytes: { least: 1, most: divisor } };
  }
  const elementBytes = commonInterval(all, blocks, found);
  const members = kept(all, (block) => {
    const { least, most } = intervalOf(block, blocks, found);
    return least <= elementBytes.least && most >= elementBytes.most;
  });
  return { members, elementBytes };
}

function intervalOf(block: number, blocks: BlockIndex, found: FoundContainers): SizeInterval {
  const told = found.elementBytes[block]!;
  if (told > 0) return { least: told, most: told };
  const capacity = found.capacity.get(block);
  return (
    elementSizes(capacity, blocks.usable.get(block)) ?? { least: 1, most: Math.max(1, capacity) }
  );
}

/** What most of the intervals of containers have in common. */
function commonInterval(
  all: Uint32Array,
  blocks: BlockIndex,
  found: FoundContainers,
): SizeInterval {
  // How many more intervals hold a size than the one before.
  const changes = new Map<number, number>();
  const change = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by);
  for (const block of all) {
    const { least, most } = intervalOf(block, blocks, found);
    change(least, 1);
    change(most + 1, -1);
  }
  const edges = [...changes].sort(([a], [b]) => a - b);
  let depth = 0;
  let deepest = 0;
  let best: SizeInterval = { least: 1, most: 1 };
  for (const [i, [at, by]] of edges.entries()) {
    depth += by;
    const next = edges[i + 1];
    if (depth <= deepest || next === undefined) continue;
    deepest = depth;
    best = { least: at, most: next[0] - 1 };
  }
  return best;
}

/**
 * The size of elements for which containers stand at the fewest places in one; of several the largest, as
 * each of its divisors does as well.
 *
 * @param inside the containers in the elements; @param slot where they stand, by block.
 */
export function strideOf(
  inside: Uint32Array,
  slot: NumberColumn,
  {
    kind,
    elementBytes: { least, most },
  }: { readonly kind: Kind; readonly elementBytes: SizeInterval },
): number | undefined {
  let best: number | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const from = Math.ceil(least / WORD) * WORD;
  for (let size = from; size <= most && size < from + MOST_SIZES; size += WORD) {
    // Begin and end of std::vector are a whole number of elements apart.
    if (kind === KIND.bounded && most % size !== 0) continue;
    const places = new Set<number>();
    for (const block of inside) {
      places.add(slot.get(block) % size);
      if (places.size > fewest) break;
    }
    if (places.size > fewest) continue;
    best = size;
    fewest = places.size;
  }
  return best;
}

function commonDivisor(a: number, b: number): number {
  let [one, other] = [a, b];
  while (other !== 0) [one, other] = [other, one % other];
  return one;
}

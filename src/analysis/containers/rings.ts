import type { BlockIndex } from './block-index.ts';
import type { FoundContainers } from './found-containers.ts';
import { KIND } from './recognise.ts';
import { ROOT } from './references.ts';

/** So many containers behind the last element of a Vec are no leftovers. */
const LEAST = 2;

/** Where a ring had elements before, their blocks may be those of others now: fewer than half as many are leftovers. */
const CLEAR = 2;

/** Containers in the elements of one that can be a ring. */
interface Elements {
  /** Behind the last element, if it is none. */
  behind: number;
  /** Where a ring has no element. */
  outside: number;
}

/**
 * Tells rings (VecDeque) from arrays by what stands in their elements: in a ring live containers stand where an array
 * of the same words would have no elements any more. One whose elements hold no containers stays undecided.
 */
export function tellRings(blocks: BlockIndex, found: FoundContainers): void {
  const seen = new Map<number, Elements>();
  for (let block = 0; block < blocks.count; block++) {
    const owner = found.owner[block]!;
    if (found.kind[block] === KIND.none || owner === ROOT) continue;
    if (found.kind[owner] !== KIND.counted || found.ring.get(owner) < 2) continue;
    let elements = seen.get(owner);
    if (elements === undefined) {
      elements = { behind: 0, outside: 0 };
      seen.set(owner, elements);
    }
    const capacity = found.capacity.get(owner);
    const first = found.length.get(owner);
    const at = Math.floor(found.slot.get(block) / Math.floor(blocks.usable.get(owner) / capacity));
    if (at >= first) elements.behind++;
    if ((at - first + capacity) % capacity >= found.ring.get(owner) - 1) elements.outside++;
  }
  for (const [block, { behind, outside }] of seen) {
    if (behind < LEAST || behind < CLEAR * outside) continue;
    found.kind[block] = KIND.ring;
    found.length.set(block, found.ring.get(block) - 1);
    found.ring.set(block, 0);
  }
}

import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { BlockIndex } from './block-index.ts';
import { type FoundContainers, ROOT } from './header-search.ts';
import { elementSizes, type SizeInterval } from './layouts.ts';
import { KIND, type Kind } from './recognise.ts';

/** Containers that stand at the same place of the same kind of owner: of one type, that is. */
export interface Family {
  readonly kind: Kind;
  /** The family whose elements they stand in; undefined for those beside the heap and in other blocks. */
  readonly parent: Family | undefined;
  /** Where in the parent's elements; undefined for those without one. */
  readonly offset: number | undefined;
  /** How large the blocks are that they stand in, where these are no containers' own. */
  readonly ownerUsable: number | undefined;
  /** Their blocks. */
  readonly members: number[];
  /** What one element takes, as far as capacities and blocks tell. */
  elementBytes: SizeInterval;
  /** Elements or bytes, as the kind has it. */
  length: number;
  capacity: number;
}

/** Above it a family is not looked at for the places of others in its elements. */
const MOST_SIZES = 4096;

/** Pointers stand at multiples of it. */
const WORD = 8;

/** What stands at one place of one type is split into as many types at most (enums, reused places). */
const MOST_TYPES = 4;

/** Blocks of so many bytes are told one by one. */
export const LARGE: Bytes = 64 * 1024;

/**
 * Groups containers from those beside the heap inwards.
 *
 * @param isVariable whether an address beside the heap is that of a variable, and of no other allocator's
 *   memory.
 */
export function familiesOf(
  blocks: BlockIndex,
  found: FoundContainers,
  isVariable: (address: Address) => boolean,
): Family[] {
  return new FamilyTree(blocks, found, isVariable).families;
}

type Place = Pick<Family, 'parent' | 'offset' | 'ownerUsable'>;

class FamilyTree {
  readonly families: Family[] = [];
  readonly #blocks: BlockIndex;
  readonly #found: FoundContainers;
  readonly #children: Children;
  readonly #isDone: Uint8Array;
  readonly #inside = new Map<Family | undefined, Family[]>();
  /** Families, and those of their members whose elements have not been looked at. */
  readonly #queue: { readonly family: Family; readonly members: readonly number[] }[] = [];

  constructor(
    blocks: BlockIndex,
    found: FoundContainers,
    isVariable: (address: Address) => boolean,
  ) {
    this.#blocks = blocks;
    this.#found = found;
    this.#children = childrenOf(blocks.count, found);
    this.#isDone = new Uint8Array(blocks.count);
    const beside = { parent: undefined, offset: undefined, ownerUsable: undefined };
    const small: number[] = [];
    for (let block = 0; block < blocks.count; block++) {
      if (found.kind[block] === KIND.none || found.owner[block] !== ROOT) continue;
      if (blocks.usable[block]! >= LARGE || isVariable(found.slot[block]!))
        this.#add([block], beside);
      else small.push(block);
    }
    for (const { members } of grouped(small, found, () => beside)) this.#add(members, beside);
    this.#drain();
    // Others stand in blocks that no container owns: boxes, nodes.
    for (const { members, offset, ownerUsable } of inOtherBlocks(blocks, found, this.#isDone)) {
      this.#add(members, { parent: undefined, offset, ownerUsable });
      this.#drain();
    }
  }

  #drain(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      const { family, members } = next;
      for (const place of placesIn(family, members, this.#found, this.#children)) {
        this.#add(place.members, { parent: family, offset: place.offset, ownerUsable: undefined });
      }
    }
  }

  #add(all: readonly number[], place: Place): void {
    let rest = all.filter((block) => this.#isDone[block] === 0);
    for (let types = 0; rest.length > 0 && types < MOST_TYPES; types++) {
      const family = familyOf(rest, place, this.#blocks, this.#found);
      for (const block of family.members) this.#isDone[block] = 1;
      rest = rest.filter((block) => this.#isDone[block] === 0);
      this.#keep(family);
    }
  }

  #keep(family: Family): void {
    const { parent, members } = family;
    const known = this.#sameType(family);
    if (known !== undefined) {
      for (const block of members) known.members.push(block);
      known.length += family.length;
      known.capacity += family.capacity;
    } else {
      this.families.push(family);
      const siblings = this.#inside.get(parent);
      if (siblings) siblings.push(family);
      else this.#inside.set(parent, [family]);
    }
    this.#queue.push({ family: known ?? family, members });
  }

  /** A family that another belongs to: itself in the elements of a tree, or one found there before. */
  #sameType(family: Family): Family | undefined {
    const { parent } = family;
    if (parent === undefined) return undefined;
    const isSame = (one: Family) =>
      one.offset === family.offset &&
      one.kind === family.kind &&
      family.elementBytes.least <= one.elementBytes.least &&
      family.elementBytes.most >= one.elementBytes.most;
    return isSame(parent) ? parent : this.#inside.get(parent)?.find(isSame);
  }
}

/** The blocks whose containers stand in a block, as lists. */
interface Children {
  readonly first: Uint32Array;
  readonly members: Uint32Array;
}

function childrenOf(count: number, found: FoundContainers): Children {
  const first = new Uint32Array(count + 1);
  for (let block = 0; block < count; block++) {
    if (found.kind[block] !== KIND.none && found.owner[block] !== ROOT)
      first[found.owner[block]! + 1]!++;
  }
  for (let block = 0; block < count; block++) first[block + 1]! += first[block]!;
  const next = first.slice(0, count);
  const members = new Uint32Array(first[count]!);
  for (let block = 0; block < count; block++) {
    const owner = found.owner[block]!;
    if (found.kind[block] !== KIND.none && owner !== ROOT) members[next[owner]!++] = block;
  }
  return { first, members };
}

function familyOf(
  all: readonly number[],
  place: Pick<Family, 'parent' | 'offset' | 'ownerUsable'>,
  blocks: BlockIndex,
  found: FoundContainers,
): Family {
  const kind = found.kind[all[0]!] as Kind;
  if (kind === KIND.bounded) {
    let divisor = 0;
    for (const block of all) {
      divisor = commonDivisor(divisor, commonDivisor(found.length[block]!, found.capacity[block]!));
    }
    const elementBytes = { least: 1, most: divisor };
    return { ...place, kind, members: [...all], elementBytes, ...sumsOf(all, found) };
  }
  const intervals = all.map((block) => intervalOf(block, blocks, found));
  const elementBytes = commonInterval(intervals);
  const isOne = ({ least, most }: SizeInterval) =>
    least <= elementBytes.least && most >= elementBytes.most;
  const members = all.filter((_, i) => isOne(intervals[i]!));
  return { ...place, kind, members, elementBytes, ...sumsOf(members, found) };
}

function intervalOf(block: number, blocks: BlockIndex, found: FoundContainers): SizeInterval {
  const told = found.elementBytes[block]!;
  if (told > 0) return { least: told, most: told };
  const capacity = found.capacity[block]!;
  return elementSizes(capacity, blocks.usable[block]!) ?? { least: 1, most: Math.max(1, capacity) };
}

function sumsOf(members: readonly number[], found: FoundContainers) {
  let length = 0;
  let capacity = 0;
  for (const block of members) {
    length += found.length[block]!;
    capacity += found.capacity[block]!;
  }
  return { length, capacity };
}

/** What most of some intervals have in common: the sizes that explain the most containers. */
function commonInterval(intervals: readonly SizeInterval[]): SizeInterval {
  const edges = intervals
    .flatMap(({ least, most }) => [
      { at: least, change: 1 },
      { at: most + 1, change: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  let depth = 0;
  let deepest = 0;
  let best: SizeInterval = { least: 1, most: 1 };
  for (let i = 0; i < edges.length; ) {
    const { at } = edges[i]!;
    while (i < edges.length && edges[i]!.at === at) depth += edges[i++]!.change;
    if (depth <= deepest || i === edges.length) continue;
    deepest = depth;
    best = { least: at, most: edges[i]!.at - 1 };
  }
  return best;
}

/** Containers in the elements of a family by their place in one; settles the element's size, too. */
function placesIn(
  family: Family,
  blocks: readonly number[],
  found: FoundContainers,
  { first, members }: Children,
): Group[] {
  const inside = blocks.flatMap((block) => [...members.subarray(first[block]!, first[block + 1]!)]);
  if (inside.length === 0) return [];
  const slots = inside.map((block) => found.slot[block]!);
  const size = strideOf(slots, family);
  if (size !== undefined && (family.kind === KIND.counted || family.kind === KIND.bounded)) {
    family.elementBytes = { least: size, most: size };
  }
  return grouped(inside, found, (i) => ({
    offset: size === undefined ? 0 : slots[i]! % size,
    ownerUsable: undefined,
  }));
}

/**
 * The size of elements for which containers stand at the fewest places in one; of several the largest, as
 * each of its divisors does as well.
 */
function strideOf(
  slots: readonly number[],
  { kind, elementBytes: { least, most } }: Family,
): number | undefined {
  let best: number | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const from = Math.ceil(least / WORD) * WORD;
  for (let size = from; size <= most && size < from + MOST_SIZES; size += WORD) {
    // Begin and end of std::vector are a whole number of elements apart.
    if (kind === KIND.bounded && most % size !== 0) continue;
    const places = new Set<number>();
    for (const slot of slots) {
      places.add(slot % size);
      if (places.size > fewest) break;
    }
    if (places.size > fewest) continue;
    best = size;
    fewest = places.size;
  }
  return best;
}

interface Group extends Pick<Family, 'offset' | 'ownerUsable'> {
  readonly members: number[];
}

function inOtherBlocks(blocks: BlockIndex, found: FoundContainers, isDone: Uint8Array): Group[] {
  const rest: number[] = [];
  for (let block = 0; block < blocks.count; block++) {
    if (isDone[block] === 0 && found.kind[block] !== KIND.none) rest.push(block);
  }
  return grouped(rest, found, (i) => ({
    offset: undefined,
    ownerUsable: blocks.usable[found.owner[rest[i]!]!]!,
  }));
}

/** Containers of one kind at one place, the most first. */
function grouped(
  members: readonly number[],
  found: FoundContainers,
  placeOf: (i: number) => Pick<Family, 'offset' | 'ownerUsable'>,
): Group[] {
  const groups = new Map<string, Group>();
  for (const [i, block] of members.entries()) {
    const place = placeOf(i);
    const key = `${found.kind[block]} ${place.ownerUsable} ${place.offset}`;
    const group = groups.get(key);
    if (group) group.members.push(block);
    else groups.set(key, { members: [block], ...place });
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length);
}

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

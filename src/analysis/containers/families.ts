import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { BlockIndex } from './block-index.ts';
import { elementSize, strideOf } from './element-size.ts';
import type { FoundContainers } from './found-containers.ts';
import { kept } from './kept.ts';
import type { SizeInterval } from './layouts.ts';
import { KIND, type Kind } from './recognise.ts';
import { NONE, ROOT } from './references.ts';

/** Where containers of one type stand. */
export interface FamilyPlace {
  /** The family whose elements they stand in; undefined for those beside the heap and in other blocks. */
  readonly parent: Family | undefined;
  /** Where in the parent's elements; undefined for those without one. */
  readonly offset: number | undefined;
  /** How large the blocks are that they stand in, where these are no containers' own. */
  readonly ownerUsable: number | undefined;
}

/** Containers that stand at the same place of the same kind of owner: of one type, that is. */
export interface Family extends FamilyPlace {
  /** Its place in the list. */
  readonly id: number;
  readonly kind: Kind;
  /** One of its blocks. */
  readonly first: number;
  /** How many blocks it has. */
  number: number;
  /** What one element takes, as far as capacities and blocks tell. */
  elementBytes: SizeInterval;
  /** Elements or bytes, as the kind has it. */
  length: number;
  capacity: number;
}

/** What stands at one place of one type is split into as many types at most (enums, reused places). */
const MOST_TYPES = 4;

/** Blocks of so many bytes are told one by one. */
export const LARGE: Bytes = 64 * 1024;

export interface Families {
  readonly families: readonly Family[];
  /** By block: the family that it belongs to, by its id; NONE for those that are no container's. */
  readonly of: Uint32Array;
}

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
): Families {
  // What it was made with is not kept.
  const { families, of } = new FamilyTree(blocks, found, isVariable);
  return { families, of };
}

const BESIDE: FamilyPlace = { parent: undefined, offset: undefined, ownerUsable: undefined };

class FamilyTree {
  readonly families: Family[] = [];
  readonly of: Uint32Array;
  readonly #blocks: BlockIndex;
  readonly #found: FoundContainers;
  readonly #children: Children;
  readonly #inside = new Map<Family | undefined, Family[]>();
  /** Families, and those of their members whose elements have not been looked at. */
  readonly #queue: { readonly family: Family; readonly members: Uint32Array }[] = [];

  constructor(
    blocks: BlockIndex,
    found: FoundContainers,
    isVariable: (address: Address) => boolean,
  ) {
    const { count, usable } = blocks;
    const { kind, owner, slot } = found;
    this.#blocks = blocks;
    this.#found = found;
    this.#children = childrenOf(count, found);
    this.of = new Uint32Array(count).fill(NONE);
    const isRoot = (block: number) => kind[block] !== KIND.none && owner[block] === ROOT;
    const isAlone = (block: number) => usable.get(block) >= LARGE || isVariable(slot.get(block));
    const roots = blocksThat(count, isRoot);
    for (const block of roots) if (isAlone(block)) this.#add(Uint32Array.of(block), BESIDE);
    const small = kept(roots, (block) => this.of[block] === NONE);
    for (const { members } of this.#grouped(small, () => 0)) this.#add(members, BESIDE);
    this.#drain();
    const isLeft = (block: number) => kind[block] !== KIND.none && this.of[block] === NONE;
    const isInside = (block: number) => kind[owner[block]!] !== KIND.none;
    // Others stand in blocks that no container owns: boxes, nodes. Then those of which the owner is in none, either.
    for (const isNext of [(block: number) => isLeft(block) && !isInside(block), isLeft]) {
      const rest = blocksThat(count, isNext);
      for (const group of this.#grouped(rest, (block) => usable.get(owner[block]!))) {
        this.#add(group.members, { parent: undefined, offset: undefined, ownerUsable: group.at });
        this.#drain();
      }
    }
  }

  #drain(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      const { family, members } = next;
      const inside = childrenIn(members, this.#children);
      if (inside.length === 0) continue;
      const { slot } = this.#found;
      const size = strideOf(inside, slot, family);
      if (size !== undefined && OF_ELEMENTS.includes(family.kind)) {
        family.elementBytes = { least: size, most: size };
      }
      const placeOf = (block: number) => (size === undefined ? 0 : slot.get(block) % size);
      for (const group of this.#grouped(inside, placeOf)) {
        this.#add(group.members, { parent: family, offset: group.at, ownerUsable: undefined });
      }
    }
  }

  #add(all: Uint32Array, place: FamilyPlace): void {
    let rest = kept(all, (block) => this.of[block] === NONE);
    for (let types = 0; rest.length > 0 && types < MOST_TYPES; types++) {
      const { members, elementBytes } = elementSize(rest, this.#blocks, this.#found);
      const family = this.#familyAt(place, members[0]!, elementBytes);
      for (const block of members) {
        this.of[block] = family.id;
        family.length += this.#found.length.get(block);
        family.capacity += this.#found.capacity.get(block);
      }
      family.number += members.length;
      this.#queue.push({ family, members });
      rest = kept(rest, (block) => this.of[block] === NONE);
    }
  }

  /** A family that others belong to: that of the elements of a tree, or one found there before, or a new one. */
  #familyAt(place: FamilyPlace, first: number, elementBytes: SizeInterval): Family {
    const { parent } = place;
    const kind = this.#found.kind[first] as Kind;
    const isSame = (one: Family) =>
      one.offset === place.offset &&
      one.kind === kind &&
      elementBytes.least <= one.elementBytes.least &&
      elementBytes.most >= one.elementBytes.most;
    if (parent !== undefined) {
      const known = isSame(parent) ? parent : this.#inside.get(parent)?.find(isSame);
      if (known !== undefined) return known;
    }
    const id = this.families.length;
    const family = { id, ...place, kind, first, number: 0, elementBytes, length: 0, capacity: 0 };
    this.families.push(family);
    const siblings = this.#inside.get(parent);
    if (siblings) siblings.push(family);
    else this.#inside.set(parent, [family]);
    return family;
  }

  /** Containers of one kind at one place, the most first. */
  #grouped(members: Uint32Array, placeOf: (block: number) => number): Group[] {
    const { kind } = this.#found;
    const numbers = new Map<number, number>();
    const counts: number[] = [];
    const groupOf = new Uint32Array(members.length);
    for (let i = 0; i < members.length; i++) {
      const block = members[i]!;
      const key = placeOf(block) * KINDS + kind[block]!;
      let group = numbers.get(key);
      if (group === undefined) {
        group = counts.push(0) - 1;
        numbers.set(key, group);
      }
      counts[group]!++;
      groupOf[i] = group;
    }
    if (counts.length === 1) return [{ at: placeOf(members[0]!), members }];
    const groups = [...numbers.keys()].map((key, i) => ({
      at: Math.floor(key / KINDS),
      members: new Uint32Array(counts[i]!),
    }));
    for (let i = members.length - 1; i >= 0; i--) {
      const group = groupOf[i]!;
      groups[group]!.members[--counts[group]!] = members[i]!;
    }
    return groups.sort((a, b) => b.members.length - a.members.length);
  }
}

/** Kinds whose words do not tell the size of an element. */
const OF_ELEMENTS: readonly Kind[] = [KIND.counted, KIND.bounded, KIND.ring];

/** More than there are of them. */
const KINDS = 16;

interface Group {
  /** Their place. */
  readonly at: number;
  readonly members: Uint32Array;
}

function blocksThat(count: number, wanted: (block: number) => boolean): Uint32Array {
  let length = 0;
  for (let block = 0; block < count; block++) if (wanted(block)) length++;
  const found = new Uint32Array(length);
  for (let block = 0, next = 0; next < length; block++) if (wanted(block)) found[next++] = block;
  return found;
}

/** The blocks whose containers stand in a block, as lists. */
interface Children {
  readonly first: Uint32Array;
  readonly members: Uint32Array;
}

function childrenOf(count: number, { kind, owner }: FoundContainers): Children {
  const first = new Uint32Array(count + 1);
  const isChild = (block: number) => kind[block] !== KIND.none && owner[block] !== ROOT;
  for (let block = 0; block < count; block++) if (isChild(block)) first[owner[block]!]!++;
  for (let block = 0; block < count; block++) first[block + 1]! += first[block]!;
  const members = new Uint32Array(first[count]!);
  // Each begins where it is filled up to, from behind.
  for (let block = count - 1; block >= 0; block--) {
    if (isChild(block)) members[--first[owner[block]!]!] = block;
  }
  return { first, members };
}

function childrenIn(blocks: Uint32Array, { first, members }: Children): Uint32Array {
  let length = 0;
  for (const block of blocks) length += first[block + 1]! - first[block]!;
  const inside = new Uint32Array(length);
  let next = 0;
  for (const block of blocks) {
    for (let at = first[block]!; at < first[block + 1]!; at++) inside[next++] = members[at]!;
  }
  return inside;
}

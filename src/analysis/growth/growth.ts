/**
 * A container that grew, whatever tells of it: the mappings of a log, the blocks of a recording, or a
 * question about one that is only thought of. What only one of them knows stands beside it, in
 * `GrownContainer`, `GrowthSite` and `CapacityFindings`.
 */
import type { Placement } from '../../knowledge/allocators/allocator.ts';
import type { Container } from '../../knowledge/containers.ts';
import { type GrowthRule, pythonDictKeys } from '../../knowledge/growth-rules.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';

/** How sure an inference is: no other value fits, others fit but are rare, or it is only common. */
export type Certainty = 'certain' | 'likely' | 'guess';

/** How blocks make place for larger ones: `realloc`, or a new block and a copy. */
export type GrowthMethod = 'realloc' | 'copy' | 'both' | 'unknown';

export interface ElementSize {
  readonly size: Claim<Bytes>;
  readonly certainty: Certainty;
  /** Other sizes that fit as well, the most common first. */
  readonly rivals: readonly Bytes[];
  /** The first block tells that it is this size or one of its rivals, and no other. */
  readonly isOneOf?: boolean;
}

/** One block of a container on its way. */
export interface GrowthBlock {
  /** What the container asked for; undefined where no rule explains it. */
  readonly requested: Bytes | undefined;
  /** Elements that fit into it; undefined where their size is not known. */
  readonly capacity: number | undefined;
  /** What the allocator makes of it; undefined where we do not know. */
  readonly placement: Placement | undefined;
}

export interface RequestedBlock extends GrowthBlock {
  readonly requested: Bytes;
}

/** A block of which all is known but, perhaps, what the allocator makes of it. */
export interface KnownBlock extends RequestedBlock {
  readonly capacity: number;
}

/** What growing cost: seen in a log, counted in a recording or computed. */
export interface GrowthCost {
  /** How often a block made place for a larger one. */
  readonly steps: Claim<number>;
  /** Steps by mremap, and the bytes that they moved or kept without copying any. */
  readonly remaps: number;
  readonly remappedBytes: Bytes;
  /** Steps into a new block, and the bytes that were copied over, at most. */
  readonly copies: number;
  readonly copiedBytes: Claim<Bytes>;
  /** The part of these in blocks that realloc may have moved by page; nothing tells if it did. */
  readonly movableBytes: Bytes;
}

/** What setting the capacity beforehand would have saved. */
export interface GrowthAdvice {
  /** `reserve`: ask for the capacity at once. `grow-by-factor`: it grows by a constant amount. */
  readonly kind: 'reserve' | 'grow-by-factor';
  /** The function to call, `with_capacity`; undefined where the container has none or is not known. */
  readonly call: string | undefined;
  /** Elements to ask for; undefined where the element size is not known well enough. */
  readonly elements: Claim<number> | undefined;
  /** The block that this asks for. */
  readonly block: RequestedBlock;
  readonly savedSteps: number;
  /** At most: a block is copied as far as it is filled. */
  readonly savedCopies: Claim<Bytes>;
  /** Bytes that are taken and that no element needs; undefined where that is not known. */
  readonly savedSlack: Claim<Bytes> | undefined;
  /** Undefined where it costs nothing. */
  readonly price: AdvicePrice | undefined;
}

/** What it costs to ask for the largest capacity where other containers never reach it. */
export interface AdvicePrice {
  /** Containers that never reach it. */
  readonly containers: number;
  /** What they would take beyond the blocks that they have. */
  readonly bytes: Claim<Bytes>;
}

/** To a container whose count of elements is known. */
export interface CountedAdvice extends GrowthAdvice {
  readonly elements: Claim<number>;
  readonly block: KnownBlock;
}

export interface Growth {
  /** Undefined where nothing that we know makes such blocks. */
  readonly container: Claim<Container> | undefined;
  readonly rule: Claim<GrowthRule> | undefined;
  /** Undefined where nothing tells. */
  readonly element: ElementSize | undefined;
  /** From the first to the last. */
  readonly blocks: readonly GrowthBlock[];
  /** How many containers went this way. */
  readonly containers: Claim<number>;
  readonly method: GrowthMethod;
  readonly cost: GrowthCost;
  /** Undefined where the program has no say in how it grows, or nothing would be gained. */
  readonly advice: GrowthAdvice | undefined;
}

/** What the allocator keeps beside a block; undefined where it keeps nothing, and only rounds up. */
export function headerOf({ placement }: GrowthBlock): Bytes | undefined {
  const first = placement?.overheads[0];
  return first?.what.startsWith('rounding') ? undefined : first?.bytes;
}

/** How many elements of a size a block can hold; undefined where the rule makes no such block. */
export function capacityClaim(
  { id, capacityOf }: GrowthRule,
  block: Bytes,
  size: Bytes,
): Claim<number> | undefined {
  const capacity = capacityOf(block, size);
  if (capacity === undefined) return undefined;
  if (id === 'hashbrown') {
    const buckets = Math.round((block - 16) / (size + 1));
    return inferred(capacity, `${buckets} buckets, of which 7 in 8 may be used`);
  }
  if (id === 'python-dict') {
    const slots = 2 ** pythonDictKeys(block)[0]!.log2;
    return inferred(capacity, `${slots} slots, of which 2 in 3 may be used`);
  }
  const used = id === 'string' ? block - 1 : block;
  return inferred(capacity, `${used} bytes in elements of ${size}`);
}

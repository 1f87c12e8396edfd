/**
 * Where every byte of a container's block is, and what the next element beyond the capacity does:
 * the page arithmetic of one moment, for numbers that somebody chose.
 */

import type { KnownAllocatorId } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS, KNOWN_ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import { CONTAINERS, type Container, type ContainerKind } from '../../../knowledge/containers.ts';
import { elementWords } from '../../../knowledge/element-words.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import { headerOf, type KnownBlock } from '../growth.ts';
import {
  type CapacityFindings,
  type CapacityQuery,
  capacityFindings,
  isMapping,
  movesPages,
} from './capacity.ts';

/** What the containers and allocators are that can be asked about, in the order of their tables. */
export const CAPACITY_CONTAINERS: readonly ContainerKind[] = Object.values(CONTAINERS)
  .filter(({ option }) => option !== undefined)
  .map(({ kind }) => kind);

export const CAPACITY_ALLOCATORS = KNOWN_ALLOCATORS.filter((id) => id !== 'unknown');

/** What a step to the next capacity does to the bytes that are there. */
export type PushWay =
  /** The kernel moves or extends the pages: no byte is copied, old and new are one mapping. */
  | 'pages-move'
  /** realloc inside the heap: extends the block where there is room behind it, else copies. */
  | 'extends-or-copies'
  /** A new block, a copy, and then the old one is freed: both exist for a moment. */
  | 'copies';

export interface NextPush {
  /** The length that no longer fits. */
  readonly length: number;
  readonly block: KnownBlock;
  readonly way: PushWay;
  /** Bytes of elements that are moved or copied. */
  readonly moved: Bytes;
  /** What old and new block take together while both exist; undefined where they never do. */
  readonly together: Bytes | undefined;
}

export interface CapacityAccount {
  readonly findings: CapacityFindings;
  /** What elements of this size often are; undefined where the size says nothing. */
  readonly elementWords: string | undefined;
  /** The block that the container is in; undefined where it has none. */
  readonly block: KnownBlock | undefined;
  /** Parts of the block that sum to `total`. */
  readonly used: Bytes;
  readonly spare: Bytes;
  readonly header: Bytes;
  readonly rounding: Bytes;
  /** The whole mapping, or the block of the heap; what was asked for where more is not known. */
  readonly total: Bytes;
  readonly isMapping: boolean;
  readonly resident: Claim<Bytes> | undefined;
  /** Bytes of the mapping in pages that nobody touched; undefined where that is not known. */
  readonly untouched: Bytes | undefined;
  readonly next: NextPush | undefined;
}

/** A container by the name that a user writes: `vec`, `hashmap`. */
export const containerOf = (option: string): ContainerKind | undefined =>
  Object.values(CONTAINERS).find((container) => container.option === option)?.kind;

export const containerName = (kind: ContainerKind): string => CONTAINERS[kind].name;
export const allocatorName = (id: KnownAllocatorId): string => ALLOCATORS[id].name;

export function capacityAccount(query: CapacityQuery): CapacityAccount {
  const findings = capacityFindings(query);
  const { resident } = findings;
  const block = findings.blocks.at(-1);
  const used = findings.query.length * findings.query.elementBytes;
  const requested = block?.requested ?? 0;
  const total = block?.placement?.bytes ?? requested;
  const header = (block && headerOf(block)) ?? 0;
  return {
    findings,
    elementWords: elementWords(findings.query.elementBytes, findings.container.value.language),
    block,
    used: block === undefined ? 0 : used,
    spare: findings.slackBytes,
    header,
    rounding: total - requested - header,
    total,
    isMapping: block !== undefined && isMapping(block),
    resident,
    untouched: resident && total - resident.value,
    next: block && nextPush(findings, block, used),
  };
}

function nextPush(
  { query, container }: CapacityFindings,
  from: KnownBlock,
  used: Bytes,
): NextPush | undefined {
  const length = from.capacity + 1;
  const block = capacityFindings({ ...query, length }).blocks.at(-1);
  if (block === undefined || block.capacity < length) return undefined;
  const way = pushWay(container.value, from, block);
  const both =
    (from.placement?.bytes ?? from.requested) + (block.placement?.bytes ?? block.requested);
  // It is full when it grows.
  const moved = used + (from.capacity - query.length) * query.elementBytes;
  return { length, block, way, moved, together: way === 'pages-move' ? undefined : both };
}

function pushWay(container: Container, from: KnownBlock, to: KnownBlock): PushWay {
  if (movesPages(container, from, to)) return 'pages-move';
  return container.method === 'copy' || isMapping(to) ? 'copies' : 'extends-or-copies';
}

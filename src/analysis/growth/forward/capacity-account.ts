/**
 * Where every byte of a container's block is, and what the next element beyond the capacity does:
 * the page arithmetic of one moment, for numbers that somebody chose.
 */

import type { KnownAllocatorId } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS, KNOWN_ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import { CONTAINERS, type Container, type ContainerKind } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import {
  type CapacityFindings,
  type CapacityQuery,
  type CapacityRung,
  capacityFindings,
  headerOf,
  isMapping,
  movesPages,
} from './capacity.ts';

export type { CapacityRung } from './capacity.ts';

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
  readonly rung: CapacityRung;
  readonly way: PushWay;
  /** Bytes of elements that are moved or copied. */
  readonly moved: Bytes;
  /** What old and new block take together while both exist; undefined where they never do. */
  readonly together: Bytes | undefined;
}

export interface CapacityAccount {
  readonly findings: CapacityFindings;
  /** In words: `doubles`. */
  readonly rule: string;
  /** The block that the container is in; undefined where it has none. */
  readonly rung: CapacityRung | undefined;
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
  const { container, resident } = findings;
  const rung = findings.rungs.at(-1);
  const used = findings.query.length * findings.query.elementBytes;
  const requested = rung?.requested ?? 0;
  const total = rung?.placement?.bytes ?? requested;
  const header = headerOf(rung?.placement) ?? 0;
  return {
    findings,
    rule: GROWTH_RULES[container.rules[0]!].title,
    rung,
    used: rung === undefined ? 0 : used,
    spare: findings.slackBytes,
    header,
    rounding: total - requested - header,
    total,
    isMapping: rung !== undefined && isMapping(rung),
    resident,
    untouched: resident && total - resident.value,
    next: rung && nextPush(findings, rung, used),
  };
}

function nextPush(
  { query, container }: CapacityFindings,
  from: CapacityRung,
  used: Bytes,
): NextPush | undefined {
  const length = from.capacity + 1;
  const rung = capacityFindings({ ...query, length }).rungs.at(-1);
  if (rung === undefined || rung.capacity < length) return undefined;
  const way = pushWay(container, from, rung);
  const both =
    (from.placement?.bytes ?? from.requested) + (rung.placement?.bytes ?? rung.requested);
  // It is full when it grows.
  const moved = used + (from.capacity - query.length) * query.elementBytes;
  return { length, rung, way, moved, together: way === 'pages-move' ? undefined : both };
}

function pushWay(container: Container, from: CapacityRung, to: CapacityRung): PushWay {
  if (movesPages(container, from, to)) return 'pages-move';
  return container.method === 'copy' || isMapping(to) ? 'copies' : 'extends-or-copies';
}

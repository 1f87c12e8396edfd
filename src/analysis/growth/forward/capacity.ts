import type {
  KnownAllocator,
  KnownAllocatorId,
  Placement,
} from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import { CONTAINERS, type Container, type ContainerKind } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import { type Bytes, roundUpToPage } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import { blockSeries } from '../block-series.ts';
import { type GrowthCost, growthCost } from '../growth-cost.ts';

/** A question about a container, in plain data. */
export interface CapacityQuery {
  readonly container: ContainerKind;
  /** Of no account where the container fixes it: a String has elements of one byte. */
  readonly elementBytes: Bytes;
  /** How many elements it holds in the end. */
  readonly length: number;
  /** The capacity that was asked for before; undefined where it grew from empty. */
  readonly reserved?: number | undefined;
  readonly allocator: KnownAllocatorId;
  readonly pageBytes: Bytes;
}

/** One block of a container on its way. */
export interface CapacityRung {
  readonly capacity: number;
  /** Bytes that the container asks for. */
  readonly requested: Bytes;
  /** What the allocator makes of it; undefined where we do not know. */
  readonly placement: Placement | undefined;
}

/** What a container of so many elements takes, and how it got there. */
export interface CapacityFindings {
  /** With the element size that the container has. */
  readonly query: CapacityQuery;
  readonly container: Container;
  readonly allocator: KnownAllocator;
  /** From the first block to the last; empty where nothing was put in. */
  readonly rungs: readonly CapacityRung[];
  readonly slackElements: number;
  /** Bytes of the last block that no element uses. */
  readonly slackBytes: Bytes;
  /** Whole pages that are touched when only the elements are written; undefined without a mapping. */
  readonly resident: Claim<Bytes> | undefined;
  readonly cost: GrowthCost;
  /** The block when exactly this length is asked for at once; undefined where no call does that. */
  readonly exact: CapacityRung | undefined;
}

/** What the allocator keeps beside a block; undefined where it keeps nothing, and only rounds up. */
export function headerOf(placement: Placement | undefined): Bytes | undefined {
  const first = placement?.overheads[0];
  return first?.what.startsWith('rounding') ? undefined : first?.bytes;
}

/** More steps than any container needs for what fits into an address space. */
const MOST_RUNGS = 4096;

export function capacityFindings(asked: CapacityQuery): CapacityFindings {
  const container = CONTAINERS[asked.container];
  const query = { ...asked, elementBytes: container.elementBytes ?? asked.elementBytes };
  const { elementBytes, length, pageBytes } = query;
  const rungs = growthPath(query);
  const last = rungs.at(-1);
  const used = length * elementBytes;
  const replaced = rungs.slice(1).map((rung, i) => ({
    bytes: rungs[i]!.requested,
    isRemapped: movesPages(container, rungs[i]!, rung),
  }));
  return {
    query,
    container,
    allocator: ALLOCATORS[query.allocator],
    rungs,
    slackElements: last === undefined ? 0 : last.capacity - length,
    slackBytes: last === undefined ? 0 : Math.max(0, last.requested - used),
    resident: last && residentBytes(last, used, container, pageBytes),
    cost: growthCost(replaced),
    exact: container.reserve === undefined ? undefined : rungFor(query, length),
  };
}

function rungFor(
  { container, elementBytes, allocator, pageBytes }: CapacityQuery,
  elements: number,
): CapacityRung | undefined {
  const { blockOf, capacityOf } = GROWTH_RULES[CONTAINERS[container].rules[0]!];
  const requested = blockOf(elements, elementBytes);
  const capacity = requested && capacityOf(requested, elementBytes);
  if (requested === undefined || capacity === undefined || requested === 0) return undefined;
  return { capacity, requested, placement: ALLOCATORS[allocator].place(requested, pageBytes) };
}

function growthPath(query: CapacityQuery): CapacityRung[] {
  const { elementBytes, length, reserved, pageBytes } = query;
  const container = CONTAINERS[query.container];
  if (reserved === undefined && length <= (container.inline ?? 0)) return [];
  const rule = GROWTH_RULES[container.rules[0]!];
  const first = reserved ?? container.smallest?.(elementBytes) ?? 1;
  const block = rule.blockOf(first, elementBytes);
  if (block === undefined) return [];
  const capacityOf = (bytes: Bytes) => rule.capacityOf(bytes, elementBytes)!;
  const isNext = (bytes: Bytes, at: number, before: Bytes) =>
    at < MOST_RUNGS && capacityOf(before) < length && capacityOf(bytes) > capacityOf(before);
  return blockSeries(rule.id, block, elementBytes, isNext).map((requested) => ({
    capacity: capacityOf(requested),
    requested,
    placement: ALLOCATORS[query.allocator].place(requested, pageBytes),
  }));
}

export const isMapping = ({ placement }: CapacityRung): boolean => placement?.kind === 'mapping';

/** Whether a step needs no copy: realloc of a block that has pages of its own. */
export const movesPages = ({ method }: Container, from: CapacityRung, to: CapacityRung): boolean =>
  method === 'realloc' && isMapping(from) && isMapping(to);

function residentBytes(
  { placement, requested }: CapacityRung,
  used: Bytes,
  container: Container,
  pageBytes: Bytes,
): Claim<Bytes> | undefined {
  if (placement?.kind !== 'mapping') return undefined;
  const header = headerOf(placement) ?? 0;
  if (container.rules[0] === 'hashbrown' || container.rules[0] === 'primes') {
    const because = 'elements lie all over a hash table, so that it is touched everywhere';
    return inferred(roundUpToPage(requested + header, pageBytes), because);
  }
  const because = `${used} bytes of elements behind a header of ${header}, in whole pages`;
  return inferred(roundUpToPage(used + header, pageBytes), because);
}

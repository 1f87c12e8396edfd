import type { KnownAllocator, KnownAllocatorId } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import { CONTAINERS, type Container, type ContainerKind } from '../../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRule } from '../../../knowledge/growth-rules.ts';
import { type Bytes, roundUpToPage } from '../../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../../model/claim.ts';
import { blockSeries } from '../block-series.ts';
import {
  type CountedAdvice,
  type Growth,
  type GrowthBlock,
  headerOf,
  type KnownBlock,
} from '../growth.ts';
import { countedAdvice, type Placing } from '../growth-advice.ts';
import { growthCost } from '../growth-cost.ts';

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

/** What a container of so many elements takes, and how it got there. */
export interface CapacityFindings extends Growth {
  /** With the element size that the container has. */
  readonly query: CapacityQuery;
  readonly container: Claim<Container>;
  readonly rule: Claim<GrowthRule>;
  readonly allocator: KnownAllocator;
  /** Empty where nothing was put in. */
  readonly blocks: readonly KnownBlock[];
  readonly advice: CountedAdvice | undefined;
  readonly slackElements: number;
  /** Bytes of the last block that no element uses. */
  readonly slackBytes: Bytes;
  /** Whole pages that are touched when only the elements are written; undefined where it shares pages. */
  readonly resident: Claim<Bytes> | undefined;
}

/** More steps than any container needs for what fits into an address space. */
const MOST_BLOCKS = 4096;

export function capacityFindings(asked: CapacityQuery): CapacityFindings {
  const container = CONTAINERS[asked.container];
  const query = { ...asked, elementBytes: container.elementBytes ?? asked.elementBytes };
  const { elementBytes, length, pageBytes } = query;
  const allocator = ALLOCATORS[query.allocator];
  const rule = container.rules[0]!;
  const blocks = growthPath(query);
  const last = blocks.at(-1);
  const used = length * elementBytes;
  const steps = blocks.slice(1).map((block, i) => ({ from: blocks[i]!, to: block }));
  const cost = growthCost(
    measured(steps.length),
    steps.map(({ from, to }) => ({
      bytes: from.requested,
      times: 1,
      way: movesPages(container, from, to) ? 'remapped' : 'copied',
    })),
  );
  const counted = { rule, elements: measured(length), elementBytes };
  return {
    query,
    container: measured(container),
    rule: measured(GROWTH_RULES[rule]),
    element: { size: measured(elementBytes), certainty: 'certain', rivals: [] },
    allocator,
    blocks,
    containers: measured(1),
    method: container.method,
    slackElements: last === undefined ? 0 : last.capacity - length,
    slackBytes: last === undefined ? 0 : Math.max(0, last.requested - used),
    resident: last && residentBytes(last, used, container, { allocator, pageBytes }),
    cost,
    advice:
      container.reserve === undefined
        ? undefined
        : countedAdvice(container, counted, cost, last?.placement?.bytes, { allocator, pageBytes }),
  };
}

function growthPath(query: CapacityQuery): KnownBlock[] {
  const { elementBytes, length, reserved, pageBytes } = query;
  const container = CONTAINERS[query.container];
  if (reserved === undefined && length <= (container.inline ?? 0)) return [];
  const rule = GROWTH_RULES[container.rules[0]!];
  const first = reserved ?? container.smallest?.(elementBytes) ?? 1;
  const block = rule.blockOf(first, elementBytes);
  if (block === undefined) return [];
  const capacityOf = (bytes: Bytes) => rule.capacityOf(bytes, elementBytes)!;
  const isNext = (bytes: Bytes, at: number, before: Bytes) =>
    at < MOST_BLOCKS && capacityOf(before) < length && capacityOf(bytes) > capacityOf(before);
  return blockSeries(rule.id, block, elementBytes, isNext).map((requested) => ({
    capacity: capacityOf(requested),
    requested,
    placement: ALLOCATORS[query.allocator].place(requested, pageBytes),
  }));
}

export const isMapping = ({ placement }: GrowthBlock): boolean => placement?.kind === 'mapping';

/** Whether a step needs no copy: realloc of a block that has pages of its own. */
export const movesPages = ({ method }: Container, from: KnownBlock, to: KnownBlock): boolean =>
  method === 'realloc' && isMapping(from) && isMapping(to);

function residentBytes(
  block: KnownBlock,
  used: Bytes,
  container: Container,
  { allocator, pageBytes }: Placing,
): Claim<Bytes> | undefined {
  const hasOwnPages = block.requested >= (allocator.ownPagesFrom ?? Number.POSITIVE_INFINITY);
  if (!isMapping(block) && !hasOwnPages) return undefined;
  const header = headerOf(block) ?? 0;
  if (container.rules[0] === 'hashbrown' || container.rules[0] === 'primes') {
    const because = 'elements lie all over a hash table, so that it is touched everywhere';
    return inferred(roundUpToPage(block.requested + header, pageBytes), because);
  }
  const behind = header > 0 ? ` behind a header of ${header}` : '';
  const fresh = hasOwnPages
    ? '; one more where it begins inside a page, and pages that were used before are in RAM already'
    : '';
  const because = `${used} bytes of elements${behind}, in whole pages${fresh}`;
  return inferred(roundUpToPage(used + header, pageBytes), because);
}

import type { KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import type { Language } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { inferred, measured } from '../../../model/claim.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { type GrowthEstimate, growthEstimate, toldSize } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import { growthMethod, requestsOf } from '../estimate/growth-run.ts';
import { isWithin } from '../estimate/hypothesis.ts';
import type { GrowthSite } from '../from-heap/growth-sites.ts';
import type { Growth, GrowthAdvice, GrowthBlock, GrowthCost } from '../growth.ts';
import { countedAdvice, factorAdvice, type Placing } from '../growth-advice.ts';
import { growthCost, type ReplacedBlocks } from '../growth-cost.ts';
import { type GrowingCode, growingCode } from './call-site.ts';
import { conflictsOf, type FactConflict, withoutConflicts } from './conflicts.ts';
import { recordedIn, residentIn } from './corroboration.ts';
import type { GrowthChain, GrowthStep } from './growth-chain.ts';
import { type GrowthClaims, growthClaims } from './growth-claims.ts';
import type { ChainGroup } from './history-totals.ts';
import { slackOf } from './slack.ts';

/** What the caller knows of the system; undefined for what the log has to tell. */
export interface GrowthQuery {
  readonly allocator?: KnownAllocator | undefined;
  readonly pageBytes: Bytes;
  /** What the calls tell of the program. */
  readonly language?: Language | undefined;
  /** A runtime gives out the memory: what is advised for malloc's blocks does not touch it. */
  readonly hasOwnHeap?: boolean | undefined;
  /** About the container that `isAbout` names; the largest otherwise. */
  readonly witness?: GivenFacts | undefined;
  /** A line on which the container was made or grew. */
  readonly line?: number | undefined;
  /** A memory map of the process, which tells what was touched. */
  readonly map?: MemoryMap | undefined;
  /** Sites of a heap recording of the program, which tell element sizes. */
  readonly sites?: readonly GrowthSite[] | undefined;
}

/** A container that grew, or several that went through the same. */
export interface GrownContainer extends Growth, GrowthClaims {
  /** Its mappings; each has its block. */
  readonly chain: GrowthChain;
  readonly allocator: KnownAllocator;
  readonly estimate: GrowthEstimate;
  /** What is known beside the log and does not go with what is told of the container. */
  readonly conflicts: readonly FactConflict[];
  readonly slack: ReturnType<typeof slackOf>;
  /** Where the log has stacks. */
  readonly code: GrowingCode | undefined;
}

export function grownContainer(
  { chain, count }: ChainGroup,
  query: GrowthQuery,
  given: GivenFacts = {},
): GrownContainer {
  const { pageBytes, map, sites, language } = query;
  const allocator = allocatorOf(chain.steps, query.allocator);
  const requests = requestsOf(chain.steps, allocator, pageBytes);
  const facts: GivenFacts = {
    ...given,
    resident: map && residentIn(map, chain),
    recorded: sites && recordedIn(sites, chain, requests),
    shrunk: chain.last.mapped < chain.peak ? requests.at(-1) : undefined,
  };
  const surroundings = { allocator, pageBytes, language };
  const asGiven = growthEstimate(chain, surroundings, facts);
  // Of a size that nothing can have, all others are looked at.
  const isImpossible = asGiven.rule === undefined && facts.elementBytes !== undefined;
  const estimate = isImpossible
    ? growthEstimate(chain, surroundings, { ...facts, elementBytes: undefined })
    : asGiven;
  const conflicts = conflictsOf(estimate, facts, { allocator, pageBytes });
  const believed = withoutConflicts(facts, conflicts);
  const cost = growthCost(measured(chain.stepCount - 1), replacedBlocks(chain, estimate));
  return {
    ...growthClaims(chain, estimate, believed, pageBytes, language),
    chain,
    allocator,
    estimate,
    conflicts,
    blocks: blocksOf(estimate, believed, { allocator, pageBytes }),
    containers: measured(count),
    method: growthMethod(chain.steps.slice(1)),
    cost,
    slack: slackOf(chain, estimate, believed, allocator),
    advice: query.hasOwnHeap
      ? undefined
      : adviceOf(chain, estimate, believed, cost, { allocator, pageBytes }),
    code: growingCode(chain),
  };
}

/** The likeliest block of each mapping. */
function blocksOf(
  estimate: GrowthEstimate,
  { elements, shrunk }: GivenFacts,
  { allocator, pageBytes }: Placing,
): GrowthBlock[] {
  const { rule, blocks } = estimate;
  const size = toldSize(estimate);
  // What shrank to fit has room for its elements alone.
  const fitting = size === undefined || elements === undefined ? undefined : elements * size;
  const last = shrunk && fitting && isWithin(fitting, shrunk) ? fitting : blocks.at(-1);
  return [...blocks.slice(0, -1), last].map((requested) => ({
    requested,
    capacity:
      requested !== undefined && rule !== undefined && size !== undefined
        ? GROWTH_RULES[rule].capacityOf(requested, size)
        : undefined,
    placement: requested === undefined ? undefined : allocator.place(requested, pageBytes),
  }));
}

/** What each step of a chain replaced: mapped pages where mremap moved them, else what the block held. */
function replacedBlocks(
  { steps }: GrowthChain,
  { blocks, requests }: GrowthEstimate,
): ReplacedBlocks[] {
  return steps
    .slice(1)
    .map(({ kind }, i) =>
      kind === 'copied'
        ? { bytes: blocks[i] ?? requests[i]!.most, times: 1, way: 'copied' }
        : { bytes: steps[i]!.mapped, times: 1, way: 'remapped' },
    );
}

/** How to grow otherwise: to just as many elements as there are where that is known, or by a factor. */
function adviceOf(
  { last }: GrowthChain,
  estimate: GrowthEstimate,
  { elements }: GivenFacts,
  cost: GrowthCost,
  placing: Placing,
): GrowthAdvice | undefined {
  const { container, rule, blocks } = estimate;
  const size = toldSize(estimate);
  // The program has no say in how an interpreter's containers grow.
  if (container === undefined || rule === undefined || container.language === 'python') return;
  if (elements !== undefined && size !== undefined) {
    const because = 'as many as you said there are';
    const counted = { rule, elements: inferred(elements, because), elementBytes: size };
    const advice = countedAdvice(container, counted, cost, last.mapped, placing);
    const saved = advice?.savedSlack?.value;
    if (saved !== undefined && saved >= 0) return advice;
  }
  if (rule !== 'constant') return;
  const known = blocks.flatMap((requested, i) =>
    requested === undefined
      ? []
      : [
          {
            requested,
            capacity: undefined,
            placement: undefined,
            ended: Number(i === blocks.length - 1),
          },
        ],
  );
  return factorAdvice(container, known, cost);
}

/** A length that is no multiple of the page is musl's; glibc never asks for one. */
export function allocatorOf(steps: readonly GrowthStep[], known?: KnownAllocator): KnownAllocator {
  const isUnaligned = steps.some(({ length, mapped }) => length !== mapped);
  if (known !== undefined) return known.id === 'glibc' && isUnaligned ? ALLOCATORS.unknown : known;
  return isUnaligned ? ALLOCATORS.musl : ALLOCATORS.glibc;
}

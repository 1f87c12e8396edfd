import type { KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import type { Language } from '../../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { inferred, measured } from '../../../model/claim.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { type GrowthEstimate, growthEstimate, toldSize } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import { growthMethod, requestsOf } from '../estimate/growth-run.ts';
import type { GrowthSite } from '../from-heap/growth-sites.ts';
import type { CountedAdvice, Growth, GrowthBlock, GrowthCost } from '../growth.ts';
import { countedAdvice, type Placing } from '../growth-advice.ts';
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
  readonly advice: CountedAdvice | undefined;
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
    blocks: blocksOf(estimate, { allocator, pageBytes }),
    containers: measured(count),
    method: growthMethod(chain.steps.slice(1)),
    cost,
    slack: slackOf(chain, estimate, believed, allocator),
    advice: query.hasOwnHeap
      ? undefined
      : reserveAdvice(chain, estimate, believed, cost, { allocator, pageBytes }),
    code: growingCode(chain),
  };
}

/** The likeliest block of each mapping. */
function blocksOf(estimate: GrowthEstimate, { allocator, pageBytes }: Placing): GrowthBlock[] {
  const { rule, blocks } = estimate;
  const size = toldSize(estimate);
  return blocks.map((requested) => ({
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

/** Rules of containers whose blocks hold their elements and nothing else. */
const PLAIN_RULES: readonly GrowthRuleId[] = ['double', 'constant', 'half-again', 'quarter-again'];

/** Sound only where it is known how many elements there are; undefined otherwise. */
function reserveAdvice(
  { last }: GrowthChain,
  { candidates: [best], container, rule }: GrowthEstimate,
  { elements }: GivenFacts,
  cost: GrowthCost,
  placing: Placing,
): CountedAdvice | undefined {
  if (elements === undefined || best === undefined || container === undefined) return undefined;
  if (rule === undefined || !PLAIN_RULES.includes(rule)) return undefined;
  const counted = {
    rule,
    elements: inferred(elements, 'as many as you said there are'),
    elementBytes: best.elementBytes,
  };
  const advice = countedAdvice(container, counted, cost, last.mapped, placing);
  const saved = advice?.savedSlack?.value;
  return saved === undefined || saved < 0 ? undefined : advice;
}

/** A length that is no multiple of the page is musl's; glibc never asks for one. */
export function allocatorOf(steps: readonly GrowthStep[], known?: KnownAllocator): KnownAllocator {
  const isUnaligned = steps.some(({ length, mapped }) => length !== mapped);
  if (known !== undefined) return known.id === 'glibc' && isUnaligned ? ALLOCATORS.unknown : known;
  return isUnaligned ? ALLOCATORS.musl : ALLOCATORS.glibc;
}

import type { ByteInterval, KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import type { Language } from '../../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { inferred, measured } from '../../../model/claim.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { type GrowthEstimate, growthEstimate } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import { growthMethod, requestsOf } from '../estimate/growth-run.ts';
import type { GrowthSite } from '../from-heap/growth-sites.ts';
import type { CountedAdvice, Growth, GrowthBlock, GrowthCost } from '../growth.ts';
import { countedAdvice, type Placing } from '../growth-advice.ts';
import { growthCost, type ReplacedBlocks } from '../growth-cost.ts';
import type { BufferTracker } from './buffer-tracker.ts';
import { type GrowingCode, growingCode } from './call-site.ts';
import { elementBytesIn, residentIn } from './corroboration.ts';
import type { FreshMapping, GrowthChain, GrowthStep } from './growth-chain.ts';
import { type GrowthClaims, growthClaims } from './growth-claims.ts';
import { type ChainGroup, type HistoryTotals, isBuffer, keepLargest } from './history-totals.ts';
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
  /** What is known beside the log fits none of the containers that could have made the steps. */
  readonly isContradicted: boolean;
  readonly slack: ReturnType<typeof slackOf>;
  readonly advice: CountedAdvice | undefined;
  /** Where the log has stacks. */
  readonly code: GrowingCode | undefined;
}

/** What an address space tells of containers that grew. */
export interface GrowthFindings {
  readonly pageBytes: Bytes;
  readonly language: Language | undefined;
  /** The largest first. */
  readonly containers: readonly GrownContainer[];
  /** Buffers that grew and were not kept. */
  readonly notKept: number;
  /** Buffers in a mapping of their own that never changed their length, and their bytes. */
  readonly oneShots: {
    readonly count: number;
    readonly bytes: Bytes;
    readonly largest: readonly OneShot[];
  };
}

/** A buffer of one length: what it asked for, in bytes, and nothing of what it held. */
export interface OneShot {
  readonly line: number;
  readonly mapped: Bytes;
  readonly requested: ByteInterval;
}

/** Limit of containers that are examined; smaller ones beyond it are only counted. */
const MOST_CONTAINERS = 64;

export function growthFindings(tracker: BufferTracker, query: GrowthQuery): GrowthFindings {
  const { ledger } = tracker;
  const grown = [...tracker.grown().map((chain) => ({ chain, count: 1 })), ...ledger.groups].sort(
    (a, b) => b.chain.peak - a.chain.peak,
  );
  const kept = grown.slice(0, MOST_CONTAINERS);
  const fresh = tracker.fresh().filter(isBuffer);
  const told = kept
    .map((group) =>
      grownContainer(group, { ...query, witness: undefined, map: undefined, sites: undefined }),
    )
    .filter(isGrowth);
  const { witness, line, language } = query;
  const meant = told.findIndex(
    ({ chain }) => line === undefined || chain.steps.some((step) => step.line === line),
  );
  const containers = told.map((one, i) =>
    isAsked(query) ? grownContainer(groupOf(one), query, i === meant ? witness : {}) : one,
  );
  return {
    pageBytes: query.pageBytes,
    language,
    containers,
    notKept: ledger.notKept + grown.length - kept.length,
    oneShots: {
      count: ledger.oneShots + fresh.length,
      bytes: fresh.reduce((sum, { mapped }) => sum + mapped, ledger.oneShotBytes),
      largest: largestOneShots(ledger, fresh, query),
    },
  };
}

function largestOneShots(
  ledger: HistoryTotals,
  fresh: readonly FreshMapping[],
  { allocator, pageBytes }: GrowthQuery,
): OneShot[] {
  const largest = [...ledger.largestOneShots];
  for (const mapping of fresh) keepLargest(largest, mapping);
  return largest.map((mapping) => {
    const rules = allocatorOf([mapping], allocator);
    const [requested] = requestsOf([mapping], rules, pageBytes);
    return { line: mapping.line, mapped: mapping.mapped, requested: requested! };
  });
}

const groupOf = ({ chain, containers }: GrownContainer): ChainGroup => ({
  chain,
  count: containers.value,
});

const isAsked = ({ witness, map, sites }: GrowthQuery): boolean =>
  witness !== undefined || map !== undefined || sites !== undefined;

function grownContainer(
  { chain, count }: ChainGroup,
  query: GrowthQuery,
  given: GivenFacts = {},
): GrownContainer {
  const { pageBytes, map, sites, language } = query;
  const allocator = allocatorOf(chain.steps, query.allocator);
  const requests = requestsOf(chain.steps, allocator, pageBytes);
  const witness: GivenFacts = {
    ...given,
    elementBytes: given.elementBytes ?? (sites && elementBytesIn(sites, requests)),
    resident: given.resident ?? (map && residentIn(map, chain)),
  };
  const surroundings = { allocator, pageBytes, language };
  const witnessed = growthEstimate(chain, surroundings, witness);
  const plain = witnessed.rule === undefined ? growthEstimate(chain, surroundings) : witnessed;
  const isContradicted = plain.rule !== witnessed.rule;
  const estimate = isContradicted ? plain : witnessed;
  const believed = isContradicted ? {} : witness;
  const cost = growthCost(measured(chain.stepCount - 1), replacedBlocks(chain, estimate));
  return {
    ...growthClaims(chain, estimate, believed, pageBytes, language),
    chain,
    allocator,
    estimate,
    isContradicted,
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
  const { rule, blocks, candidates, stretch } = estimate;
  const [best] = candidates;
  // The likeliest bytes and the likeliest element size can come from different containers.
  const isOne = best !== undefined && best.bytes === blocks[stretch.to - 1];
  return blocks.map((requested) => ({
    requested,
    capacity:
      requested !== undefined && rule !== undefined && isOne
        ? GROWTH_RULES[rule].capacityOf(requested, best.elementBytes)
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
const PLAIN_RULES: readonly GrowthRuleId[] = ['double', 'constant', 'half-again'];

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

/** That one mapping was made just before another went is no growth unless a rule says so. */
function isGrowth({ estimate, cost }: GrownContainer): boolean {
  return cost.remaps > 0 || estimate.rule !== undefined;
}

/** A length that is no multiple of the page is musl's; glibc never asks for one. */
function allocatorOf(steps: readonly GrowthStep[], known?: KnownAllocator): KnownAllocator {
  const isUnaligned = steps.some(({ length, mapped }) => length !== mapped);
  if (known !== undefined) return known.id === 'glibc' && isUnaligned ? ALLOCATORS.unknown : known;
  return isUnaligned ? ALLOCATORS.musl : ALLOCATORS.glibc;
}

import type { ByteInterval, KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../../knowledge/allocators/index.ts';
import type { Language } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { type GrowthEstimate, growthEstimate } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import { requestsOf } from '../estimate/growth-run.ts';
import type { GrowthSite } from '../from-heap/growth-sites.ts';
import type { CountedAdvice } from '../growth-advice.ts';
import { type GrowthCost, growthCost } from '../growth-cost.ts';
import type { BufferTracker } from './buffer-tracker.ts';
import { type GrowingCode, growingCode } from './call-site.ts';
import { elementBytesIn, residentIn } from './corroboration.ts';
import type { FreshMapping, GrowthChain, GrowthStep } from './growth-chain.ts';
import { type GrowthClaims, growthClaims } from './growth-claims.ts';
import { type ChainGroup, type HistoryTotals, isBuffer, keepLargest } from './history-totals.ts';
import { replacedBlocks, reserveAdvice, slackOf } from './reserve-advice.ts';

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

/** A container that grew, and how many others went through the same. */
export interface GrownContainer {
  readonly chain: GrowthChain;
  readonly count: number;
  readonly allocator: KnownAllocator;
  readonly estimate: GrowthEstimate;
  /** What is known beside the log fits none of the containers that could have made the steps. */
  readonly isContradicted: boolean;
  readonly claims: GrowthClaims;
  /** Elements after each step, in the likeliest size; undefined for steps that follow no rule. */
  readonly capacities: readonly (number | undefined)[];
  /** Bytes that the allocator puts before each block, where the block is known. */
  readonly headers: readonly (Bytes | undefined)[];
  readonly cost: GrowthCost;
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
    isAsked(query) ? grownContainer(one, query, i === meant ? witness : {}) : one,
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
  const { rule, blocks, candidates } = estimate;
  const cost = growthCost(replacedBlocks(chain, estimate));
  const [best] = candidates;
  // The likeliest bytes and the likeliest element size can come from different containers.
  const isOne = best !== undefined && best.bytes === blocks[estimate.stretch.to - 1];
  return {
    chain,
    count,
    allocator,
    estimate,
    isContradicted,
    claims: growthClaims(chain, estimate, believed, pageBytes, language),
    capacities: blocks.map((block) =>
      block !== undefined && rule !== undefined && isOne
        ? GROWTH_RULES[rule].capacityOf(block, best.elementBytes)
        : undefined,
    ),
    headers: blocks.map((block) =>
      block === undefined ? undefined : allocator.place(block, pageBytes)?.overheads[0]?.bytes,
    ),
    cost,
    slack: slackOf(chain, estimate, believed, allocator),
    code: growingCode(chain),
    advice: query.hasOwnHeap
      ? undefined
      : reserveAdvice(chain, estimate, cost, believed, allocator, pageBytes),
  };
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

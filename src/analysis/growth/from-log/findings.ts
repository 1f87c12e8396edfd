import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import type { Language } from '../../../knowledge/containers.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { requestsOf } from '../estimate/growth-run.ts';
import type { BufferTracker } from './buffer-tracker.ts';
import {
  allocatorOf,
  type GrownContainer,
  type GrowthQuery,
  grownContainer,
} from './grown-container.ts';
import type { FreshMapping } from './growth-chain.ts';
import { type ChainGroup, type HistoryTotals, isBuffer, keepLargest } from './history-totals.ts';

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

/** That one mapping was made just before another went is no growth unless a rule says so. */
function isGrowth({ chain, estimate, cost }: GrownContainer): boolean {
  // A buffer that only shrank did not grow.
  if (chain.peak === chain.steps[0]!.mapped) return false;
  return cost.remaps > 0 || estimate.rule !== undefined;
}

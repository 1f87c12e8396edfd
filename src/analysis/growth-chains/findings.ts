import type { Allocator } from '../../knowledge/allocators.ts';
import { ALLOCATORS } from '../../knowledge/allocators.ts';
import type { Language } from '../../knowledge/containers.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { ChainTracker } from './chain-tracker.ts';
import { type GrowthEstimate, growthEstimate } from './estimate.ts';
import type { GrowthChain } from './growth-chain.ts';
import type { Witness } from './witness.ts';

/** What the caller knows of the system; undefined for what the log has to tell. */
export interface GrowthQuery {
  readonly allocator?: Allocator | undefined;
  readonly pageBytes: Bytes;
  /** About the container that `isAbout` names; the largest otherwise. */
  readonly witness?: Witness | undefined;
  /** A line on which the container was made or grew. */
  readonly line?: number | undefined;
}

/** A container that grew, and how many others went through the same. */
export interface GrownContainer {
  readonly chain: GrowthChain;
  readonly count: number;
  readonly allocator: Allocator;
  readonly estimate: GrowthEstimate;
}

/** What an address space tells of containers that grew. */
export interface GrowthFindings {
  readonly language: Language | undefined;
  /** The largest first. */
  readonly containers: readonly GrownContainer[];
  /** Buffers that grew and were not kept. */
  readonly notKept: number;
  /** Buffers in a mapping of their own that never changed their length, and their bytes. */
  readonly oneShots: { readonly count: number; readonly bytes: Bytes };
}

/** Mappings that are smaller are no blocks of an unchanged malloc. */
const SMALLEST_BUFFER = 128 * 1024;

export function growthFindings(tracker: ChainTracker, query: GrowthQuery): GrowthFindings {
  const { ledger, marks } = tracker;
  const live = [...tracker.live()];
  const grown = [
    ...live.filter((chain) => chain.stepCount > 1).map((chain) => ({ chain, count: 1 })),
    ...ledger.groups,
  ].sort((a, b) => b.chain.peak - a.chain.peak);
  const single = live.filter(({ stepCount, peak }) => stepCount === 1 && peak >= SMALLEST_BUFFER);
  const { language } = marks;
  const meant = grown.find(({ chain }) =>
    query.line === undefined ? true : chain.steps.some((step) => step.line === query.line),
  );
  return {
    language,
    containers: grown.map((group) => {
      const { chain, count } = group;
      const allocator = query.allocator ?? allocatorOf(chain);
      const surroundings = { allocator, pageBytes: query.pageBytes, language };
      const witness = group === meant ? query.witness : undefined;
      return { chain, count, allocator, estimate: growthEstimate(chain, surroundings, witness) };
    }),
    notKept: ledger.notKept,
    oneShots: {
      count: ledger.oneShots + single.length,
      bytes: single.reduce((sum, { peak }) => sum + peak, ledger.oneShotBytes),
    },
  };
}

/** musl asks for a length that is no multiple of the page. */
function allocatorOf({ steps }: GrowthChain): Allocator {
  const isUnaligned = steps.some(({ length, mapped }) => length !== mapped);
  return isUnaligned ? ALLOCATORS.musl : ALLOCATORS.glibc;
}

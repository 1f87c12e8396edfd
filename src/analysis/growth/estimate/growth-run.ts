import type { ByteInterval, KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import type { Language } from '../../../knowledge/containers.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { GrowthChain, GrowthStep } from '../from-log/growth-chain.ts';
import type { GrowthEvidence } from './hypothesis.ts';

/** Steps of a chain, one after the other, through which it only grew. */
export interface GrowthRun {
  /** Index of its first step in the chain. */
  readonly from: number;
  /** Index behind its last step. */
  readonly to: number;
}

/** The longest stretch of growth; of equally long ones the last. */
export function longestGrowth({ steps, omitted }: GrowthChain): GrowthRun {
  let best: GrowthRun = { from: 0, to: 1 };
  let from = 0;
  for (let at = 1; at <= steps.length; at++) {
    const goesOn = at < steps.length && steps[at]!.mapped > steps[at - 1]!.mapped;
    const isCut = omitted > 0 && at === steps.length >> 1;
    if (goesOn && !isCut) continue;
    if (at - from >= best.to - best.from) best = { from, to: at };
    from = at;
  }
  return best;
}

/** A first mapping this much above the threshold's double was no block of the heap before. */
const ENTRY_SLACK = 3 * 4096;

/** What the steps of a stretch, from one of them on, have to tell. */
export function evidenceOf(
  chain: GrowthChain,
  { from, to }: GrowthRun,
  requests: readonly ByteInterval[],
  language: Language | undefined,
): GrowthEvidence {
  return {
    requests: requests.slice(from, to),
    method: growthMethod(chain.steps.slice(Math.max(1, from), Math.max(to, 2))),
    language,
    entry: from === 0 ? entryOf(chain) : 'unknown',
  };
}

/** How steps replaced the blocks before them. */
export function growthMethod(steps: readonly GrowthStep[]): GrowthEvidence['method'] {
  const copies = steps.filter(({ kind }) => kind === 'copied').length;
  if (copies === 0) return 'realloc';
  return copies === steps.length ? 'copy' : 'both';
}

function entryOf({ steps, leftHeap, threshold }: GrowthChain): GrowthEvidence['entry'] {
  const first = steps[0]!;
  if (first.kind === 'found') return 'unknown';
  if (leftHeap > 0) return 'grown';
  return first.mapped > 2 * threshold + ENTRY_SLACK ? 'made' : 'unknown';
}

/** The requests that fit each step, by the allocator's rule. */
export function requestsOf(
  steps: readonly GrowthStep[],
  allocator: KnownAllocator,
  pageBytes: Bytes,
): ByteInterval[] {
  return steps.map((step) => {
    const { least, most } = allocator.requests(step, pageBytes);
    return { least: Math.max(1, least), most: Math.max(1, most) };
  });
}

import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import type { MemoryUse } from '../../knowledge/memory-uses.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type { AddressSpace } from './address-space.ts';
import type { RecognisedAllocator } from './allocator-detection.ts';
import type { BrkMove } from './brk-heap.ts';
import { isUsualStep, leastRequest, USUAL_STEP_BECAUSE } from './brk-steps.ts';
import type { HeapTimeline } from './heap-timeline.ts';
import type { Chain } from './mapping-history.ts';
import type { UseAccount } from './memory-accounts.ts';
import type { MmapThreshold } from './mmap-threshold.ts';

/** Memory of one use, under the name that fits this process. */
export interface UseFindings extends UseAccount {
  readonly title: string;
}

/** Where the memory of a space was, and what its allocator did. */
export interface HeapFindings {
  /** The allocator behind malloc; undefined where nothing tells. */
  readonly malloc: RecognisedAllocator | undefined;
  /** Language runtimes with memory of their own. */
  readonly runtimes: readonly RecognisedAllocator[];
  /** The largest first. */
  readonly uses: readonly UseFindings[];
  /** What each mapping is for that was there at the end. */
  readonly useOf: ReadonlyMap<Chain, MemoryUse>;
  /** Steps of brk that any small request makes, and why; glibc only, and only where there are. */
  readonly usualSteps: Claim<number> | undefined;
  /** The largest step of brk beyond the usual, and the request that it betrays; glibc only. */
  readonly largestStep: (BrkMove & { readonly request: Claim<Bytes> }) | undefined;
  /** glibc only, and only where it was raised. */
  readonly threshold: MmapThreshold | undefined;
  readonly timeline: HeapTimeline;
}

export function heapFindings(space: AddressSpace): HeapFindings {
  const { malloc, runtimes } = space.signs;
  const recognised = [...(malloc ? [malloc] : []), ...runtimes];
  const names = Object.assign({}, ...recognised.map(({ allocator }) => allocator.value.uses));
  const isGlibc = malloc?.allocator.value.id === 'glibc';
  const { largest, steps } = space.heap;
  const request = isGlibc && largest ? leastRequest(largest.delta) : undefined;
  let useOf: ReadonlyMap<Chain, MemoryUse> | undefined;
  const usual = steps.filter(({ delta }) => isUsualStep(delta));
  return {
    malloc,
    runtimes,
    uses: space.uses
      .map((account) => ({ ...account, title: names[account.use.id] ?? account.use.title }))
      .toSorted((a, b) => b.peak - a.peak),
    // Asked for together with the histories, of the few spaces that are shown.
    get useOf() {
      useOf ??= usesByChain(space);
      return useOf;
    },
    usualSteps:
      isGlibc && usual.length > 0
        ? inferred(
            usual.reduce((sum, { count }) => sum + count, 0),
            USUAL_STEP_BECAUSE,
          )
        : undefined,
    largestStep: largest && request && { ...largest, request },
    threshold: isGlibc && space.threshold.raises > 0 ? space.threshold : undefined,
    timeline: space.timeline,
  };
}

/**
 * The allocators and runtimes that the calls of a process betray, as far as these can be told from others:
 * a program of another language may well map three times a MiB, as CPython does.
 */
export function allocatorsIn({
  malloc,
  runtimes,
}: Pick<HeapFindings, 'malloc' | 'runtimes'>): readonly Allocator[] {
  const isTold = ({ allocator: { value }, isByFile }: RecognisedAllocator) =>
    value.file === undefined || isByFile;
  return [...(malloc ? [malloc] : []), ...runtimes.filter(isTold)].map(
    ({ allocator }) => allocator.value,
  );
}

function usesByChain(space: AddressSpace): ReadonlyMap<Chain, MemoryUse> {
  space.liveChains();
  return new Map(space.pieces.flatMap(({ chain, use }) => (chain && use ? [[chain, use]] : [])));
}

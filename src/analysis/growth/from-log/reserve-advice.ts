import type { KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS } from '../../../knowledge/containers.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import type { GrowthEstimate } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import type { CountedAdvice } from '../growth-advice.ts';
import type { GrowthCost, ReplacedBlock } from '../growth-cost.ts';
import type { GrowthChain } from './growth-chain.ts';

/** Bytes of the last block that no element uses: exact with a count, at least with touched pages. */
export function slackOf(
  chain: GrowthChain,
  { blocks, candidates: [best], rule }: GrowthEstimate,
  { elements, resident }: GivenFacts,
  allocator: KnownAllocator,
): { readonly bytes: Claim<Bytes>; readonly isLeast: boolean } | undefined {
  const block = blocks[chain.steps.length - 1];
  if (block === undefined || best?.capacity === undefined) return undefined;
  if (elements !== undefined && elements <= best.capacity) {
    const unused = best.capacity - elements;
    const because = `${unused} of ${best.capacity} elements of ${best.elementBytes} bytes are not used`;
    return { bytes: inferred(unused * best.elementBytes, because), isLeast: false };
  }
  const { mappedHeader } = allocator;
  // A hash table is touched all over.
  if (resident === undefined || rule !== 'double' || mappedHeader === undefined) return undefined;
  const touched = resident.value - mappedHeader;
  if (touched >= block) return undefined;
  const because = `${resident.value} bytes are resident${resident.basis === 'inferred' ? `: ${resident.because}` : ''}`;
  return { bytes: inferred(block - touched, because), isLeast: true };
}

/** What each step of a chain replaced: mapped pages where mremap moved them, else what the block held. */
export function replacedBlocks(
  { steps }: GrowthChain,
  { blocks, requests }: GrowthEstimate,
): ReplacedBlock[] {
  return steps
    .slice(1)
    .map(({ kind }, i) =>
      kind === 'copied'
        ? { bytes: blocks[i] ?? requests[i]!.most, isRemapped: false }
        : { bytes: steps[i]!.mapped, isRemapped: true },
    );
}

/** Sound only where it is known how many elements there are; undefined otherwise. */
export function reserveAdvice(
  chain: GrowthChain,
  estimate: GrowthEstimate,
  cost: GrowthCost,
  { elements }: GivenFacts,
  allocator: KnownAllocator,
  pageBytes: Bytes,
): CountedAdvice | undefined {
  const [best] = estimate.candidates;
  const { container, rule } = estimate;
  if (elements === undefined || best === undefined || container === undefined) return undefined;
  if (rule !== 'double' && rule !== 'constant' && rule !== 'half-again') return undefined;
  const bytes = elements * best.elementBytes;
  const needed = allocator.place(bytes, pageBytes);
  if (needed === undefined || needed.bytes > chain.last.mapped) return undefined;
  const because = `${elements} × ${best.elementBytes} bytes take ${needed.bytes} instead of ${chain.last.mapped}`;
  return {
    kind: 'reserve',
    call: CONTAINERS[container.kind].reserve,
    elements: inferred(elements, 'as many as you said there are'),
    bytes,
    savedSteps: chain.stepCount - 1,
    savedCopies: cost.copiedBytes,
    savedSlack: inferred(chain.last.mapped - needed.bytes, because),
  };
}

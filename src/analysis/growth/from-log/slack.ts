import type { KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import type { GrowthEstimate } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
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

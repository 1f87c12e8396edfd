import type { KnownAllocator } from '../../knowledge/allocators/allocator.ts';
import type { Container } from '../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../knowledge/growth-rules.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type {
  CountedAdvice,
  GrowthAdvice,
  GrowthCost,
  KnownBlock,
  RequestedBlock,
} from './growth.ts';

/** How an allocator places blocks. */
export interface Placing {
  readonly allocator: KnownAllocator;
  readonly pageBytes: Bytes;
}

/** A container that is full of elements of one size. */
export interface CountedElements {
  readonly rule: GrowthRuleId;
  readonly elements: Claim<number>;
  readonly elementBytes: Bytes;
}

/** The block for just so many elements; undefined where the container needs none, or makes none. */
export function blockFor(
  { rule, elements, elementBytes }: CountedElements,
  { allocator, pageBytes }: Placing,
): KnownBlock | undefined {
  const { blockOf, capacityOf } = GROWTH_RULES[rule];
  const requested = blockOf(elements.value, elementBytes);
  const capacity = requested && capacityOf(requested, elementBytes);
  if (requested === undefined || capacity === undefined || requested === 0) return undefined;
  return { capacity, requested, placement: allocator.place(requested, pageBytes) };
}

/**
 * To ask for as many elements as there are.
 *
 * @param taken what the last block takes; undefined where that is not known.
 */
export function countedAdvice(
  { reserve }: Container,
  counted: CountedElements,
  cost: GrowthCost,
  taken: Bytes | undefined,
  placing: Placing,
): CountedAdvice | undefined {
  const block = blockFor(counted, placing);
  if (block === undefined) return undefined;
  const { elements, elementBytes } = counted;
  const needed = block.placement?.bytes;
  const because = `${elements.value} × ${elementBytes} bytes take ${needed} instead of ${taken}`;
  return {
    kind: 'reserve',
    call: reserve,
    elements,
    block,
    savedSteps: cost.steps.value,
    savedCopies: cost.copiedBytes,
    savedSlack:
      taken === undefined || needed === undefined ? undefined : inferred(taken - needed, because),
    price: undefined,
  };
}

/** A container that ended with a block, and how many others did. */
export interface EndedBlock extends RequestedBlock {
  readonly ended: number;
}

/**
 * To double, where a container grew by a constant amount: it still grows, but rarely.
 *
 * @param blocks the smallest first.
 */
export function factorAdvice(
  { reserve }: Container,
  blocks: readonly EndedBlock[],
  { steps, copies, copiedBytes }: GrowthCost,
): GrowthAdvice {
  const first = blocks[0]!.requested;
  let [needed, stillCopied] = [0, 0];
  for (const { requested, ended } of blocks) {
    needed += ended * Math.ceil(Math.log2(requested / first));
    stillCopied += ended * (requested - first);
  }
  const saved = copies === 0 ? 0 : Math.max(0, copiedBytes.value - stillCopied);
  return {
    kind: 'grow-by-factor',
    call: reserve,
    elements: undefined,
    block: blocks.at(-1)!,
    savedSteps: Math.max(0, steps.value - needed),
    savedCopies: { ...copiedBytes, value: saved },
    savedSlack: undefined,
    price: undefined,
  };
}

import type { KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS, type ContainerKind } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import type { Hypothesis } from './hypothesis.ts';

/** What is known beside the log: from the user, or from a second capture. */
export interface GivenFacts {
  /** With the reason why it is believed. */
  readonly elementBytes?: Claim<Bytes> | undefined;
  /** How many elements the container holds at the end. */
  readonly elements?: number | undefined;
  readonly container?: ContainerKind | undefined;
  /** Pages that were touched at the end. */
  readonly resident?: Claim<Bytes> | undefined;
}

/** A container that grew was full before: fewer elements than that were taken out again. */
const TAKEN_OUT = 0.001;

/** The touched pages disagree: something else writes there too, or nothing was written yet. */
const NOT_TOUCHED = 0.02;

/** Hypotheses as a witness leaves them; those that it rules out weigh nothing. */
export function witnessed(
  hypotheses: readonly Hypothesis[],
  witness: GivenFacts,
  allocator: KnownAllocator,
  pageBytes: Bytes,
): Hypothesis[] {
  return hypotheses
    .map((one) => {
      const factor = likelihood(one, witness, allocator, pageBytes);
      return { ...one, weight: factor * one.weight, besides: factor * (one.besides ?? 0) };
    })
    .filter(({ weight }) => weight > 0);
}

function likelihood(
  { container, rule, elementBytes, blocks }: Hypothesis,
  witness: GivenFacts,
  allocator: KnownAllocator,
  pageBytes: Bytes,
): number {
  if (witness.elementBytes !== undefined && witness.elementBytes.value !== elementBytes) return 0;
  if (witness.container !== undefined && !isMeant(witness.container, container.kind)) return 0;
  const { elements, resident } = witness;
  if (elements === undefined) return 1;
  const { capacityOf } = GROWTH_RULES[rule];
  const capacity = capacityOf(blocks.at(-1)!, elementBytes);
  if (capacity === undefined || elements > capacity) return 0;
  const before = blocks.length < 2 ? undefined : capacityOf(blocks.at(-2)!, elementBytes);
  const byCount = before !== undefined && elements <= before ? TAKEN_OUT : 1;
  if (resident === undefined || rule === 'hashbrown' || rule === 'python-dict') return byCount;
  const used = allocator.place(elements * elementBytes, pageBytes);
  if (used?.kind !== 'mapping') return byCount;
  // musl's trailer at the end of the block touches another page.
  const distance = Math.abs(resident.value - used.bytes);
  return distance <= pageBytes ? byCount : byCount * NOT_TOUCHED;
}

/** Rust's vectors cannot be told apart by their blocks, so that one name stands for all. */
function isMeant(asked: ContainerKind, kind: ContainerKind): boolean {
  if (asked === kind) return true;
  return CONTAINERS[asked].rules.includes('double') && kind === 'array';
}

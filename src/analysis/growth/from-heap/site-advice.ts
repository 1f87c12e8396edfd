import type { Container } from '../../../knowledge/containers.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { allocatorsOfFile } from '../../../knowledge/memory-owner.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import type { StackFrame } from '../../heap/stacks.ts';
import type { AdvicePrice, GrowthAdvice, GrowthCost } from '../growth.ts';
import { factorAdvice } from '../growth-advice.ts';
import type { SiteBlock } from './growth-groups.ts';

/**
 * Whether the program can ask for a capacity: not for what a runtime keeps for itself.
 *
 * @param isNamed a function's name tells the container.
 */
export function isAdvised(
  { language }: Container,
  isNamed: boolean,
  frames: readonly StackFrame[],
): boolean {
  if (language === 'python') return false;
  const isOfRuntime = ({ module }: StackFrame) =>
    module !== undefined && allocatorsOfFile(module).some(({ hasOwnHeap }) => hasOwnHeap);
  return isNamed || !frames.some(isOfRuntime);
}

/** The elements are the capacity that the largest container reached; what is saved sums over all. */
export function siteAdvice(
  rule: GrowthRuleId,
  container: Container,
  blocks: readonly SiteBlock[],
  cost: GrowthCost,
  elements: Claim<number> | undefined,
): GrowthAdvice {
  if (rule === 'constant') return { ...factorAdvice(container, blocks, cost), elements };
  return {
    kind: 'reserve',
    call: container.reserve,
    elements,
    block: blocks.at(-1)!,
    savedSteps: cost.steps.value,
    savedCopies: cost.copiedBytes,
    savedSlack: undefined,
    price: priceOf(blocks),
  };
}

/** What the containers of a site would take more if each had the capacity of the largest. */
function priceOf(blocks: readonly SiteBlock[]): AdvicePrice | undefined {
  const largest = blocks.at(-1)!.requested;
  let [containers, bytes] = [0, 0];
  for (const { requested, ended } of blocks.slice(0, -1)) {
    containers += ended;
    bytes += ended * (largest - requested);
  }
  const because = 'each container that grew no further would have the block of the largest';
  return containers === 0 ? undefined : { containers, bytes: inferred(bytes, because) };
}

import type { Container } from '../../../knowledge/containers.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { allocatorsOfFile } from '../../../knowledge/memory-owner.ts';
import type { Claim } from '../../../model/claim.ts';
import type { StackFrame } from '../../heap/stacks.ts';
import type { GrowthAdvice, GrowthCost } from '../growth.ts';
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
  call: string | undefined,
  blocks: readonly SiteBlock[],
  cost: GrowthCost,
  elements: Claim<number> | undefined,
): GrowthAdvice {
  const saved =
    rule === 'constant'
      ? doublingInstead(blocks, cost)
      : {
          kind: 'reserve' as const,
          savedSteps: cost.steps.value,
          savedCopies: cost.copiedBytes,
        };
  return { ...saved, call, elements, block: blocks.at(-1)!, savedSlack: undefined };
}

/** What is saved if a container doubles that grew by a constant amount: it still grows, but rarely. */
function doublingInstead(blocks: readonly SiteBlock[], { steps, copiedBytes }: GrowthCost) {
  const first = blocks[0]!.requested;
  let [needed, stillCopied] = [0, 0];
  for (const { requested, ended } of blocks) {
    needed += ended * Math.ceil(Math.log2(requested / first));
    stillCopied += ended * (requested - first);
  }
  return {
    kind: 'grow-by-factor' as const,
    savedSteps: Math.max(0, steps.value - needed),
    savedCopies: { ...copiedBytes, value: Math.max(0, copiedBytes.value - stillCopied) },
  };
}

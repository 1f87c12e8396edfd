import type { Container } from '../../../knowledge/containers.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { allocatorsOfFile } from '../../../knowledge/memory-owner.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import type { StackFrame } from '../../heap/stacks.ts';
import type { GrowthAdvice } from '../growth-advice.ts';

/** One capacity of a container. */
export interface GrowthRung {
  readonly bytes: Bytes;
  /** Blocks of this size that were made, which is how many containers came so far. */
  readonly calls: number;
  /** How many of them grew no further. */
  readonly ended: number;
}

/** How the containers of a site grew. */
interface SiteGrowth {
  readonly rule: GrowthRuleId;
  readonly ladder: readonly GrowthRung[];
  readonly steps: number;
  readonly copied: Claim<Bytes>;
}

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
  { rule, ladder, steps, copied }: SiteGrowth,
  call: string | undefined,
  elements: Claim<number> | undefined,
): GrowthAdvice {
  const saved =
    rule === 'constant'
      ? doublingInstead(ladder, steps, copied)
      : { kind: 'reserve' as const, savedSteps: steps, savedCopies: copied };
  return { ...saved, call, elements, bytes: ladder.at(-1)!.bytes };
}

/** What is saved if a container doubles that grew by a constant amount: it still grows, but rarely. */
function doublingInstead(ladder: readonly GrowthRung[], steps: number, copied: Claim<Bytes>) {
  const first = ladder[0]!.bytes;
  let [needed, stillCopied] = [0, 0];
  for (const { bytes, ended } of ladder) {
    needed += ended * Math.ceil(Math.log2(bytes / first));
    stillCopied += ended * (bytes - first);
  }
  return {
    kind: 'grow-by-factor' as const,
    savedSteps: Math.max(0, steps - needed),
    savedCopies: { ...copied, value: Math.max(0, copied.value - stillCopied) },
  };
}

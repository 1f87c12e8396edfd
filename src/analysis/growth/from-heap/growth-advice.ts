import type { Container } from '../../../knowledge/containers.ts';
import type { GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { allocatorsOfFile } from '../../../knowledge/memory-owner.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import type { StackFrame } from '../../heap/stacks.ts';

/** One capacity of a container. */
export interface GrowthRung {
  readonly bytes: Bytes;
  /** Blocks of this size that were made, which is how many containers came so far. */
  readonly calls: number;
  /** How many of them grew no further. */
  readonly ended: number;
}

/** What setting the capacity beforehand would have saved. */
export interface GrowthAdvice {
  /** `reserve`: ask for the capacity at once. `grow-by-factor`: it grows by a constant amount. */
  readonly kind: 'reserve' | 'grow-by-factor';
  /** The function to call, `with_capacity`; undefined where the container has none or is not known. */
  readonly call: string | undefined;
  /**
   * Elements to ask for: the capacity that the largest container reached; undefined where the element
   * size is not known well enough.
   */
  readonly elements: Claim<number> | undefined;
  readonly bytes: Bytes;
  /** Calls of the allocator, and bytes copied at most, over all containers. */
  readonly savedSteps: number;
  readonly savedCopies: Bytes;
}

/** How the containers of a site grew. */
interface SiteGrowth {
  readonly rule: GrowthRuleId;
  readonly ladder: readonly GrowthRung[];
  readonly steps: number;
  readonly copied: Bytes;
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

export function growthAdvice(
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
function doublingInstead(ladder: readonly GrowthRung[], steps: number, copied: Bytes) {
  const first = ladder[0]!.bytes;
  let [needed, stillCopied] = [0, 0];
  for (const { bytes, ended } of ladder) {
    needed += ended * Math.ceil(Math.log2(bytes / first));
    stillCopied += ended * (bytes - first);
  }
  return {
    kind: 'grow-by-factor' as const,
    savedSteps: Math.max(0, steps - needed),
    savedCopies: Math.max(0, copied - stillCopied),
  };
}

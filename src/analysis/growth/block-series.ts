import { GROWTH_RULES, type GrowthRuleId } from '../../knowledge/growth-rules.ts';
import type { Bytes } from '../../model/bytes.ts';

/**
 * The blocks that a rule makes of a first one: of those that may come next the first that is accepted, until none is.
 *
 * @param unit as the rule's `successors` takes it.
 * @param accepts whether a block follows the one before it; `at` is its index in the series.
 */
export function blockSeries(
  rule: GrowthRuleId,
  first: Bytes,
  unit: Bytes,
  accepts: (block: Bytes, at: number, before: Bytes) => boolean,
): Bytes[] {
  const { successors } = GROWTH_RULES[rule];
  const blocks: Bytes[] = [];
  let next: Bytes | undefined = first;
  while (next !== undefined) {
    const before: Bytes = next;
    const at = blocks.push(before);
    next = successors(before, unit).find((block) => accepts(block, at, before));
  }
  return blocks;
}

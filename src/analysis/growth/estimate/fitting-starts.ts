import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { firstIndex } from '../../../model/binary-search.ts';
import type { Bytes } from '../../../model/bytes.ts';

type Successor = (block: Bytes) => Bytes;

/**
 * The first blocks from which a rule leads through all mappings, as ranges, the smallest first. Each
 * range is found from its ends, because the larger of two blocks never has the smaller successor: the
 * work grows with the steps, not with the lengths.
 *
 * @param unit as the rule's `successors` takes it.
 * @param grid bytes that divide all blocks.
 */
export function fittingStarts(
  rule: GrowthRuleId,
  unit: Bytes,
  grid: Bytes,
  requests: readonly ByteInterval[],
): ByteInterval[] {
  const { successors } = GROWTH_RULES[rule];
  let fitting = onGrid(requests.at(-1)!, grid);
  for (let i = requests.length - 2; i >= 0 && fitting.length > 0; i--) {
    const [own] = onGrid(requests[i]!, grid);
    if (own === undefined) return [];
    const ways = successors(own.least, unit).map(
      (_, way): Successor =>
        (block) =>
          successors(block, unit)[way]!,
    );
    fitting = blocksBefore(fitting, own, requests[i + 1]!, ways, grid);
  }
  return fitting;
}

/**
 * The blocks of one mapping that lead to some of the next. A block goes to the first of its
 * successors that is `within` the next mapping, as `blocksFrom` has it.
 */
function blocksBefore(
  reached: readonly ByteInterval[],
  own: ByteInterval,
  within: ByteInterval,
  ways: readonly Successor[],
  grid: Bytes,
): ByteInterval[] {
  const found: ByteInterval[] = [];
  let open = [own];
  for (const successor of ways) {
    const left: ByteInterval[] = [];
    for (const range of open) {
      const [taken] = leadingInto(range, within, successor, grid);
      if (taken === undefined) {
        left.push(range);
        continue;
      }
      for (const target of reached) found.push(...leadingInto(taken, target, successor, grid));
      left.push(
        ...nonEmpty(range.least, taken.least - grid),
        ...nonEmpty(taken.most + grid, range.most),
      );
    }
    open = left;
  }
  return found.sort((a, b) => a.least - b.least);
}

/** The part of a range whose successors are in another: one range, or none. */
function leadingInto(
  { least, most }: ByteInterval,
  target: ByteInterval,
  successor: Successor,
  grid: Bytes,
): ByteInterval[] {
  const blocks = (most - least) / grid + 1;
  const below = (bound: Bytes) => firstIndex(blocks, (i) => successor(least + i * grid) >= bound);
  return nonEmpty(least + below(target.least) * grid, least + (below(target.most + 1) - 1) * grid);
}

const nonEmpty = (least: Bytes, most: Bytes): ByteInterval[] =>
  least <= most ? [{ least, most }] : [];

/** What of a range is a multiple of the grid, from the first such number to the last. */
export const onGrid = ({ least, most }: ByteInterval, grid: Bytes): ByteInterval[] =>
  nonEmpty(Math.ceil(least / grid) * grid, Math.floor(most / grid) * grid);

/** How many multiples of the grid lie in ranges that begin and end with one. */
export const countOf = (ranges: readonly ByteInterval[], grid: Bytes): number =>
  ranges.reduce((sum, { least, most }) => sum + (most - least) / grid + 1, 0);

/** The multiple of the grid at an index into such ranges, and its range. */
export function memberAt<Range extends ByteInterval>(
  ranges: readonly Range[],
  grid: Bytes,
  index: number,
): { readonly value: Bytes; readonly range: Range } | undefined {
  let before = 0;
  for (const range of ranges) {
    const count = countOf([range], grid);
    if (index < before + count) return { value: range.least + (index - before) * grid, range };
    before += count;
  }
  return undefined;
}

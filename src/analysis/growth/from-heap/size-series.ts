import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';

interface Sized {
  readonly bytes: Bytes;
}

/** Sizes that follow each other by a rule. */
export interface Ladder {
  readonly rule: GrowthRuleId;
  /** Indexes into the sizes, smallest first. */
  readonly members: readonly number[];
}

/** More sizes than any container has capacities: by an eighth from 8 bytes to 1 TiB takes 220. */
const MOST_SIZES = 2048;

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Bytes that divide every size. */
export function unitOf(sizes: readonly Sized[]): Bytes {
  let unit = 0;
  for (const { bytes } of sizes) {
    unit = gcd(unit, bytes);
    if (unit === 1) break;
  }
  return unit;
}

/** The smallest step between two sizes that occurs most often: that of growth by a constant amount. */
function commonDifference(sizes: readonly Sized[]): Bytes {
  const counts = new Map<Bytes, number>();
  for (let i = 1; i < sizes.length; i++) {
    const difference = sizes[i]!.bytes - sizes[i - 1]!.bytes;
    counts.set(difference, (counts.get(difference) ?? 0) + 1);
  }
  let best = 0;
  for (const [difference, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && difference < best)) best = difference;
  }
  return best;
}

/**
 * The longest series that one of some rules makes of the sizes; of equally long ones that of the rule
 * named first.
 *
 * @param sizes distinct, smallest first.
 */
export function bestLadder(
  rules: readonly GrowthRuleId[],
  sizes: readonly Sized[],
): Ladder | undefined {
  if (sizes.length < 2 || sizes.length > MOST_SIZES) return undefined;
  const indexOf = new Map(sizes.map(({ bytes }, i) => [bytes, i]));
  const unit = unitOf(sizes);
  let best: Ladder | undefined;
  for (const rule of rules) {
    const step = rule === 'constant' ? commonDifference(sizes) : unit;
    const ladder = ladderBy(rule, sizes, step, indexOf);
    if (ladder && ladder.members.length > (best?.members.length ?? 1)) best = ladder;
    if (best?.members.length === sizes.length) break;
  }
  return best;
}

function ladderBy(
  rule: GrowthRuleId,
  sizes: readonly Sized[],
  unit: Bytes,
  indexOf: ReadonlyMap<Bytes, number>,
): Ladder | undefined {
  const { successors } = GROWTH_RULES[rule];
  // From the largest down: the longest series that begins with each size.
  const next = new Int32Array(sizes.length).fill(-1);
  const length = new Int32Array(sizes.length).fill(1);
  let best = sizes.length - 1;
  for (let i = sizes.length - 2; i >= 0; i--) {
    for (const bytes of successors(sizes[i]!.bytes, unit)) {
      const to = indexOf.get(bytes);
      if (to === undefined || to <= i || length[to]! < length[i]!) continue;
      next[i] = to;
      length[i] = length[to]! + 1;
    }
    if (length[i]! >= length[best]!) best = i;
  }
  if (length[best]! < 2) return undefined;
  const members: number[] = [];
  for (let at = best; at !== -1; at = next[at]!) members.push(at);
  return { rule, members };
}

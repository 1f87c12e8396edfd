import { CONTAINERS } from '../../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { type BlockSize, type GrowthGroup, joinGroups } from './growth-groups.ts';
import type { GrowthStackReader } from './growth-stack.ts';
import type { GrowthStepIndex } from './growth-steps.ts';
import { bestLadder, type Ladder } from './size-series.ts';

/** A group of call stacks whose sizes are a container's capacities. */
export interface GrowthSeries {
  readonly group: GrowthGroup;
  readonly rule: GrowthRuleId;
  /** Smallest first. */
  readonly rungs: readonly BlockSize[];
  /** Steps that the recording shows between neighbours. */
  readonly moved: number;
  readonly copied: number;
}

/** Where names tell nothing, this share of the calls and of the sizes must belong to the series. */
const LEAST_COVERAGE = 0.8;

/** And this share of its steps must have been seen, if steps were looked for. */
const LEAST_SEEN = 0.5;

/** A recording that was cut, or a window, may miss some of the calls. */
const COUNT_TOLERANCE = 0.02;

const RULES_BY_SIZES: readonly GrowthRuleId[] = [
  'primes',
  'python-dict',
  'python-list',
  'double',
  'string',
  'hashbrown',
  'half-again',
  'quarter-again',
  'constant',
];

export class SeriesFinder {
  readonly #stacks: GrowthStackReader;
  readonly #steps: GrowthStepIndex;

  constructor(stacks: GrowthStackReader, steps: GrowthStepIndex) {
    this.#stacks = stacks;
    this.#steps = steps;
  }

  find(groups: readonly GrowthGroup[]): GrowthSeries[] {
    const found: GrowthSeries[] = [];
    const families = new Map<string, GrowthGroup[]>();
    for (const group of groups) {
      if (group.family === undefined) {
        const series = this.#series(group);
        if (series) found.push(series);
        continue;
      }
      const family = families.get(group.family);
      if (family) family.push(group);
      else families.set(group.family, [group]);
    }
    for (const family of families.values()) found.push(...this.#inFamily(family));
    return this.#joined(found);
  }

  /**
   * A container that grows at several lines of a function has a part of its series at each. Groups
   * that are whole series by themselves stay alone; the others are put together.
   */
  #inFamily(groups: readonly GrowthGroup[]): GrowthSeries[] {
    const whole: GrowthSeries[] = [];
    const rest: GrowthGroup[] = [];
    for (const group of groups) {
      const series = this.#series(group);
      const isWhole = series && isComplete(series) && this.startsFresh(series) !== false;
      if (isWhole) whole.push(series);
      else rest.push(group);
    }
    if (rest.length === 0) return whole;
    if (whole.length === 1) {
      const all = this.#series(joinGroups([whole[0]!.group, ...rest]));
      if (all && isComplete(all)) return [all];
    }
    const joined = this.#series(joinGroups(rest));
    if (joined && isComplete(joined)) return [...whole, joined];
    const alone = rest.map((group) => this.#series(group)).filter((series) => series !== undefined);
    return [...whole, ...alone];
  }

  /** One line of code that is reached by several call stacks is one site. */
  #joined(series: readonly GrowthSeries[]): GrowthSeries[] {
    const places = new Map<string, GrowthSeries[]>();
    for (const one of series) {
      const key = `${this.#stacks.placeKey(one.group.traces[0]!)} ${one.rule}`;
      const place = places.get(key);
      if (place) place.push(one);
      else places.set(key, [one]);
    }
    return [...places.values()].flatMap((members) => {
      if (members.length === 1) return members;
      const joined = this.#series(joinGroups(members.map(({ group }) => group)));
      return joined && isComplete(joined) ? [joined] : members;
    });
  }

  /** Whether the smallest block was made from nothing; undefined where no name tells. */
  startsFresh({ rungs }: GrowthSeries): boolean | undefined {
    const isFresh = rungs[0]!.rows.some((row) => !this.#stacks.isReallocRow(row));
    return isFresh && !this.#hasReallocs(rungs) ? undefined : isFresh;
  }

  /** Whether a name says that a block of the series was made from a smaller one. */
  #hasReallocs(rungs: readonly BlockSize[]): boolean {
    return rungs.slice(1).some(({ rows }) => rows.some((row) => this.#stacks.isReallocRow(row)));
  }

  #series(group: GrowthGroup): GrowthSeries | undefined {
    const { sizes } = group;
    const rules = group.isNamed ? this.#namedRules(group) : RULES_BY_SIZES;
    const ladder = bestLadder(rules, sizes);
    if (ladder === undefined) return undefined;
    const series = this.#measure(group, ladder);
    const isGrowth = group.isNamed ? this.#isNamedGrowth(series) : this.#isGrowth(series);
    return isGrowth ? series : undefined;
  }

  #namedRules({ traces }: GrowthGroup): readonly GrowthRuleId[] {
    return this.#stacks.containerOf(traces[0]!)?.rules ?? CONTAINERS.array.rules;
  }

  #measure(group: GrowthGroup, { rule, members }: Ladder): GrowthSeries {
    const rungs = members.map((index) => group.sizes[index]!);
    let moved = 0;
    let copied = 0;
    for (let i = 1; i < rungs.length; i++) {
      const steps = this.#steps.between(rungs[i - 1]!, rungs[i]!);
      moved += steps.moved;
      copied += steps.copied;
    }
    return { group, rule, rungs, moved, copied };
  }

  /** A name says what grows; what is left to tell is that it did, and was not only made in several sizes. */
  #isNamedGrowth(series: GrowthSeries): boolean {
    const { rungs, moved, copied, rule } = series;
    if (moved + copied > 0) return true;
    if (this.#hasReallocs(rungs)) return true;
    return rule !== 'constant' && rungs.length >= 3 && isOrdered(rungs);
  }

  /** Without names: enough members, hardly any other sizes, counts that fall, and steps that were seen. */
  #isGrowth(series: GrowthSeries): boolean {
    const { group, rungs, rule, moved, copied } = series;
    if (rungs.length < GROWTH_RULES[rule].fewest) return false;
    const all = group.sizes.reduce((sum, { calls }) => sum + calls, 0);
    const calls = rungs.reduce((sum, rung) => sum + rung.calls, 0);
    if (calls < LEAST_COVERAGE * all) return false;
    if (rungs.length < LEAST_COVERAGE * group.sizes.length) return false;
    if (!isOrdered(rungs)) return false;
    if (this.#stacks.names(group.traces[0]!).isOnePiece) return false;
    if (!this.#steps.isKnown) {
      return rule !== 'constant' && rungs.length > GROWTH_RULES[rule].fewest;
    }
    // Sizes that differ by the same amount are common; only `realloc` makes them a series.
    const seen = rule === 'constant' ? moved : moved + copied;
    return seen >= LEAST_SEEN * (calls - rungs[0]!.calls);
  }
}

function isComplete({ group, rungs }: GrowthSeries): boolean {
  return rungs.length === group.sizes.length;
}

/**
 * Whether the counts can be those of growing containers: each block was replaced by the next size,
 * or is the last of its container. One that is still live was not replaced. That heaptrack calls a
 * block temporary says nothing: so is one that `realloc` replaces before anything else happens.
 */
function isOrdered(rungs: readonly BlockSize[]): boolean {
  for (let i = 1; i < rungs.length; i++) {
    const { calls, live } = rungs[i - 1]!;
    const replaced = calls - Math.max(0, live);
    if (rungs[i]!.calls > replaced + calls * COUNT_TOLERANCE) return false;
  }
  return true;
}

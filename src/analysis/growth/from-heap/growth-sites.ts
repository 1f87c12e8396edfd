import { isPython } from '../../../knowledge/allocators/cpython.ts';
import { GLIBC_MMAP_THRESHOLD } from '../../../knowledge/allocators/glibc.ts';
import { CONTAINERS, type Container } from '../../../knowledge/containers.ts';
import {
  GROWTH_RULES,
  type GrowthRule,
  type GrowthRuleId,
} from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../../model/claim.ts';
import type { SizedProfile } from '../../../model/heap-profile.ts';
import { type StackFrame, stackOf } from '../../heap/stacks.ts';
import { capacityClaim, type Growth, type GrowthCost, type GrowthMethod } from '../growth.ts';
import { growthCost, type ReplacedBlocks } from '../growth-cost.ts';
import { elementSize } from './element-size.ts';
import { type BlockSize, growthGroups, type SiteBlock } from './growth-groups.ts';
import { type GrowthSeries, SeriesFinder } from './growth-series.ts';
import { GrowthStackReader } from './growth-stack.ts';
import { GrowthStepIndex } from './growth-steps.ts';
import { isAdvised, siteAdvice } from './site-advice.ts';
import { unitOf } from './size-series.ts';

/** Of many containers at one place the most frequent way counts. */
type SiteMethod = Exclude<GrowthMethod, 'both'>;

/** A place in the code where containers grow. */
export interface GrowthSite extends Growth {
  /** The first function of the program's own code; the allocating one where all is library code. */
  readonly place: StackFrame;
  /** How many call stacks lead there. */
  readonly stacks: number;
  readonly container: Claim<Container>;
  readonly elementType: string | undefined;
  readonly rule: Claim<GrowthRule>;
  readonly method: SiteMethod;
  /** Smallest first. */
  readonly blocks: readonly SiteBlock[];
  /** Allocations at the same site whose sizes are no part of the series. */
  readonly otherSizes: { readonly sizes: number; readonly calls: number };
  /** Steps that stand in the recording; undefined where it was not asked for them. */
  readonly seenSteps: { readonly moved: number; readonly copied: number } | undefined;
  /** What the largest block can hold; undefined where the element size is not known. */
  readonly capacity: Claim<number> | undefined;
  /** Sums over all blocks of the site. */
  readonly peakBytes: Bytes;
  readonly liveBytes: Bytes;
}

/** Frames of a stack that are looked at, if the program's own code does not stand further out. */
const MOST_FRAMES = 1000;

/** The sites where containers grow, those that copy most first. */
export function growthSites(profile: SizedProfile): readonly GrowthSite[] {
  const stacks = new GrowthStackReader(profile);
  const steps = new GrowthStepIndex(profile);
  const finder = new SeriesFinder(stacks, steps);
  return finder
    .find(growthGroups(profile, stacks))
    .map((series) => siteOf(profile, stacks, finder.startsFresh(series), series))
    .sort((a, b) => b.cost.copiedBytes.value - a.cost.copiedBytes.value || largest(b) - largest(a));
}

const largest = ({ blocks }: GrowthSite): Bytes => blocks.at(-1)!.requested;

function siteOf(
  profile: SizedProfile,
  stacks: GrowthStackReader,
  startsFresh: boolean | undefined,
  series: GrowthSeries,
): GrowthSite {
  const { group, rungs } = series;
  const rule = GROWTH_RULES[series.rule];
  const trace = profile.allocations.trace[rungs.at(-1)!.rows[0]!]!;
  const ownDepth = stacks.ownFrameDepth(trace);
  const frames = stackOf(profile, trace, Math.max(MOST_FRAMES, (ownDepth ?? 0) + 1));
  const names = stacks.names(trace);
  const container = names.container ?? containerBySizes(rule.id, frames);
  const sizes = rungs.map(({ bytes }) => bytes);
  const initial = startsFresh === false && rule.id === 'double' ? sizes[0]! / 2 : sizes[0]!;
  const element = elementSize({
    container,
    rule: rule.id,
    blocks: sizes,
    unit: unitOf([{ bytes: initial }, ...rungs]),
    elementType: names.elementType,
    startsFresh,
    initial,
    growsByMany: names.growsByMany,
    growsExactly: names.growsExactly,
    collects: names.collects,
  });
  const size = element?.size.value;
  const blocks = blocksOf(rungs, rule, size);
  const capacity = size === undefined ? undefined : capacityClaim(rule, sizes.at(-1)!, size);
  const method = methodOf(series, container, startsFresh);
  const cost = costOf(series, startsFresh === false ? initial : undefined, method, profile);
  const others = group.sizes.filter((one) => !rungs.includes(one));
  const becauseOfRule = `${rungs.length} block sizes follow its rule: ${rule.title}`;
  return {
    place: frames[ownDepth ?? namedDepth(frames)] ?? frames[0]!,
    stacks: group.traces.length,
    container:
      names.evidence === undefined ? inferred(container, becauseOfRule) : measured(container),
    elementType: names.elementType?.name,
    element,
    rule: inferred(rule, becauseOfRule),
    blocks,
    otherSizes: { sizes: others.length, calls: sumOf(others, ({ calls }) => calls) },
    containers: inferred(
      sumOf(blocks, ({ ended }) => ended),
      'as many as blocks that no larger one followed',
    ),
    seenSteps: seenSteps(series, profile),
    method,
    capacity,
    cost,
    peakBytes: sumOf(group.sizes, ({ atPeak, bytes }) => atPeak * bytes),
    liveBytes: sumOf(group.sizes, ({ live, bytes }) => live * bytes),
    advice: isAdvised(container, names.container !== undefined, frames)
      ? siteAdvice(
          rule.id,
          container,
          blocks,
          cost,
          element?.certainty === 'guess' ? undefined : capacity,
        )
      : undefined,
  };
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/** The first frame with a name, for stacks without any own code. */
function namedDepth(frames: readonly StackFrame[]): number {
  return Math.max(
    0,
    frames.findIndex(({ name }) => name !== undefined),
  );
}

/** What can be told from sizes alone. */
function containerBySizes(rule: GrowthRuleId, frames: readonly StackFrame[]): Container {
  const runsPython = frames.some(({ module }) => module !== undefined && isPython(module));
  if (rule === 'python-list' && runsPython) return CONTAINERS['python-list'];
  if (rule === 'python-dict' && runsPython) return CONTAINERS['python-dict'];
  if (rule === 'primes') return CONTAINERS['cpp-unordered'];
  if (rule === 'string') return CONTAINERS['cpp-string'];
  if (rule === 'hashbrown') return CONTAINERS['rust-hash-table'];
  if (rule === 'deque-map') return CONTAINERS['cpp-deque'];
  return CONTAINERS.array;
}

function blocksOf(
  rungs: readonly BlockSize[],
  { capacityOf }: GrowthRule,
  size: Bytes | undefined,
): SiteBlock[] {
  return rungs.map(({ bytes, calls }, i) => ({
    requested: bytes,
    capacity: size === undefined ? undefined : capacityOf(bytes, size),
    placement: undefined,
    calls,
    ended: Math.max(0, calls - (rungs[i + 1]?.calls ?? 0)),
  }));
}

const seenSteps = (
  { moved, copied }: GrowthSeries,
  { growthSteps }: SizedProfile,
): GrowthSite['seenSteps'] => growthSteps && { moved, copied };

const NOT_ALL_FULL =
  'the blocks that were replaced, as if each had been full; what was not filled was not copied';

/** @param initial bytes of the block that the smallest one replaced; undefined for none. */
function costOf(
  series: GrowthSeries,
  initial: Bytes | undefined,
  method: GrowthMethod,
  profile: SizedProfile,
): GrowthCost {
  const { rungs } = series;
  const steps = stepsClaim(
    sumOf(rungs.slice(initial === undefined ? 1 : 0), ({ calls }) => calls),
    seenSteps(series, profile),
  );
  const replaced = rungs.flatMap(({ calls }, i): ReplacedBlocks[] => {
    const smaller = rungs[i - 1];
    const bytes = smaller?.bytes ?? initial;
    if (bytes === undefined) return [];
    // Those that began with this capacity replaced nothing.
    const times = smaller === undefined ? calls : Math.min(calls, smaller.calls);
    const isMovable = method === 'realloc' && bytes >= GLIBC_MMAP_THRESHOLD;
    return [{ bytes, times, way: isMovable ? 'movable' : 'copied' }];
  });
  return growthCost(steps, replaced, NOT_ALL_FULL);
}

function stepsClaim(steps: number, seen: GrowthSite['seenSteps']): Claim<number> {
  const count = seen ? seen.moved + seen.copied : 0;
  if (count === steps) return measured(steps);
  const because =
    seen === undefined
      ? 'every block of the series but the smallest replaced a smaller one'
      : `${count} stand in the recording; the others follow from the series`;
  return inferred(steps, because);
}

function methodOf(
  { moved, copied }: GrowthSeries,
  container: Container,
  startsFresh: boolean | undefined,
): SiteMethod {
  if (moved > copied) return 'realloc';
  if (copied > 0) return 'copy';
  if (startsFresh !== undefined) return 'realloc';
  return container.kind.startsWith('cpp-') || container.kind === 'rust-hash-table'
    ? 'copy'
    : 'unknown';
}

import { isPython } from '../../../knowledge/allocators/cpython.ts';
import { GLIBC_MMAP_THRESHOLD } from '../../../knowledge/allocators/glibc.ts';
import { CONTAINERS, type Container } from '../../../knowledge/containers.ts';
import {
  GROWTH_RULES,
  type GrowthRuleId,
  pythonDictKeys,
} from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../../model/claim.ts';
import type { SizedProfile } from '../../../model/heap-profile.ts';
import { type StackFrame, stackOf } from '../../heap/stacks.ts';
import type { GrowthAdvice } from '../growth-advice.ts';
import { type ElementSize, elementSize } from './element-size.ts';
import { type BlockSize, growthGroups } from './growth-groups.ts';
import { type GrowthSeries, SeriesFinder } from './growth-series.ts';
import { type GrowthNames, GrowthStackReader } from './growth-stack.ts';
import { GrowthStepIndex } from './growth-steps.ts';
import { type GrowthRung, isAdvised, siteAdvice } from './site-advice.ts';
import { unitOf } from './size-series.ts';

/** How blocks make place for larger ones: `realloc`, or a new block and a copy. */
export type GrowthMethod = 'realloc' | 'copy' | 'unknown';

/** A place in the code where containers grow. */
export interface GrowthSite {
  /** The first function of the program's own code; the allocating one where all is library code. */
  readonly place: StackFrame;
  /** How many call stacks lead there. */
  readonly stacks: number;
  readonly container: { readonly kind: Container['kind']; readonly name: Claim<string> };
  readonly elementType: string | undefined;
  /** Undefined where nothing tells. */
  readonly element: ElementSize | undefined;
  readonly rule: GrowthRuleId;
  /** Smallest first. */
  readonly ladder: readonly GrowthRung[];
  /** Allocations at the same site whose sizes are no part of the series. */
  readonly otherSizes: { readonly sizes: number; readonly calls: number };
  /** How many containers grew here. */
  readonly containers: Claim<number>;
  readonly steps: Claim<number>;
  /** Steps that stand in the recording; undefined where it was not asked for them. */
  readonly seenSteps: { readonly moved: number; readonly copied: number } | undefined;
  readonly method: GrowthMethod;
  /** Of the largest container. */
  readonly finalBytes: Claim<Bytes>;
  readonly finalElements: Claim<number> | undefined;
  /** At most: a block is copied as far as it is filled. */
  readonly copied: Claim<Bytes>;
  /** The part of `copied` in blocks whose pages `realloc` can move without copying them. */
  readonly remapped: Bytes;
  /** Sums over all blocks of the site. */
  readonly peakBytes: Bytes;
  readonly liveBytes: Bytes;
  /** Undefined where the program has no say in how it grows. */
  readonly advice: GrowthAdvice | undefined;
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
    .sort((a, b) => b.copied.value - a.copied.value || b.finalBytes.value - a.finalBytes.value);
}

function siteOf(
  profile: SizedProfile,
  stacks: GrowthStackReader,
  startsFresh: boolean | undefined,
  series: GrowthSeries,
): GrowthSite {
  const { group, rule, rungs } = series;
  const trace = profile.allocations.trace[rungs.at(-1)!.rows[0]!]!;
  const ownDepth = stacks.ownFrameDepth(trace);
  const frames = stackOf(profile, trace, Math.max(MOST_FRAMES, (ownDepth ?? 0) + 1));
  const names = stacks.names(trace);
  const container = names.container ?? containerBySizes(rule, frames);
  const blocks = rungs.map(({ bytes }) => bytes);
  const initial = startsFresh === false && rule === 'double' ? blocks[0]! / 2 : blocks[0]!;
  const element = elementSize({
    container,
    rule,
    blocks,
    unit: unitOf([{ bytes: initial }, ...rungs]),
    elementType: names.elementType,
    startsFresh,
    initial,
    growsByMany: names.growsByMany,
    growsExactly: names.growsExactly,
    collects: names.collects,
  });
  const method = methodOf(series, container, startsFresh);
  const copied = copiedBytes(rungs, startsFresh === false ? initial : 0);
  const copiedClaim = inferred(
    copied.bytes,
    'the blocks that were replaced, as if each had been full; what was not filled was not copied',
  );
  const ladder = ladderOf(rungs);
  const finalBytes = blocks.at(-1)!;
  const finalElements = elementsOf(finalBytes, rule, element);
  const steps = rungs
    .slice(startsFresh === false ? 0 : 1)
    .reduce((sum, { calls }) => sum + calls, 0);
  const seen = profile.growthSteps && { moved: series.moved, copied: series.copied };
  const others = group.sizes.filter((size) => !rungs.includes(size));
  return {
    place: frames[ownDepth ?? namedDepth(frames)] ?? frames[0]!,
    stacks: group.traces.length,
    container: { kind: container.kind, name: containerName(container, names, series) },
    elementType: names.elementType?.name,
    element,
    rule,
    ladder,
    otherSizes: { sizes: others.length, calls: sumOf(others, ({ calls }) => calls) },
    containers: inferred(
      sumOf(ladder, ({ ended }) => ended),
      'as many as blocks that no larger one followed',
    ),
    steps: stepsClaim(steps, seen),
    seenSteps: seen,
    method,
    finalBytes: measured(finalBytes),
    finalElements,
    copied: copiedClaim,
    remapped: method === 'realloc' ? copied.large : 0,
    peakBytes: sumOf(group.sizes, ({ atPeak, bytes }) => atPeak * bytes),
    liveBytes: sumOf(group.sizes, ({ live, bytes }) => live * bytes),
    advice: isAdvised(container, names.container !== undefined, frames)
      ? siteAdvice(
          { rule, ladder, steps, copied: copiedClaim },
          container.reserve,
          element?.certainty === 'guess' ? undefined : finalElements,
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

function containerName(
  container: Container,
  names: GrowthNames,
  series: GrowthSeries,
): Claim<string> {
  if (names.evidence !== undefined) return measured(container.name);
  const { rule, rungs } = series;
  const because = `${rungs.length} block sizes follow its rule: ${GROWTH_RULES[rule].title}`;
  return inferred(container.name, because);
}

function ladderOf(rungs: readonly BlockSize[]): GrowthRung[] {
  return rungs.map(({ bytes, calls }, i) => ({
    bytes,
    calls,
    ended: Math.max(0, calls - (rungs[i + 1]?.calls ?? 0)),
  }));
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

/** @param initial bytes of the block that the smallest one replaced; 0 for none. */
function copiedBytes(
  rungs: readonly BlockSize[],
  initial: Bytes,
): { readonly bytes: Bytes; readonly large: Bytes } {
  let bytes = 0;
  let large = 0;
  for (const [i, { calls }] of rungs.entries()) {
    const smaller = i === 0 ? initial : rungs[i - 1]!.bytes;
    // Those that began with this capacity replaced nothing.
    const replaced = i === 0 ? calls : Math.min(calls, rungs[i - 1]!.calls);
    bytes += replaced * smaller;
    if (smaller >= GLIBC_MMAP_THRESHOLD) large += replaced * smaller;
  }
  return { bytes, large };
}

function methodOf(
  { moved, copied }: GrowthSeries,
  container: Container,
  startsFresh: boolean | undefined,
): GrowthMethod {
  if (moved > copied) return 'realloc';
  if (copied > 0) return 'copy';
  if (startsFresh !== undefined) return 'realloc';
  return container.kind.startsWith('cpp-') || container.kind === 'rust-hash-table'
    ? 'copy'
    : 'unknown';
}

/** How many elements fit into a block. */
function elementsOf(
  block: Bytes,
  rule: GrowthRuleId,
  element: ElementSize | undefined,
): Claim<number> | undefined {
  if (element === undefined) return undefined;
  const { value: size } = element.size;
  const elements = GROWTH_RULES[rule].capacityOf(block, size);
  return elements === undefined ? undefined : inferred(elements, capacityReason(rule, block, size));
}

function capacityReason(rule: GrowthRuleId, block: Bytes, size: Bytes): string {
  if (rule === 'hashbrown') {
    return `${Math.round((block - 16) / (size + 1))} buckets, of which 7 in 8 may be used`;
  }
  if (rule === 'python-dict') {
    return `${2 ** pythonDictKeys(block)[0]!.log2} slots, of which 2 in 3 may be used`;
  }
  return `${rule === 'string' ? block - 1 : block} bytes in elements of ${size}`;
}

import type { FunctionName, FunctionNeighbours } from '../../analysis/heap/callers-callees.ts';
import type { CostKind, HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapDetails } from '../../analysis/heap/details.ts';
import type { HeapDifference, HeapFindings, HeapSummary } from '../../analysis/heap/findings.ts';
import type { HotSpot, Ranking } from '../../analysis/heap/rankings.ts';
import type { OutlineRow } from '../../analysis/heap/tree-outline.ts';
import type { Timeline } from '../../model/timeline.ts';
import { frameJson as frame } from './frame-json.ts';
import { growthResult } from './growth-result.ts';
import type { HeapResult } from './schema.ts';
import { usesResult } from './uses-result.ts';

type CostsJson = NonNullable<HeapResult['shown']>;

/** Writes costs; null for those that were not recorded. */
type WriteCosts = (costs: HeapCosts) => CostsJson;

/** Writes costs with their part of a whole. */
type WriteShared = (costs: HeapCosts) => CostsJson & { readonly sharePercent: number | null };

/** Costs that few recorders count, by the name of their field, which is there where they were recorded. */
const FURTHER_COSTS = [
  ['peakBlocks', 'peakBlocks'],
  ['leakedBlocks', 'leakedBlocks'],
  ['readBytes', 'reads'],
  ['writtenBytes', 'writes'],
  ['copies', 'copies'],
  ['copiedBytes', 'copied'],
  ['events', 'events'],
  ['units', 'units'],
] as const satisfies readonly (readonly [string, CostKind])[];

function costsOf(kinds: readonly CostKind[]): WriteCosts {
  return (costs) => {
    const recorded = (kind: CostKind) => (kinds.includes(kind) ? costs[kind] : null);
    return {
      calls: recorded('calls'),
      temporary: recorded('temporary'),
      peakBytes: recorded('peak'),
      leakedBytes: recorded('leaked'),
      allocatedBytes: recorded('allocated'),
      ...Object.fromEntries(
        FURTHER_COSTS.flatMap(([name, kind]) =>
          kinds.includes(kind) ? [[name, costs[kind]]] : [],
        ),
      ),
    };
  };
}

/** Frames of a call stack in JSON, where nobody asks for another number. No recorder keeps as many. */
export const MOST_JSON_FRAMES = 1000;

const spot = (
  { place, costs: total, stacks, otherStacks }: HotSpot,
  costs: WriteShared,
  most: number,
): HeapResult['rankings'][number]['places'][number] => ({
  place: place.slice(0, most).map(frame),
  ...costs(total),
  stacks: stacks.map((stack) => ({
    ...costs(stack.costs),
    frames: stack.frames.slice(0, most).map(frame),
    otherFrames: Math.max(0, stack.frames.length - most) + (stack.beyond?.count ?? 0),
  })),
  otherStacks: { count: otherStacks.count, ...costs(otherStacks.costs) },
});

/** A part of a whole; null where one of them is not known. */
const per = (value: number | undefined, whole: number | undefined): number | null =>
  value === undefined || whole === undefined ? null : value / whole;

const summary = (of: HeapSummary) => ({
  ...recordingJson(of),
  ...clockJson(of),
  ...sumsJson(of),
  ...blocksJson(of),
});

/** A time in seconds; null where it counts something else. */
const inSeconds = (time: number | undefined, clock: HeapSummary['clock']): number | null =>
  clock === undefined ? (time ?? null) : null;

const clockJson = ({ clock, totals }: HeapSummary) =>
  clock === undefined
    ? {}
    : { clock: { counts: clock, peak: totals.peakTime ?? null, end: totals.runtime ?? null } };

const sumsJson = ({ sums, kinds }: HeapSummary) =>
  FURTHER_COSTS.some(([, kind]) => kinds.includes(kind)) ? { sums: costsOf(kinds)(sums) } : {};

const recordingJson = ({
  recording,
  totals,
  temporaryRule,
  inexact,
  clock,
  suppressed,
}: HeapSummary) => ({
  temporaryRule: temporaryRule ?? null,
  inexact: Object.entries(inexact).map(([cost, why]) => ({ cost: cost as CostKind, ...why })),
  recording: {
    recorder: { tool: recording.recorder.tool, version: recording.recorder.version ?? null },
    // What it was called when heaptrack was the only recorder.
    heaptrackVersion:
      recording.recorder.tool === 'heaptrack' ? (recording.recorder.version ?? null) : null,
    fileVersion: recording.fileVersion ?? null,
    debuggee: recording.debuggee ?? null,
    attached: recording.attached,
    ...(recording.isSnapshot && { isSnapshot: true as const }),
    pageBytes: recording.pageBytes ?? null,
    systemBytes: recording.systemBytes ?? null,
  },
  totals: {
    runtimeSeconds: inSeconds(totals.runtime, clock),
    calls: totals.calls ?? null,
    callsPerSecond: per(totals.calls, inSeconds(totals.runtime, clock) ?? undefined),
    temporary: totals.temporary ?? null,
    temporaryPerSecond: per(totals.temporary, inSeconds(totals.runtime, clock) ?? undefined),
    temporaryPercent: totals.calls === 0 ? null : percentOf(totals.temporary, totals.calls),
    allocatedBytes: totals.allocated ?? null,
    peakBytes: totals.peak ?? null,
    peakSeconds: inSeconds(totals.peakTime, clock),
    peakResidentBytes: totals.peakResident ?? null,
    leakedBytes: totals.leaked === undefined ? null : totals.leaked - suppressed.leaked,
    suppressedLeakedBytes: suppressed.leaked,
  },
});

const percentOf = (value: number | undefined, whole: number | undefined): number | null =>
  value === undefined || whole === undefined ? null : (100 * value) / whole;

const blocksJson = ({ lives, window, suppressed }: HeapSummary) => ({
  blocks: lives
    ? {
        freed: lives.freed,
        neverFreed: lives.neverFreed,
        meanLifetimeSeconds: lives.meanSeconds,
        lifetimes: lives.classes.map(({ from, to, blocks }) => ({
          fromSeconds: from / 1000,
          toSeconds: to / 1000,
          blocks,
        })),
        grown: lives.grown,
        grownInPlace: lives.grownInPlace,
        longestChain: lives.longestChain,
        unknownFrees: lives.unknownFrees,
        lostFrees: lives.lostFrees,
        lostBytes: lives.lostBytes,
      }
    : null,
  window: window ? { fromSeconds: window.from, toSeconds: window.to } : null,
  suppressions: suppressed.uses.map(({ rule, stacks, leaked }) => ({
    pattern: rule.pattern,
    source: rule.source,
    stacks,
    leakedBytes: leaked,
  })),
});

const ranking = (
  { by, groupedBy, spots, others, whole }: Ranking,
  costs: WriteCosts,
  mostFrames: number,
) => {
  const shared: WriteShared = (of) => ({
    ...costs(of),
    sharePercent: whole ? (100 * of[by]) / whole : null,
  });
  return {
    by,
    groupedBy,
    places: spots.map((one) => spot(one, shared, mostFrames)),
    otherPlaces: { count: others.count, ...shared(others.costs) },
  };
};

const outline = (
  { depth, frame: at, count, costs: total, self }: OutlineRow,
  costs: WriteCosts,
) => ({
  depth,
  function: at?.name ?? null,
  module: at?.module ?? null,
  count,
  ...costs(total),
  self: costs(self),
});

const surroundings = (
  { functions, inclusive, self, ...related }: FunctionNeighbours,
  costs: WriteCosts,
) => ({
  functions: functions.map(functionName),
  ...costs(inclusive),
  self: costs(self),
  callers: related.callers.map((one) => ({ ...functionName(one), ...costs(one.costs) })),
  callees: related.callees.map((one) => ({ ...functionName(one), ...costs(one.costs) })),
  lines: related.lines.map((one) => ({
    file: one.file ?? null,
    line: one.line,
    ...costs(one.inclusive),
    self: costs(one.self),
  })),
});

const functionName = ({ name, module }: FunctionName) => ({
  function: name ?? null,
  module: module ?? null,
});

const details = (
  { tree, callers, sizes, growth, lifetimes, uses }: HeapDetails,
  costs: WriteCosts,
) => ({
  ...(uses && { uses: usesResult(uses) }),
  lifetimes:
    lifetimes?.map(({ place, meanSeconds, ...counts }) => ({
      place: frame(place),
      meanLifetimeSeconds: meanSeconds,
      ...counts,
    })) ?? null,
  growth: growth?.map(growthResult) ?? null,
  tree: tree
    ? { direction: tree.direction, by: tree.by, rows: tree.rows.map((row) => outline(row, costs)) }
    : null,
  callers: callers?.found ? surroundings(callers.found, costs) : null,
  sizes:
    sizes?.map(({ from, to, calls, allocated, peak }) => ({
      fromBytes: from,
      toBytes: to,
      calls,
      allocatedBytes: allocated,
      peakBytes: peak,
    })) ?? null,
});

const timelineJson = (
  { time, live, calls, temporary, resident }: Timeline,
  clock: HeapSummary['clock'],
) =>
  Array.from(time, (at, i) => ({
    seconds: inSeconds(at, clock),
    ...(inSeconds(at, clock) === null && { clock: at }),
    liveBytes: live[i]!,
    calls: calls?.[i] ?? null,
    temporary: temporary?.[i] ?? null,
    residentBytes: Number.isNaN(resident[i]!) ? null : resident[i]!,
  }));

/**
 * The result of `memtool heaptrack --json`. Sizes are bytes, times seconds.
 *
 * @param mostFrames per call stack.
 */
export function heapResult(
  findings: HeapFindings,
  timeline: Timeline | undefined,
  mostFrames: number,
): HeapResult {
  const costs = costsOf(findings.costed.kinds);
  return {
    ...summary(findings.summary),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: timeline === undefined ? [] : timelineJson(timeline, findings.summary.clock),
    rankings: findings.rankings.map((one) => ranking(one, costs, mostFrames)),
    ...details(findings.details, costs),
    comparedWith: null,
  };
}

/** The result of `memtool heaptrack --diff BASE --json`: costs in the rankings are differences. */
export function heapDifferenceResult(
  findings: HeapDifference,
  base: string,
  mostFrames: number,
): HeapResult {
  const costs = costsOf(findings.costed.kinds);
  return {
    ...summary(findings.after),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: [],
    rankings: findings.rankings.map((one) =>
      ranking({ ...one, whole: undefined }, costs, mostFrames),
    ),
    ...details(findings.details, costs),
    comparedWith: { name: base, ...summary(findings.before) },
  };
}

import type { FunctionName, FunctionNeighbours } from '../../analysis/heap/callers-callees.ts';
import type { HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapDetails } from '../../analysis/heap/details.ts';
import type { HeapDifference, HeapFindings, HeapSummary } from '../../analysis/heap/findings.ts';
import type { HotSpot, Ranking } from '../../analysis/heap/rankings.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import type { OutlineRow } from '../../analysis/heap/tree-outline.ts';
import { formatAddress } from '../../model/address.ts';
import type { Timeline } from '../../model/timeline.ts';
import { growthJson } from './growth-json.ts';
import type { HeaptrackJson } from './schema.ts';

const costs = ({ calls, temporary, peak, leaked, allocated }: HeapCosts) => ({
  calls,
  temporary,
  peakBytes: peak,
  leakedBytes: leaked,
  allocatedBytes: allocated,
});

const frame = ({ name, file, line, module, address, offset, inlined }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
  module: module ?? null,
  address: formatAddress(address),
  moduleOffset: offset === undefined ? null : formatAddress(offset),
  inlined,
});

/** Frames of a call stack in JSON, where nobody asks for another number. No recorder keeps as many. */
export const MOST_JSON_FRAMES = 1000;

const spot = (
  { place, costs: total, stacks, otherStacks }: HotSpot,
  most: number,
): HeaptrackJson['rankings'][number]['places'][number] => ({
  place: place.slice(0, most).map(frame),
  ...costs(total),
  stacks: stacks.map((stack) => ({
    ...costs(stack.costs),
    frames: stack.frames.slice(0, most).map(frame),
    otherFrames: Math.max(0, stack.frames.length - most) + (stack.beyond?.count ?? 0),
  })),
  otherStacks: { count: otherStacks.count, ...costs(otherStacks.costs) },
});

const summary = ({ recording, totals, temporaryRule, lives, window, suppressed }: HeapSummary) => ({
  temporaryRule,
  recording: {
    heaptrackVersion: recording.heaptrackVersion ?? null,
    fileVersion: recording.fileVersion,
    debuggee: recording.debuggee ?? null,
    attached: recording.attached,
    pageBytes: recording.pageBytes ?? null,
    systemBytes: recording.systemBytes ?? null,
  },
  totals: {
    runtimeSeconds: totals.runtime,
    calls: totals.calls,
    callsPerSecond: totals.calls / totals.runtime,
    temporary: totals.temporary,
    temporaryPerSecond: totals.temporary / totals.runtime,
    temporaryPercent: totals.calls === 0 ? null : (100 * totals.temporary) / totals.calls,
    allocatedBytes: totals.allocated,
    peakBytes: totals.peak,
    peakSeconds: totals.peakTime,
    peakResidentBytes: totals.peakResident ?? null,
    leakedBytes: totals.leaked - suppressed.leaked,
    suppressedLeakedBytes: suppressed.leaked,
  },
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

const ranking = ({ by, groupedBy, spots, others }: Ranking, mostFrames: number) => ({
  by,
  groupedBy,
  places: spots.map((one) => spot(one, mostFrames)),
  otherPlaces: { count: others.count, ...costs(others.costs) },
});

const outline = ({ depth, frame: at, count, costs: total, self }: OutlineRow) => ({
  depth,
  function: at?.name ?? null,
  module: at?.module ?? null,
  count,
  ...costs(total),
  self: costs(self),
});

const surroundings = ({ functions, inclusive, self, ...related }: FunctionNeighbours) => ({
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

const details = ({ tree, callers, sizes, growth, lifetimes }: HeapDetails) => ({
  lifetimes:
    lifetimes?.map(({ place, meanSeconds, ...counts }) => ({
      place: frame(place),
      meanLifetimeSeconds: meanSeconds,
      ...counts,
    })) ?? null,
  growth: growth?.map(growthJson) ?? null,
  tree: tree ? { direction: tree.direction, by: tree.by, rows: tree.rows.map(outline) } : null,
  callers: callers?.found ? surroundings(callers.found) : null,
  sizes:
    sizes?.map(({ from, to, calls, allocated, peak }) => ({
      fromBytes: from,
      toBytes: to,
      calls,
      allocatedBytes: allocated,
      peakBytes: peak,
    })) ?? null,
});

/**
 * The result of `memtool heaptrack --json`. Sizes are bytes, times seconds.
 *
 * @param mostFrames per call stack.
 */
export function heaptrackJson(
  findings: HeapFindings,
  timeline: Timeline,
  mostFrames: number,
): HeaptrackJson {
  return {
    ...summary(findings.summary),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: Array.from(timeline.time, (time, i) => ({
      seconds: time,
      liveBytes: timeline.live[i]!,
      calls: timeline.calls[i]!,
      temporary: timeline.temporary[i]!,
      residentBytes: Number.isNaN(timeline.resident[i]!) ? null : timeline.resident[i]!,
    })),
    rankings: findings.rankings.map((one) => ranking(one, mostFrames)),
    ...details(findings.details),
    comparedWith: null,
  };
}

/** The result of `memtool heaptrack --diff BASE --json`: costs in the rankings are differences. */
export function heapDifferenceJson(
  findings: HeapDifference,
  base: string,
  mostFrames: number,
): HeaptrackJson {
  return {
    ...summary(findings.after),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: [],
    rankings: findings.rankings.map((one) => ranking(one, mostFrames)),
    ...details(findings.details),
    comparedWith: { name: base, ...summary(findings.before) },
  };
}

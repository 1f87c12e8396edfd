import type { CostKind } from '../../analysis/heap/costs.ts';
import type { HeapSummary } from '../../analysis/heap/findings.ts';
import type { Recording } from '../../model/heap-profile.ts';
import { writeCosts } from './costs.ts';
import type { SummaryResult } from './summary-schema.ts';

/** What a recording says of itself as a whole. */
export function summaryResult(summary: HeapSummary): SummaryResult {
  const { recording, temporaryRule, inexact, window, suppressed } = summary;
  return {
    temporaryRule: temporaryRule ?? null,
    inexact: Object.entries(inexact).map(([cost, why]) => ({ cost: cost as CostKind, ...why })),
    recording: recordingResult(recording),
    totals: totalsResult(summary),
    ...clockResult(summary),
    sums: writeCosts(summary.kinds)(summary.sums),
    blocks: blocksResult(summary),
    window: window ? { fromSeconds: window.from, toSeconds: window.to } : null,
    suppressions: suppressed.uses.map(({ rule, stacks, leaked }) => ({
      pattern: rule.pattern,
      source: rule.source,
      stacks,
      leakedBytes: leaked,
    })),
  };
}

function recordingResult(recording: Recording): SummaryResult['recording'] {
  const { tool, version, isNameless, tellsBlocksWith } = recording.recorder;
  return {
    recorder: {
      tool,
      version: version ?? null,
      ...(isNameless && { isNameless: true as const }),
      tellsBlocksWith: tellsBlocksWith ?? null,
    },
    // What it was called when heaptrack was the only recorder.
    heaptrackVersion: tool === 'heaptrack' ? (version ?? null) : null,
    fileVersion: recording.fileVersion ?? null,
    debuggee: recording.debuggee ?? null,
    attached: recording.attached,
    ...(recording.isSnapshot && { isSnapshot: true as const }),
    pageBytes: recording.pageBytes ?? null,
    systemBytes: recording.systemBytes ?? null,
  };
}

const clockResult = ({ clock, totals }: HeapSummary): Pick<SummaryResult, 'clock'> =>
  clock === undefined
    ? {}
    : { clock: { counts: clock, peak: totals.peakTime ?? null, end: totals.runtime ?? null } };

function totalsResult({ totals, clock, suppressed }: HeapSummary): SummaryResult['totals'] {
  const isTimed = clock === undefined;
  const runtime = isTimed ? totals.runtime : undefined;
  return {
    runtimeSeconds: runtime ?? null,
    calls: totals.calls ?? null,
    callsPerSecond: per(totals.calls, runtime),
    temporary: totals.temporary ?? null,
    temporaryPerSecond: per(totals.temporary, runtime),
    temporaryPercent: totals.calls === 0 ? null : percentOf(totals.temporary, totals.calls),
    allocatedBytes: totals.allocated ?? null,
    peakBytes: totals.peak ?? null,
    peakSeconds: isTimed ? (totals.peakTime ?? null) : null,
    peakResidentBytes: totals.peakResident ?? null,
    leakedBytes: totals.leaked === undefined ? null : totals.leaked - suppressed.leaked,
    suppressedLeakedBytes: suppressed.leaked,
  };
}

/** A part of a whole; null where one of them is not known. */
const per = (value: number | undefined, whole: number | undefined): number | null =>
  value === undefined || whole === undefined ? null : value / whole;

const percentOf = (value: number | undefined, whole: number | undefined): number | null =>
  value === undefined || whole === undefined ? null : (100 * value) / whole;

function blocksResult({ lives }: HeapSummary): SummaryResult['blocks'] {
  if (lives === undefined) return null;
  return {
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
    longestChain: lives.longestChain ?? null,
    unknownFrees: lives.unknownFrees,
    lostFrees: lives.lostFrees,
    lostBytes: lives.lostBytes,
  };
}

/** A total of two recordings. */
export interface TotalChange {
  readonly total: 'calls' | 'temporary' | 'allocatedBytes' | 'peakBytes' | 'leakedBytes';
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** Undefined where there was nothing before. */
  readonly changePercent: number | undefined;
}

const COMPARED = ['calls', 'temporary', 'allocatedBytes', 'peakBytes', 'leakedBytes'] as const;

/** How totals changed that both recordings have. Reports read it; JSON has both totals. */
export function totalChanges(before: SummaryResult, after: SummaryResult): TotalChange[] {
  return COMPARED.flatMap((total) => {
    const [was, is] = [before.totals[total], after.totals[total]];
    if (was === null || is === null) return [];
    const change = is - was;
    const changePercent = was === 0 ? undefined : (100 * change) / was;
    return [{ total, before: was, after: is, change, changePercent }];
  });
}

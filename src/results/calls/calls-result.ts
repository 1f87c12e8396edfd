import type { SpaceFindings, StraceFindings } from '../../analysis/call-log/findings.ts';
import type { MapMoment } from '../../analysis/replay/folds/map-at-line.ts';
import type { Chain } from '../../analysis/replay/mapping-history.ts';
import type { SpaceBytes } from '../../analysis/replay/memory-accounts.ts';
import { formatAddress } from '../../model/address.ts';
import { pagesOf } from '../../model/bytes.ts';
import { growthResult } from './growth-result.ts';
import { mapMomentResult } from './map-moment-result.ts';
import { memoryUseResult } from './memory-use-result.ts';
import type { CallsResult } from './schema.ts';

const spaceBytes = ({ heap, anonymous, reserved, files }: Readonly<SpaceBytes>) => ({
  heapBytes: heap,
  anonymousBytes: anonymous,
  reservedBytes: reserved,
  fileBytes: files,
});

const chain = (history: Chain) => ({
  mappedBytes: history.mapped,
  mappedPages: pagesOf(history.mapped),
  peakBytes: history.peak,
  steps: history.steps.map((step) => ({
    kind: step.kind,
    line: step.line,
    seconds: step.time ?? null,
    address: formatAddress(step.start),
    mappedBytes: step.mapped,
    mappedPages: pagesOf(step.mapped),
  })),
  omittedSteps: history.omitted,
  end: history.end
    ? { kind: history.end.kind, line: history.end.line, seconds: history.end.time ?? null }
    : null,
});

const space = (findings: SpaceFindings) => {
  const { replayed, pid, brkSteps, alive, aliveBytes, growth } = findings;
  const { heap, peak, bytes, finished, advice } = replayed.space;
  return {
    pid: pid ?? null,
    pids: replayed.pids,
    taskCount: replayed.taskCount,
    program: replayed.program ?? null,
    firstLine: replayed.firstLine,
    lastLine: replayed.lastLine,
    outcome: replayed.outcome ?? null,
    heap:
      heap.start === undefined
        ? null
        : {
            start: formatAddress(heap.start),
            startIsKnown: heap.startIsKnown,
            end: formatAddress(heap.current),
            bytes: heap.bytes,
            peakBytes: heap.peak.bytes,
            peakLine: heap.peak.line,
            steps: brkSteps.map(({ delta, ...step }) => ({ deltaBytes: delta, ...step })),
            grew: heap.grew,
            shrank: heap.shrank,
          },
    atEnd: spaceBytes(bytes),
    peak: {
      bytes: peak.heap + peak.anonymous,
      ...spaceBytes(peak),
      line: peak.line,
      seconds: peak.time ?? null,
    },
    alive: {
      count: alive.length,
      bytes: aliveBytes,
      mappings: alive.map((history) => ({
        ...chain(history),
        use: findings.heap.useOf.get(history)?.id ?? null,
      })),
    },
    growth: growthResult(growth),
    finished: {
      count: finished.count,
      peakBytes: finished.peakBytes,
    },
    ...memoryUseResult(findings.heap, replayed.space),
    advice: [...advice].map(([name, { count, bytes: length }]) => ({ name, count, bytes: length })),
  };
};

/** As many of a log's ended address spaces are kept, too; of forked processes each has all mappings. */
const MOST_SPACES = 64;

/** The result of `memtool strace --json`. Sizes are bytes, times seconds since the first stamp. */
export function callsResult(findings: StraceFindings, map?: MapMoment): CallsResult {
  const { trace, replay, spaces } = findings;
  return {
    lineCount: trace.lineCount,
    lines: trace.lines,
    totalCalls: findings.totalCalls,
    failedCalls: findings.failedCalls,
    calls: [...trace.calls],
    taskCount: trace.taskCount,
    tasks: trace.tasks.map((task) => ({ ...task, outcome: task.outcome ?? null })),
    failedAllocations: trace.failedAllocations.map(({ line, bytes }) => ({ line, bytes })),
    clock: trace.clock,
    durationSeconds: trace.duration ?? null,
    spaceCount: spaces.length,
    spaces: spaces.slice(0, MOST_SPACES).map(space),
    map: map ? mapMomentResult(map) : null,
    spacesNotKept: replay.spacesNotKept,
    assumedThreadCount: replay.assumedThreads.length,
    assumedThreads: [...replay.assumedThreads],
  };
}

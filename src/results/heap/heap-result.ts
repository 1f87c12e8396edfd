import type { HeapDifference, HeapFindings } from '../../analysis/heap/findings.ts';
import type { Timeline } from '../../model/timeline.ts';
import { writeCosts } from './costs.ts';
import { detailResults, timelineResult } from './detail-results.ts';
import { ownLinesResult } from './own-lines-result.ts';
import { rankingResult } from './ranking-result.ts';
import type { HeapResult } from './schema.ts';
import { summaryResult } from './summary-result.ts';

/** Frames of a call stack in JSON, where nobody asks for another number. No recorder keeps as many. */
export const MOST_JSON_FRAMES = 1000;

/**
 * What `memtool heaptrack` found. Sizes are bytes, times seconds.
 *
 * @param mostFrames per call stack.
 */
export function heapResult(
  findings: HeapFindings,
  timeline: Timeline | undefined,
  mostFrames: number,
): HeapResult {
  const costs = writeCosts(findings.costed.kinds);
  return {
    ...summaryResult(findings.summary),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: timeline === undefined ? [] : timelineResult(timeline, findings.summary.clock),
    rankings: findings.rankings.map((one) => rankingResult(one, costs, mostFrames)),
    ownLines: findings.ownLines ? ownLinesResult(findings.ownLines, costs, mostFrames) : null,
    ...detailResults(findings.details, costs, true),
    comparedWith: null,
  };
}

/** What `memtool heaptrack BEFORE AFTER` found: costs in the rankings are differences. */
export function heapDifferenceResult(
  findings: HeapDifference,
  base: string,
  mostFrames: number,
): HeapDifferenceResult {
  const costs = writeCosts(findings.costed.kinds);
  return {
    ...summaryResult(findings.after),
    shown: findings.shown ? costs(findings.shown) : null,
    timeline: [],
    rankings: findings.rankings.map((one) =>
      rankingResult({ ...one, whole: undefined }, costs, mostFrames),
    ),
    ownLines: null,
    ...detailResults(findings.details, costs, false),
    comparedWith: {
      name: base,
      ...summaryResult(findings.before),
      ...(findings.ways.length > 0 && { ways: [...findings.ways] }),
    },
  };
}

export type HeapDifferenceResult = HeapResult & {
  readonly comparedWith: NonNullable<HeapResult['comparedWith']>;
};

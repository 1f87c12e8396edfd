import type { Bytes } from '../../model/bytes.ts';
import type { HeapSnapshot, SizedProfile, TraceIndex } from '../../model/heap-profile.ts';
import type { CostedStacks, CostKind } from './costs.ts';
import type { LineGroup } from './line-groups.ts';
import { lineGroups } from './own-lines.ts';
import { sizeBucketOf } from './size-histogram.ts';

/** The line of own code that has most of something. */
export interface LargestLine extends Pick<LineGroup, 'place' | 'kind' | 'called'> {
  readonly value: number;
}

/** A moment of a recording, and who had most then. */
export interface LiveMoment {
  /** Seconds. */
  readonly time: number;
  readonly live: Bytes;
  readonly largest: LargestLine | undefined;
}

/** Tells which line each call stack belongs to. */
export class LineIndex {
  readonly #groups: readonly LineGroup[];
  /** Index of the group plus one, by trace; 0 for stacks that cost nothing. */
  readonly #ofTrace: Uint32Array;

  constructor(costed: CostedStacks, by: CostKind) {
    this.#groups = lineGroups(costed, by).groups.groups;
    this.#ofTrace = new Uint32Array(costed.stacks.traces.count);
    for (const [i, { traces }] of this.#groups.entries()) {
      for (const trace of traces) this.#ofTrace[trace] = i + 1;
    }
  }

  /** @param amounts of traces, which may come several times. */
  largest(amounts: Iterable<readonly [trace: TraceIndex, value: number]>): LargestLine | undefined {
    const sums = new Float64Array(this.#groups.length + 1);
    for (const [trace, value] of amounts) sums[this.#ofTrace[trace]!]! += value;
    sums[0] = 0;
    const most = sums.reduce((best, sum, i) => (sum > sums[best]! ? i : best), 0);
    if (most === 0) return undefined;
    const { place, kind, called } = this.#groups[most - 1]!;
    return { place, kind, called, value: sums[most]! };
  }
}

/** By size class, as `sizeBuckets` has them: the line that called most often. */
export function largestBySize(
  { allocations }: SizedProfile,
  lines: LineIndex,
): (LargestLine | undefined)[] {
  const amounts: [TraceIndex, number][][] = [];
  for (let row = 0; row < allocations.count; row++) {
    if (allocations.calls[row] === 0) continue;
    const bucket = sizeBucketOf(allocations.size[row]!);
    while (amounts.length <= bucket) amounts.push([]);
    amounts[bucket]!.push([allocations.trace[row]!, allocations.calls[row]!]);
  }
  return amounts.map((each) => lines.largest(each));
}

export const largestOverTime = (
  snapshots: readonly HeapSnapshot[],
  lines: LineIndex,
): LiveMoment[] =>
  snapshots.map(({ time, live }) => ({
    time,
    live: live.reduce((sum, bytes) => sum + bytes, 0),
    largest: lines.largest(live.entries()),
  }));

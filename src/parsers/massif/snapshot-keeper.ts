import type { Bytes } from '../../model/bytes.ts';
import { TimelineBuilder } from '../timeline-builder.ts';
import type { Snapshot } from './massif-reader.ts';

/** Limit of trees that are kept: massif itself writes at most 1000 snapshots, of which a tenth has one. */
const MOST_TREES = 512;

/** What is kept of snapshots: all of them over time, some with their trees. */
export class SnapshotKeeper {
  readonly timeline = new TimelineBuilder();
  /** With trees. */
  readonly detailed: Snapshot[] = [];
  /** Marked as the peak, or else the largest with a tree. */
  peak: Snapshot | undefined;
  last: Snapshot | undefined;
  largestHeap: Bytes = 0;
  mostStacks: Bytes = 0;

  add(snapshot: Snapshot): void {
    const { time, heap, stacks, tree } = snapshot;
    this.timeline.push({
      time,
      live: heap + stacks,
      calls: 0,
      temporary: 0,
      resident: Number.NaN,
    });
    this.last = snapshot;
    this.largestHeap = Math.max(this.largestHeap, heap);
    this.mostStacks = Math.max(this.mostStacks, stacks);
    if (tree === undefined) return;
    if (this.peak === undefined || isHigher(snapshot, this.peak)) this.peak = snapshot;
    if (this.detailed.length === MOST_TREES) {
      for (let i = 0; i < MOST_TREES / 2; i++) this.detailed[i] = this.detailed[2 * i + 1]!;
      this.detailed.length = MOST_TREES / 2;
    }
    this.detailed.push(snapshot);
  }
}

const isHigher = (one: Snapshot, other: Snapshot): boolean =>
  one.isPeak === other.isPeak ? one.heap >= other.heap : one.isPeak;

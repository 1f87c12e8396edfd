import { liveSites, ownStacks, snapshotAt } from '../../../analysis/heap/interactive-heap.ts';
import type { HeapProfile, HeapSnapshot } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import type { Timeline } from '../../../model/timeline.ts';
import { TOPICS } from '../../../results/topics.ts';
import { escapeText } from '../../../views/text/escape.ts';
import type { ChartPoint } from '../../parts/chart.ts';
import type { Reading } from '../../session.ts';
import { timeWords } from '../heap/labels.ts';
import type { MomentRow } from './timeline-rows.ts';

/** The live heap of a recording over time; at first there is nothing. */
export function liveHeap({ time, live }: Timeline): ChartPoint[] {
  const points = Array.from(time, (x, i) => ({ x, lower: live[i]!, upper: 0 }));
  return [{ x: 0, lower: 0, upper: 0 }, ...points];
}

const MOST_SITES = 20;

const stacksOf = memoizeLast(ownStacks);

const sitesOf = memoizeLast((profile: HeapProfile, snapshot: HeapSnapshot) =>
  liveSites(stacksOf(profile), snapshot.live, MOST_SITES),
);

/** The places with most live bytes, at the last moment that was kept before the cursor. */
export function momentOfRecording({ story }: Reading, time: number): MomentRow[] {
  const profile = story.witnesses.recording?.profile;
  const snapshot = profile && snapshotAt(profile.snapshots, time);
  if (profile === undefined || snapshot === undefined) return [];
  const after =
    profile.clock === undefined
      ? `${snapshot.time.toFixed(3)} s`
      : timeWords(snapshot.time, profile.clock);
  return sitesOf(profile, snapshot).map(({ place, bytes }): MomentRow => {
    const where = place.file === undefined ? '' : ` at ${place.file}:${place.line}`;
    return {
      bytes,
      label: escapeText(`${place.name ?? place.module ?? '(no name known)'}${where}`),
      tone: 'plain',
      topic: TOPICS.peakBytes,
      evidence: `live after ${after}, the last moment that was kept before the cursor`,
      place: undefined,
    };
  });
}

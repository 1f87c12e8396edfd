import {
  liveSites,
  snapshotAt,
  withoutLibraries,
} from '../../../analysis/heap/interactive-heap.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { HeapProfile } from '../../../model/heap-profile.ts';
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

const stacksOf = memoizeLast(withoutLibraries);

const sitesOf = memoizeLast((profile: HeapProfile, live: Float64Array) =>
  liveSites(stacksOf(profile), live, MOST_SITES),
);

const sumOf = memoizeLast((live: Float64Array) => live.reduce((sum, bytes) => sum + bytes, 0));

/** What was live by call stack: at the peak itself, else at the last moment that was kept. */
function liveAt(profile: HeapProfile, { x: time, lower }: ChartPoint) {
  const { costs, totals, snapshots, clock } = profile;
  if (costs.peak !== undefined && lower === totals.peak) {
    return { live: costs.peak, when: 'at the peak' };
  }
  const snapshot = snapshotAt(snapshots, time);
  if (snapshot === undefined) return undefined;
  const { time: at, live } = snapshot;
  const after = clock === undefined ? `${at.toFixed(3)} s` : timeWords(at, clock);
  return { live, when: `after ${after}, the last moment kept` };
}

/** The places with most live bytes, and what they are parts of. */
export function momentOfRecording({ story }: Reading, cursor: ChartPoint): MomentRow[] {
  const profile = story.witnesses.recording?.profile;
  const known = profile && liveAt(profile, cursor);
  if (profile === undefined || known === undefined) return [];
  const { live, when } = known;
  const whole = sumOf(live);
  const row = (bytes: Bytes, label: string): MomentRow => ({
    bytes,
    label: escapeText(label),
    tone: 'plain',
    topic: TOPICS.peakBytes,
    evidence: `live ${when}`,
    place: undefined,
    whole,
  });
  const sites = sitesOf(profile, live).map(({ place, bytes }) => {
    const where = place.file === undefined ? '' : ` at ${place.file}:${place.line}`;
    return row(bytes, `  ${place.name ?? place.module ?? '(no name known)'}${where}`);
  });
  const rest = sites.reduce((left, { bytes }) => left - bytes, whole);
  return [
    { ...row(whole, `live ${when}`), tone: 'strong' },
    ...sites,
    ...(rest > 0 ? [row(rest, '  smaller places')] : []),
  ];
}

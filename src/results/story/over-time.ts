import type { ResidentSample } from '../../analysis/story/recorded-run.ts';
import type { Story } from '../../analysis/story/story.ts';
import type { StoryResult } from './schema.ts';

/** Points of a curve that are kept: a line of a report has fewer columns. */
const POINTS = 120;

/** How the process developed: its recorded RSS, its heap in a recording, its mappings in a log. */
export function overTime({ witnesses, snapshots }: Story): StoryResult['overTime'] {
  const { recording, space, run } = witnesses;
  const { totals, inexact } = recording?.profile ?? {};
  const { peak, bytes } = space?.replayed.space ?? {};
  const samples = run?.resident ?? [];
  const sums = snapshots.flatMap(({ groups }) => groups.account);
  const marks = [
    ...samples.map((sample) => sample.bytes),
    ...sums.flatMap(({ name, bytes: value }) => (name === 'VmHWM' ? value : [])),
  ];
  return {
    recorder: recording?.profile.recording.recorder.tool ?? null,
    heapPeakBytes: totals?.peak ?? null,
    ...(recording?.profile.recording.isSnapshot && { isDump: true as const }),
    ...(inexact?.leaked?.kind === 'sampled' && { isSampled: true as const }),
    heapEndBytes: totals?.leaked ?? null,
    logPeakBytes: peak ? peak.heap + peak.anonymous : null,
    logPeakLine: peak?.line || null,
    logEndBytes: bytes ? bytes.heap + bytes.anonymous : null,
    highestResidentBytes: marks.length === 0 ? null : marks.reduce((a, b) => Math.max(a, b)),
    resident: thinned(samples),
  };
}

/** Of neighbours the highest, so that no peak is lost. */
function thinned(samples: readonly ResidentSample[]): ResidentSample[] {
  const width = Math.ceil(samples.length / POINTS);
  const slots = Array.from({ length: width === 0 ? 0 : Math.ceil(samples.length / width) });
  return slots.map((_, slot) =>
    samples
      .slice(slot * width, (slot + 1) * width)
      .reduce((highest, one) => (one.bytes > highest.bytes ? one : highest)),
  );
}

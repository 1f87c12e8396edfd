/** When in a run a memory map was taken, by the clock of whoever knows it. */
import type { Moment } from '../replay/folds/map-time-search.ts';
import type { ReplayedSpace } from '../replay/replayed-space.ts';
import { haveOneLayout } from './capture-match.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { Snapshot } from './snapshots.ts';

/** A stretch of a run in which a map was taken, in seconds from the start of the process. */
export interface MapTime {
  readonly from: number;
  readonly to: number;
  /** How long the process ran. */
  readonly runSeconds: number;
  /** The process was held at its very end. */
  readonly isExit: boolean;
  /** Most was resident then. */
  readonly isPeak: boolean;
}

/**
 * The recorder's own clock is exact; a log tells between which of its calls the map was taken.
 *
 * @returns undefined where neither has a clock.
 */
export function mapTime(
  { name, moment, belonging }: Pick<Snapshot, 'name' | 'moment' | 'belonging'>,
  space: Pick<ReplayedSpace, 'firstTime' | 'lastTime'> | undefined,
  run: RecordedRun | undefined,
): MapTime | undefined {
  const recorded = run?.momentOf(name);
  if (run && recorded?.seconds !== undefined) {
    const { seconds, kind } = recorded;
    const runSeconds = Math.max(run.seconds, seconds);
    const [isExit, isPeak] = [kind === 'exit', kind === 'peak'];
    return { from: seconds, to: seconds, runSeconds, isExit, isPeak };
  }
  if (!haveOneLayout(belonging) || moment === undefined || space === undefined) return undefined;
  return timeInLog(moment, space);
}

function timeInLog(
  { firstTime, untilTime, untilLine }: Moment,
  { firstTime: start, lastTime: end }: Pick<ReplayedSpace, 'firstTime' | 'lastTime'>,
): MapTime | undefined {
  const until = untilLine === undefined ? end : untilTime;
  if (start === undefined || end === undefined || firstTime === undefined || until === undefined) {
    return undefined;
  }
  // A clock that was set back tells nothing.
  if (!(start <= firstTime && firstTime <= until && until <= end)) return undefined;
  const [from, to, runSeconds] = [firstTime - start, until - start, end - start];
  return { from, to, runSeconds, isExit: false, isPeak: false };
}

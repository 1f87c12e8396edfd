import type { LogTime, SyscallTrace } from '../../model/syscall-trace.ts';
import type { StracePrefix } from './prefix.ts';

const DAY_SECONDS = 86400;

/** A clock that goes back by more than this has passed midnight; less is lines out of order. */
const MIDNIGHT_STEP = DAY_SECONDS / 2;

/**
 * Turns time stamps of any style into seconds since the first one.
 *
 * -t and -tt have no date and start again at midnight; -ttt is an epoch; -r alone gives the gap to
 * the line before, whatever process that was of, so gaps are summed.
 */
export class LogClock {
  kind: SyscallTrace['clock'] = 'none';
  /** Seconds of the latest stamp. */
  latest: LogTime | undefined;

  #first: number | undefined;
  #previous = 0;
  #days = 0;

  /** @returns the time of the line, or undefined where it has no stamp. */
  read(prefix: StracePrefix): LogTime | undefined {
    if (prefix.stamp !== undefined) this.latest = this.#absolute(prefix.stamp);
    else if (prefix.relative !== undefined) {
      this.kind = 'relative';
      this.latest = (this.latest ?? 0) + prefix.relative;
    } else return undefined;
    return this.latest;
  }

  #absolute(stamp: string): LogTime {
    const ofDay = /^(\d\d):(\d\d):(.*)$/.exec(stamp);
    this.kind = ofDay ? 'time of day' : 'epoch';
    let now = Number(stamp);
    if (ofDay) {
      now = Number(ofDay[1]) * 3600 + Number(ofDay[2]) * 60 + Number(ofDay[3]);
      if (this.#previous - now > MIDNIGHT_STEP) this.#days++;
      this.#previous = now;
      now += this.#days * DAY_SECONDS;
    }
    this.#first ??= now;
    return now - this.#first;
  }
}

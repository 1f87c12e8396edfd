import type { LogTime } from '../../model/syscall-trace.ts';
import type { StracePrefix } from './prefix.ts';
import type { ScanState, Stamp } from './scan-state.ts';

const DAY_SECONDS = 86400;

/** A clock that goes back by more than this has passed midnight; less is lines out of order. */
const MIDNIGHT_STEP = DAY_SECONDS / 2;

const NANO_DIGITS = 9;
const NANOS = 1e9;

/**
 * Turns time stamps of any style into seconds since the first one.
 *
 * -t and -tt have no date and start again at midnight; -ttt is an epoch; -r alone gives the gap to
 * the line before, whatever process that was of, so gaps are summed. Time never goes back: a line
 * whose stamp does has the latest time. Where another log begins, with another kind of stamps, time
 * goes on from there.
 */
export class LogClock {
  readonly #state: ScanState;

  constructor(state: ScanState) {
    this.#state = state;
  }

  /** Seconds of the latest stamp; undefined where there was none. */
  get latest(): LogTime | undefined {
    if (this.#state.clockKind === 'none') return undefined;
    const { latest, origin } = this.#state;
    return latest.second - origin.second + (latest.nano - origin.nano) / NANOS;
  }

  /** Moves the clock to the line's stamp. @returns by how many seconds it is behind: 0 as a rule. */
  move({ stamp, gap }: StracePrefix): number {
    if (stamp !== undefined) return this.#moveTo(stamp);
    if (gap !== undefined) this.#moveBy(parseSeconds(gap));
    return 0;
  }

  #moveBy(gap: Stamp): void {
    this.#startIfOther('relative', { second: 0, nano: 0 });
    const { second, nano } = this.#state.latest;
    const carry = nano + gap.nano >= NANOS ? 1 : 0;
    this.#state.latest = {
      second: second + gap.second + carry,
      nano: nano + gap.nano - carry * NANOS,
    };
  }

  #moveTo(text: string): number {
    const ofDay = /^(\d\d):(\d\d):(.*)$/.exec(text);
    const now = ofDay ? timeOfDay(ofDay) : parseSeconds(text);
    this.#startIfOther(ofDay ? 'time of day' : 'epoch', now);
    const { latest, origin } = this.#state;
    const behind = latest.second - now.second + (latest.nano - now.nano) / NANOS;
    if (ofDay && behind > MIDNIGHT_STEP) {
      this.#state.origin = { second: origin.second - DAY_SECONDS, nano: origin.nano };
    } else if (behind > 0) return behind;
    this.#state.latest = now;
    return 0;
  }

  /** The first stamp, or the first of another kind. */
  #startIfOther(kind: ScanState['clockKind'], now: Stamp): void {
    if (this.#state.clockKind === kind) return;
    const { latest, origin } = this.#state;
    this.#state.clockKind = kind;
    this.#state.latest = now;
    this.#state.origin = {
      second: now.second - (latest.second - origin.second),
      nano: now.nano - (latest.nano - origin.nano),
    };
  }
}

function timeOfDay([, hours, minutes, rest]: RegExpExecArray): Stamp {
  const { second, nano } = parseSeconds(rest!);
  return { second: Number(hours) * 3600 + Number(minutes) * 60 + second, nano };
}

/** `1795217762.929420`. */
function parseSeconds(text: string): Stamp {
  const point = text.indexOf('.');
  if (point === -1) return { second: Number(text), nano: 0 };
  const fraction = text.slice(point + 1, point + 1 + NANO_DIGITS);
  return {
    second: Number(text.slice(0, point)),
    nano: Number(fraction) * 10 ** (NANO_DIGITS - fraction.length),
  };
}

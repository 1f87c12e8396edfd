/** What the scan shares with TypeScript (scan-state.ts has the same layout), and the clock in it. */
import { NO_STAMP, nano, RELATIVE, second, stampKind } from './scan-prefix.as';

/** Offsets in the state. */
export let state: usize = 0;
export const LINE: usize = 0;
export const EVERY_LINE: usize = 4;
export const FRAMES: usize = 8;
export const CLOCK_KIND: usize = 12;
export const SECOND: usize = 16;
export const NANO: usize = 24;
export const ORIGIN_SECOND: usize = 32;
export const ORIGIN_NANO: usize = 40;
export const CALLS: usize = 48;
export const UNFINISHED: usize = 52;
export const RESUMED: usize = 56;
export const STACK_FRAMES: usize = 60;
export const DUMPS: usize = 64;
export const SIGNALS: usize = 68;
export const UNFINISHED_LINE: usize = 72;
export const UNFINISHED_PID: usize = 76;
export const RECORDS: usize = 80;

// @ts-ignore: decorator
@inline
export function countLine(counter: usize): void {
  store<u32>(state + counter, load<u32>(state + counter) + 1);
}

/**
 * Moves the clock to the line's stamp.
 *
 * @returns false, with nothing changed, where it is of another kind or goes back.
 */
export function takeStamp(): bool {
  // Calls come by here once they are sure to be taken: stacks that follow are of no earlier event.
  if (stampKind == NO_STAMP) {
    store<u32>(state, 0, FRAMES);
    return true;
  }
  if (stampKind != load<u32>(state, CLOCK_KIND)) return false;
  const before = load<f64>(state, SECOND);
  const nanoBefore = load<f64>(state, NANO);
  let now = second;
  let nanoNow = nano;
  if (stampKind == RELATIVE) {
    now += before;
    nanoNow += nanoBefore;
    if (nanoNow >= 1e9) {
      nanoNow -= 1e9;
      now += 1;
    }
  } else if (now < before || (now == before && nanoNow < nanoBefore)) return false;
  store<f64>(state, now, SECOND);
  store<f64>(state, nanoNow, NANO);
  store<u32>(state, 0, FRAMES);
  return true;
}

/** Seconds since the first stamp, if there was one. */
export function timeOfLine(): f64 {
  if (load<u32>(state, CLOCK_KIND) == NO_STAMP) return NaN;
  const seconds = load<f64>(state, SECOND) - load<f64>(state, ORIGIN_SECOND);
  return seconds + (load<f64>(state, NANO) - load<f64>(state, ORIGIN_NANO)) / 1e9;
}

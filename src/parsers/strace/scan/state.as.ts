/** What the scan shares with TypeScript, and the clock in it. */
import {
  CLOCK_KIND,
  FRAMES,
  NANO,
  NO_STAMP,
  ORIGIN_NANO,
  ORIGIN_SECOND,
  RELATIVE,
  SECOND,
} from './layout';
import { nano, second, stampKind } from './prefix.as';

/** Where the state lies. */
export let state: usize = 0;

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

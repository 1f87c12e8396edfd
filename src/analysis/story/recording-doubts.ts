/** Signs that a heap recording is of other work than the run that it stands beside: other input, or none. */
import type { Bytes } from '../../model/bytes.ts';
import type { HeapTotals } from '../../model/heap-profile.ts';

/** What the run beside it did. */
export interface RunSize {
  /** What malloc has in RAM; undefined where no map tells, or where others than malloc may have it. */
  readonly mallocBytes: Bytes | undefined;
  /** Undefined where nothing tells. */
  readonly seconds: number | undefined;
}

/** No fragmentation leaves so little of what malloc has from the system. */
const TINY_PEAK = 0.05;
const TINY_TIME = 0.1;

/** Either alone can be a program that frees most of its memory, or one that tracing slows down. */
const SMALL_PEAK = 0.25;
const SMALL_TIME = 0.25;

/** Whoever starts a program has so much, and waits so long, whatever it does. */
const LEAST_BYTES: Bytes = 2 ** 20;
const LEAST_SECONDS = 0.5;

/** @returns why the recording is not to be used; undefined where nothing speaks against it. */
export function recordingDoubt(
  { peak, runtime }: Pick<HeapTotals, 'peak' | 'runtime'>,
  { mallocBytes, seconds }: RunSize,
): string | undefined {
  const peakPart =
    peak !== undefined && mallocBytes !== undefined && mallocBytes > LEAST_BYTES
      ? peak / mallocBytes
      : 1;
  const timePart =
    runtime !== undefined && seconds !== undefined && seconds > LEAST_SECONDS
      ? runtime / seconds
      : 1;
  const ofPeak = `its peak is ${percent(peakPart)} of what malloc has in the map`;
  const ofTime = `it ran for ${percent(timePart)} of the other run’s time`;
  if (peakPart < SMALL_PEAK && timePart < SMALL_TIME) return `${ofPeak}, and ${ofTime}`;
  if (peakPart < TINY_PEAK) return ofPeak;
  return timePart < TINY_TIME ? ofTime : undefined;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

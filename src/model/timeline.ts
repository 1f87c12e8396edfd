/**
 * How a heap developed: one point at each stamp of the recorder's clock, or fewer where there are
 * too many to keep. Columns of equal length, where they are recorded.
 */
export interface Timeline {
  /** Seconds from the start of the recording. */
  readonly time: Float64Array;
  /** Bytes: the most that was live since the previous point, so that no peak is lost. */
  readonly live: Float64Array;
  /** Allocation calls so far; undefined where the recorder does not count them. */
  readonly calls: Float64Array | undefined;
  /** Temporary allocations so far. */
  readonly temporary: Float64Array | undefined;
  /** Bytes: the most that was resident since the previous point; NaN where nobody looked. */
  readonly resident: Float64Array;
}

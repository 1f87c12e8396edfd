import type { Bytes } from '../../model/bytes.ts';

/** A memory map of a recorded run. */
export interface RecordedMoment {
  /** When most was resident, held at its exit, as it was last seen, or while it ran on. */
  readonly kind: 'peak' | 'exit' | 'last' | 'running' | undefined;
  /** From the start of the run; undefined where the manifest does not say. */
  readonly seconds: number | undefined;
  readonly pid: number | undefined;
}

/** What `memtool record` wrote down of a run beside its captures. */
export interface RecordedRun {
  readonly command: readonly string[];
  /** Of the program, or of the largest process. */
  readonly pid: number | undefined;
  readonly seconds: number;
  /** What was resident, over time; none where nobody looked. */
  readonly resident: readonly ResidentSample[];
  /** @param capture the file that a map was read from. */
  momentOf(capture: string): RecordedMoment | undefined;
}

export interface ResidentSample {
  readonly seconds: number;
  readonly bytes: Bytes;
}

import type { SpaceFindings } from '../../analysis/call-log/findings.ts';
import type { Bytes } from '../../model/bytes.ts';

/** A process of a log, in a few numbers. */
export interface LogProcess {
  /** Null where the log does not tell it. */
  readonly pid: number | null;
  readonly program: string | null;
  /** Of heap and anonymous memory together, and the line that it was reached on. */
  readonly peakBytes: Bytes;
  readonly peakLine: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Null where the log ends before it. */
  readonly outcome: string | null;
}

/** In the order of the findings. */
export const logProcesses = (spaces: readonly SpaceFindings[]): readonly LogProcess[] =>
  spaces.map(({ pid, replayed }) => {
    const { space, program, outcome, firstLine, lastLine } = replayed;
    const { heap, anonymous, line } = space.peak;
    return {
      pid: pid ?? null,
      program: program ?? null,
      peakBytes: heap + anonymous,
      peakLine: line,
      firstLine,
      lastLine,
      outcome: outcome ?? null,
    };
  });

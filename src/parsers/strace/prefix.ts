/**
 * What stands before the event on a line of strace output.
 *
 *     7478  23:44:20.233033 (+     0.000245) [  59] [00007f05bd29ac47] execve(…
 *     pid   -t, -tt, -ttt   -r               -n     -i
 *
 * All parts are optional. The pid is `29394 ` with -o and -f, `[pid 29394] ` on a terminal, either
 * with `<comm>` behind the number under -Y. A bare integer of up to seven digits at the start of a
 * line is a pid (pid_max is 4 194 304), one of nine to twelve is -ttt seconds. -r without -t is
 * right-aligned: `     0.000321 `. An SELinux context (`--secontext`) may follow in brackets.
 */
export interface StracePrefix {
  readonly pid: number;
  /** `23:44:20.233033` or `1795217762.929420`, as written. */
  readonly stamp: string | undefined;
  /** Seconds since the line before, under -r: `0.000245`, as written. */
  readonly gap: string | undefined;
  /** Where the event begins. */
  readonly end: number;
}

const COMM = String.raw`(?:<(?:[^>\\]|\\.)*>)?`;
const PID = String.raw`(?:\[pid\s+(\d{1,7})${COMM}\]\s+|(\d{1,7})${COMM}\s+)?`;
const STAMP = String.raw`(?:(\d\d:\d\d:\d\d(?:\.\d+)?|\d{9,12}(?:\.\d+)?)\s+)?`;
const RELATIVE = String.raw`(?:\(\+\s*(\d{1,9}(?:\.\d+)?)\)\s+|\s*(\d{1,9}(?:\.\d+)?)\s+)?`;
const CONTEXT = String.raw`(?:\[[\w.-]+:[\w.:,-]+\]\s+)?`;
const NUMBER = String.raw`(?:\[\s*\d{1,4}\]\s+)?`;
const POINTER = String.raw`(?:\[(?:[0-9a-f]{8,16}|\?{8,16})\]\s+)?`;

const PREFIX = new RegExp(`^${PID}${CONTEXT}${STAMP}${RELATIVE}${NUMBER}${POINTER}`);

export function parsePrefix(text: string): StracePrefix {
  // Never fails: every part is optional.
  const [whole, bracketPid, barePid, stamp, bracketGap, bareGap] = PREFIX.exec(text)!;
  const pid = bracketPid ?? barePid;
  return {
    pid: pid === undefined ? 0 : Number(pid),
    stamp,
    gap: bracketGap ?? bareGap,
    end: whole.length,
  };
}

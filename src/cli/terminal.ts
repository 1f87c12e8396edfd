import { closeSync, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';

/** The terminal that started the program, whatever its standard input is. */
const TERMINAL = '/dev/tty';

/** Screens need a terminal: to be drawn on, and for keys, which need not come from standard input. */
export function hasTerminal(): boolean {
  const { stdin, stdout, env } = process;
  return stdout.isTTY === true && env.TERM !== 'dumb' && (stdin.isTTY === true || hasKeys());
}

function hasKeys(): boolean {
  try {
    closeSync(openSync(TERMINAL, 'r+'));
    return true;
  } catch {
    // A program without a terminal of its own, such as a job of cron.
    return false;
  }
}

/** Where keys come from: standard input, or the terminal where that is something else. */
export const keysOfTerminal = (): ReadStream =>
  process.stdin.isTTY ? process.stdin : new ReadStream(openSync(TERMINAL, 'r+'));

/** When to colour: `auto` asks the environment and the stream. */
export type ColorChoice = 'auto' | 'always' | 'never';

/**
 * NO_COLOR and FORCE_COLOR follow no-color.org and force-color.org: any non-empty value counts. The
 * flag goes before the environment.
 */
export function wantsColor(choice: ColorChoice, stream: NodeJS.WriteStream): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return stream.isTTY && TERM !== 'dumb';
}

/**
 * How many columns a line may have: those of the terminal, else COLUMNS; no limit where neither
 * tells, so that nothing is cut in a file or a pipe.
 */
export function outputWidth(stream: NodeJS.WriteStream): number {
  return (
    (stream.isTTY && stream.columns) || Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY
  );
}

import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Errors } from '@oclif/core';
import { systemWords } from './output.ts';

/** Readable by its owner alone, as the same data in /proc is. */
const PRIVATE = 0o700;

/**
 * Makes the folder of a recording: the one that was asked for, or one named after the program and the time.
 *
 * @returns its name.
 * @throws CLIError where the wanted one holds something, or cannot be made.
 */
export function makeRecordingFolder(
  wanted: string | undefined,
  program: string,
  now: Date,
): string {
  if (wanted !== undefined && existsSync(wanted)) {
    const isFree = statSync(wanted).isDirectory() && readdirSync(wanted).length === 0;
    if (!isFree) throw new Errors.CLIError(`${wanted} exists and is not empty`, { exit: 2 });
    return wanted;
  }
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const folder = wanted ?? `memtool-${program}-${time}`;
  try {
    makeFolder(path.resolve(folder));
  } catch (error) {
    const reason = systemWords(error as NodeJS.ErrnoException);
    throw new Errors.CLIError(`cannot make the folder ${folder} (${reason})`, { exit: 1 });
  }
  return folder;
}

/** Level by level: Node's own recursive way tries again for ever where the system makes none, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder, PRIVATE);
}

import { existsSync, readdirSync, statSync } from 'node:fs';

/**
 * Where a recording goes: the folder that was asked for, or one named after the program and the time.
 *
 * @returns undefined where the wanted one holds something.
 */
export function recordingFolder(
  wanted: string | undefined,
  program: string,
  now: Date,
): string | undefined {
  if (wanted === undefined) {
    const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    return `memtool-${program}-${time}`;
  }
  if (!existsSync(wanted)) return wanted;
  const isFree = statSync(wanted).isDirectory() && readdirSync(wanted).length === 0;
  return isFree ? wanted : undefined;
}

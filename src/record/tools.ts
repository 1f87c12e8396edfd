import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export type ToolName = 'strace' | 'pmap' | 'heaptrack';

/** A program of this machine that makes captures. */
export interface Tool {
  readonly name: ToolName;
  readonly file: string;
  /** What it says of itself: `strace -- version 6.1`. */
  readonly version: string;
}

/** The Debian package that each belongs to; other distributions have the same names. */
export const PACKAGE_OF: Readonly<Record<ToolName, string>> = {
  strace: 'strace',
  pmap: 'procps',
  heaptrack: 'heaptrack',
};

/** @returns undefined where the tool is not installed. */
export function findTool(name: ToolName): Tool | undefined {
  const file = findProgram(name);
  if (file === undefined) return undefined;
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 5000 });
  return { name, file, version: (stdout ?? '').split('\n', 1)[0]!.trim() };
}

/** The file that a shell would run for a name; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

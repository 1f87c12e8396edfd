import { spawnSync } from 'node:child_process';
import { findProgram } from '../input/programs.ts';

export type ToolName = 'strace' | 'pmap' | 'heaptrack';

/** A program of this machine that makes captures. */
export interface Tool {
  readonly name: ToolName;
  readonly file: string;
  /** What it says of itself: `strace -- version 6.1`. */
  readonly version: string;
}

/** The Debian package that each belongs to; other distributions have the same names. */
const PACKAGE_OF: Readonly<Record<ToolName, string>> = {
  strace: 'strace',
  pmap: 'procps',
  heaptrack: 'heaptrack',
};

/** @returns undefined where the tool is not installed. */
function findTool(name: ToolName): Tool | undefined {
  const file = findProgram(name);
  if (file === undefined) return undefined;
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 5000 });
  return { name, file, version: (stdout ?? '').split('\n', 1)[0]!.trim() };
}

/** @param notes takes the name of a tool that is not installed. */
export function toolOrNote(name: ToolName, notes: string[]): Tool | undefined {
  const tool = findTool(name);
  if (tool === undefined) {
    notes.push(`${name} is not installed (apt install ${PACKAGE_OF[name]})`);
  }
  return tool;
}

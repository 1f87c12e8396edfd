import { baseName } from '../../model/base-name.ts';
import type { StoryResult } from '../../results/story/schema.ts';

/** How the story names where a number was read: `end.smaps.txt:131`. */
export interface Places {
  /** A capture by its short name. */
  capture(name: string): string;
  /** The log; undefined without one. */
  readonly log: string | undefined;
  /** A line of the log. */
  logLine(line: number): string;
}

/** Files go by their own name, and by their path where two have the same. */
export function placesOf(captures: StoryResult['captures']): Places {
  const names = captures.map(({ name }) => name);
  const shared = (short: string) => names.filter((name) => baseName(name) === short).length > 1;
  const capture = (name: string) => (shared(baseName(name)) ? name : baseName(name));
  const traced = captures.find(({ kind }) => kind === 'syscall-trace');
  const log = traced && capture(traced.name);
  return { capture, log, logLine: (line) => `${log ?? 'line '}:${line}` };
}

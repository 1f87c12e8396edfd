import { baseName } from '../../model/base-name.ts';
import type { CaptureLine, NamedCapture } from '../../model/capture-info.ts';

/** How the story names where a number was read: `end.smaps.txt:131`. */
export interface Places {
  /** A capture by its short name. */
  capture(name: string): string;
  /** The log; undefined without one. */
  readonly log: string | undefined;
  /** A line of the log. */
  logLine(line: number): string;
  /** The same as a place that can be looked at. */
  inLog(line: number): CaptureLine | undefined;
}

/** Files go by their own name, and by their path where two have the same. */
export function shortNames(files: readonly string[]): (file: string) => string {
  const names = [...new Set(files)];
  const shared = (short: string) => names.filter((name) => baseName(name) === short).length > 1;
  return (name) => (shared(baseName(name)) ? name : baseName(name));
}

export function placesOf(captures: readonly Pick<NamedCapture, 'name' | 'kind'>[]): Places {
  const capture = shortNames(captures.map(({ name }) => name));
  const traced = captures.find(({ kind }) => kind === 'syscall-trace');
  const log = traced && capture(traced.name);
  return {
    capture,
    log,
    logLine: (line) => `${log ?? 'line '}:${line}`,
    inLog: (line) => traced && { file: traced.name, line },
  };
}

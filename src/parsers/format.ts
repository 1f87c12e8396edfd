import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Head } from '../input/head.ts';
import type { Input } from '../input/input.ts';
import type { Artifact } from '../model/artifact.ts';
import type { Fold } from '../model/fold.ts';
import type { HeapRequest } from '../model/heap-profile.ts';
import type { SyscallEvent } from '../model/syscall-trace.ts';

/** Whether a capture is of a format, and the reason in words for the user. */
export interface Verdict {
  readonly match: 'yes' | 'maybe' | 'no';
  readonly because: string;
}

/**
 * What a tool of this machine said; `failure` is a sentence that says why it said nothing.
 */
export type ToolAnswer = { readonly output: readonly Uint8Array[] } | { readonly failure: string };

/**
 * Has a program of this machine name the code addresses in a recording's modules and stacks.
 *
 * @param modules the files that it will read.
 */
export type Symbolise = (
  records: Iterable<Uint8Array>,
  modules: Iterable<string>,
) => Promise<ToolAnswer>;

export interface ParseContext {
  readonly diagnostics: Diagnostics;
  /** Computations that want the events of a system call log as they are read. */
  readonly syscallFolds: readonly Fold<SyscallEvent, unknown>[];
  readonly heap: HeapRequest;
  /** Given by who may start programs, which no parser does; absent where names are not wanted. */
  readonly symbolise?: Symbolise | undefined;
}

/** One of several files that are one capture. */
export interface Part {
  /** What stands in its name behind the stem they share. */
  readonly number: number;
  readonly input: Input;
}

/**
 * The contract of a format. A format is a folder in src/parsers and one line in its index.
 *
 * `parse` never throws for what stands in the file: a line is a record, a known non-record, or a
 * diagnostic with position and code. It may assume that `detect` did not say no.
 */
export interface Format {
  readonly id: string;
  /** With article, to stand in a sentence: `a pmap -x table`. */
  readonly title: string;
  /** The model that `parse` builds. */
  readonly produces: Artifact['kind'];
  /** The command that is named after the tool; the verb of the model where there is none. */
  readonly command?: string;
  /** What of a heap request it can answer; `parse` is asked for nothing else. */
  readonly answers?: readonly (keyof HeapRequest)[];
  /** The shell command that captures one. */
  readonly howToCapture: string;
  detect(head: Head): Verdict;
  /** Makes one capture of its parts, where the format has such. */
  join?(parts: readonly Part[], diagnostics: Diagnostics): Input;
  /** Undefined, with an error among the diagnostics, where nothing of the file can be used. */
  parse(input: Input, context: ParseContext): Promise<Artifact | undefined>;
}

export const yes = (because: string): Verdict => ({ match: 'yes', because });
export const maybe = (because: string): Verdict => ({ match: 'maybe', because });
export const no = (because: string): Verdict => ({ match: 'no', because });

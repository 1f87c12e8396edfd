import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Head } from '../input/head.ts';
import type { Input } from '../input/input.ts';
import type { Artifact, ArtifactOf, QuestionsOf, Requests } from '../model/artifact.ts';

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

export interface ParseContext<Kind extends Artifact['kind'] = Artifact['kind']> {
  readonly diagnostics: Diagnostics;
  /** What is asked of the capture, of the questions that its format answers. */
  readonly asked: Requests[Kind];
  /** Given by who may start programs, which no parser does; absent where nothing may be started. */
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
export interface Format<out Kind extends Artifact['kind'] = Artifact['kind']> {
  readonly id: string;
  /** With article, to stand in a sentence: `a pmap -x table`. */
  readonly title: string;
  /** The model that `parse` builds. */
  readonly produces: Kind;
  /** The command that is named after the tool; the verb of the model where there is none. */
  readonly command?: string;
  /** What of a request for its model it can answer; `parse` is asked for nothing else. */
  readonly answers?: readonly QuestionsOf<Kind>[];
  /** The shell command that captures one. */
  readonly howToCapture: string;
  detect(head: Head): Verdict;
  /** Makes one capture of its parts, where the format has such. */
  join?(parts: readonly Part[], diagnostics: Diagnostics): Input;
  /** Undefined, with an error among the diagnostics, where nothing of the file can be used. */
  parse(input: Input, context: ParseContext<Kind>): Promise<ArtifactOf<Kind> | undefined>;
}

export const yes = (because: string): Verdict => ({ match: 'yes', because });
export const maybe = (because: string): Verdict => ({ match: 'maybe', because });
export const no = (because: string): Verdict => ({ match: 'no', because });

import { heapFindings } from '../analysis/heap/findings.ts';
import { memoryGroups } from '../analysis/memory-map/memory-groups.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import { heapResult, MOST_JSON_FRAMES } from '../results/heap/heap-result.ts';
import { mapResult } from '../results/map/map-result.ts';
import { storyResult } from '../results/story/story-result.ts';
import { defaultHeapQuery } from './heap-query.ts';
import type { Outcome } from './outcome.ts';
import type { ReadStory } from './read-story.ts';
import type { StoryMaps } from './story-maps.ts';

/** A result under the name of the command that prints it. */
export interface ResultDocument extends Outcome<unknown> {
  readonly command: 'explain' | 'pmap' | 'heaptrack' | 'capacity';
}

/** A capture of the story, as a command of its own reads it. */
export interface StoryCapture {
  readonly info: CaptureInfo;
  readonly diagnostics: Diagnostics;
}

/** What commands would print of the captures of a story, without flags. */
export class StoryDocuments {
  readonly #read: ReadStory;
  readonly #maps: StoryMaps;
  readonly #captures: ReadonlyMap<string, StoryCapture>;
  readonly #sources: { readonly log: string | undefined; readonly recording: string | undefined };

  /** @param captures by the file that each was read from. */
  constructor(
    read: ReadStory,
    maps: StoryMaps,
    captures: ReadonlyMap<string, StoryCapture>,
    sources: { readonly log: string | undefined; readonly recording: string | undefined },
  ) {
    this.#read = read;
    this.#maps = maps;
    this.#captures = captures;
    this.#sources = sources;
  }

  /** Undefined where nothing was read. */
  story(): ResultDocument | undefined {
    const { story, captures, diagnostics } = this.#read;
    if (captures.length === 0) return undefined;
    const result = storyResult(story, captures);
    return { command: 'explain', info: undefined, result, diagnostics };
  }

  /** All maps of a capture, or the one of a moment of the log. */
  map(index: number): ResultDocument {
    const choice = this.#maps.choices[index]!;
    if (choice.kind === 'captured') {
      const result = mapResult(this.#maps.of(choice.file).map((map) => memoryGroups(map)));
      return { command: 'pmap', ...this.#capture(choice.file), result };
    }
    const processes = [this.#maps.processAt(index)];
    const result = { processes, sum: null, comparison: null };
    return { command: 'pmap', ...this.#capture(this.#sources.log), result };
  }

  difference(from: number, to: number): ResultDocument {
    const [before, after] = [from, to].map((index) => this.#capture(this.#fileOf(index)));
    const result = this.#maps.compared(from, to);
    const diagnostics = [...new Set([...after!.diagnostics, ...before!.diagnostics])];
    return { command: 'pmap', info: after!.info, result, diagnostics };
  }

  /** Undefined without a recording. */
  heap(): ResultDocument | undefined {
    const profile = this.#read.story.witnesses.recording?.profile;
    const file = this.#sources.recording;
    if (profile === undefined || file === undefined) return undefined;
    const { info, diagnostics } = this.#capture(file);
    // The rules of the program can be wrong; that is said once, however often it is written.
    const ofRules = new Diagnostics(file);
    const findings = heapFindings(profile, defaultHeapQuery(profile, ofRules));
    const result = heapResult(findings, profile.timeline, MOST_JSON_FRAMES);
    return { command: 'heaptrack', info, result, diagnostics: [...diagnostics, ofRules] };
  }

  #fileOf(index: number): string | undefined {
    const choice = this.#maps.choices[index]!;
    return choice.kind === 'captured' ? choice.file : this.#sources.log;
  }

  #capture(file: string | undefined): Pick<Outcome<unknown>, 'info' | 'diagnostics'> {
    const capture = file === undefined ? undefined : this.#captures.get(file);
    return { info: capture?.info, diagnostics: capture ? [capture.diagnostics] : [] };
  }
}

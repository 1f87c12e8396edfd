/** What the program has read, and what it may ask of the outside. */

import type { SpaceFindings } from '../analysis/call-log/findings.ts';
import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import type { Story } from '../analysis/story/story.ts';
import type { ResultDocument, StoryDocuments } from '../app/story-documents.ts';
import type { StoryMaps } from '../app/story-maps.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CaptureLine, NamedCapture } from '../model/capture-info.ts';
import type { TopicId } from '../model/topic.ts';
import type { Report } from '../views/report.ts';

/** What all captures say, when all are read. */
export interface Reading {
  readonly story: Story;
  readonly captures: readonly NamedCapture[];
  readonly diagnostics: readonly Diagnostic[];
  readonly maps: StoryMaps;
  readonly documents: StoryDocuments;
  readonly sources: Sources;
  readonly readAt: Date;
  /** What the heaps of processes and cores tell; undefined without any. */
  readonly heap: Report | undefined;
  /** The processes of the log; the story is told of one of them. */
  readonly spaces: readonly SpaceFindings[];
  /** What the same captures say of another of them. */
  ofSpace(space: SpaceFindings): Reading;
  /** Captures that could not be read again, as all else was read: by then they were gone. */
  readonly gone?: readonly string[];
}

/** The files that the witnesses of the story were read from. */
export interface Sources {
  readonly log: string | undefined;
  readonly recording: string | undefined;
}

/** Lines of a capture around one of them. */
export interface SourceWindow {
  readonly file: string;
  /** The line that was asked for. */
  readonly line: number;
  /** The number of the first line here, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** The capture goes on behind them. */
  readonly isCut: boolean;
  /** Why there are none. */
  readonly problem: string | undefined;
}

/** A page of docs/explain. */
export interface Topic {
  readonly title: string;
  readonly text: string;
}

/** How far reading is. */
export interface Progress {
  readonly file: string;
  readonly position: number;
  readonly size: number | undefined;
}

/** What the screens cannot do themselves: files, and what the program was started with. */
export interface Session {
  /** What to read; none for the Capacity screen alone. */
  readonly files: readonly string[];
  readonly numbers: CapacityQuery;
  readonly color: boolean;
  /** Whether the terminal shows ASCII alone. */
  readonly ascii: boolean;
  /** Whether the mouse is used from the start. */
  readonly mouse: boolean;
  /** The term whose page lies over the first screen. */
  readonly opensWith: TopicId | undefined;
  /** Rejects with the signal's reason when it is aborted. */
  read(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Reading>;
  readSource(place: CaptureLine): Promise<SourceWindow>;
  topic(id: string): Topic;
  /** Into the clipboard of the terminal. */
  copy(text: string): void;
  /** @returns what to tell the user: the file's name, or why it could not be written. */
  write(name: string, text: string): string;
  /** The same of a document, as `--json` prints it. */
  writeDocument(name: string, document: ResultDocument): string;
}

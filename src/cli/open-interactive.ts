import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import type { GrowthQuery } from '../analysis/growth/from-log/grown-container.ts';
import { capturesIn } from '../app/capture-folder.ts';
import { type ReadStory, readStory } from '../app/read-story.ts';
import { captureLines } from '../app/source-lines.ts';
import { type StoryCapture, StoryDocuments } from '../app/story-documents.ts';
import { StoryMaps } from '../app/story-maps.ts';
import { readTopic } from '../app/topics.ts';
import { ingest } from '../ingest/ingest.ts';
import { STDIN_NAME } from '../input/open.ts';
import { StdinSpool } from '../input/stdin-spool.ts';
import type { Artifact } from '../model/artifact.ts';
import type { CaptureLine } from '../model/capture-info.ts';
import type { MemoryMap } from '../model/memory-map.ts';
import type { TopicId } from '../model/topic.ts';
import { jsonDocument } from '../results/document.ts';
import type { Progress, Reading, Session, Sources, SourceWindow } from '../tui/session.ts';
import { documentPieces } from '../views/json-pieces.ts';
import { imagesReport } from '../views/malloc/images-report.ts';
import { isAsciiLocale } from './locale.ts';
import { type ColorChoice, keysOfTerminal, wantsColor } from './terminal.ts';

/** Milliseconds of reading after which the screen gets its turn. */
const TURN_MS = 25;

/** Lines of a capture that are kept around a wanted one. */
const AROUND = 300;

/** What happened with a heap over time is kept at so many moments. */
const SNAPSHOTS = 64;

export interface InteractiveRequest {
  /** Files, folders of them, PIDs. */
  readonly names: readonly string[];
  readonly query: GrowthQuery;
  readonly numbers: CapacityQuery;
  readonly color: ColorChoice;
  readonly mouse?: boolean;
  readonly topic?: TopicId;
  /** Of memtool, for the documents that are written. */
  readonly version: string;
}

/** Opens the terminal program. Ink is loaded here and nowhere else. */
export async function openInteractive(request: InteractiveRequest): Promise<void> {
  const { openTui } = await import('../tui/open-tui.tsx');
  const stdin = new StdinSpool();
  const keys = keysOfTerminal();
  try {
    await openTui(sessionOf(request, stdin), keys);
  } finally {
    if (keys !== process.stdin) keys.destroy();
    stdin.close();
  }
}

export function sessionOf(
  { names, query, numbers, color, mouse = true, topic, version }: InteractiveRequest,
  stdin = new StdinSpool(),
): Session {
  const found = new Set(names.flatMap((name) => capturesIn(name) ?? []));
  const files = names.flatMap((name) => capturesIn(name) ?? [name === '-' ? STDIN_NAME : name]);
  return {
    files,
    numbers,
    color: wantsColor(color, process.stdout),
    ascii: isAsciiLocale(),
    mouse,
    opensWith: topic,
    read: (onProgress, signal) => read({ files, found, query }, stdin, onProgress, signal),
    readSource: (place) => readSource(place, stdin),
    topic: readTopic,
    copy: (text) => {
      const encoded = Buffer.from(text).toString('base64');
      process.stdout.write(`\u001b]52;c;${encoded}\u0007`);
    },
    write: (name, text) => write(name, [text]),
    writeDocument: (name, { command, info, result, diagnostics }) => {
      const document = jsonDocument(command, version, info, result, diagnostics);
      return write(name, documentPieces(document));
    },
  };
}

/** What is read under a name: a file, a process, or what standard input gave. */
async function sourceOf(
  name: string,
  stdin: StdinSpool,
  onProgress: (position: number) => void,
): Promise<string | number> {
  // Nothing is read from a terminal: its keys are wanted.
  if (name === STDIN_NAME) return process.stdin.isTTY ? '-' : stdin.file(onProgress);
  return /^\d+$/.test(name) ? Number(name) : name;
}

interface Wanted {
  readonly files: readonly string[];
  /** Those that only lie in a folder that was named. */
  readonly found: ReadonlySet<string>;
  readonly query: GrowthQuery;
}

async function read(
  { files, found: inFolders, query }: Wanted,
  stdin: StdinSpool,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Reading> {
  const maps = new Map<MemoryMap, string>();
  const ofFile = new Map<string, StoryCapture>();
  let log: string | undefined;
  let recording: string | undefined;
  let nextTurn = performance.now();
  const turn = async () => {
    signal.throwIfAborted();
    if (performance.now() < nextTurn) return;
    await new Promise(setImmediate);
    nextTurn = performance.now() + TURN_MS;
    signal.throwIfAborted();
  };
  const found = await readStory({
    files: files.map((file) => (/^\d+$/.test(file) ? Number(file) : file)),
    found: inFolders,
    query,
    samplesMaps: true,
    ingest: async (request) => {
      const file = String(request.source);
      onProgress({ file, position: 0, size: undefined });
      await turn();
      const source = await sourceOf(file, stdin, (position) =>
        onProgress({ file, position, size: undefined }),
      );
      signal.throwIfAborted();
      const ingested = await ingest({
        ...request,
        source,
        ...(file === STDIN_NAME ? { name: file } : {}),
        asks: {
          ...request.asks,
          'heap-profile': { ...request.asks?.['heap-profile'], snapshots: SNAPSHOTS },
        },
        onProgress: (position, size) => {
          onProgress({ file, position, size });
          return turn();
        },
      });
      const { capture, diagnostics } = ingested;
      const artifact: Artifact | undefined = capture?.artifact;
      if (capture) ofFile.set(file, { info: capture.info, diagnostics });
      if (artifact?.kind === 'memory-maps') for (const map of artifact.maps) maps.set(map, file);
      if (artifact?.kind === 'syscall-trace') log ??= file;
      if (artifact?.kind === 'heap-profile') recording ??= file;
      nextTurn = 0;
      await turn();
      return ingested;
    },
  });
  // Those of cores are read without a capture that ingest knows.
  const rows = new Set([...maps.keys()].map(({ mappings }) => mappings));
  for (const { name, groups } of found.story.snapshots) {
    if (!rows.has(groups.map.mappings)) maps.set(groups.map, name);
  }
  return readingOf(found, { maps, ofFile, sources: { log, recording }, readAt: new Date() });
}

/** What reading a story found beside it. */
interface ReadBeside {
  readonly maps: ReadonlyMap<MemoryMap, string>;
  readonly ofFile: ReadonlyMap<string, StoryCapture>;
  readonly sources: Sources;
  readonly readAt: Date;
}

function readingOf(found: ReadStory, beside: ReadBeside): Reading {
  const { story, captures, diagnostics, samples, spaces } = found;
  const { maps, ofFile, sources, readAt } = beside;
  const storyMaps = new StoryMaps(story, maps, samples);
  return {
    story,
    captures,
    diagnostics: diagnostics.flatMap((one) => one.list()),
    maps: storyMaps,
    documents: new StoryDocuments(found, storyMaps, ofFile, sources),
    sources,
    readAt,
    heap: imagesReport(found.heaps.map(({ findings }) => findings)),
    spaces,
    ofSpace: (space) => readingOf(found.ofSpace(space), beside),
  };
}

async function readSource({ file, line }: CaptureLine, stdin: StdinSpool): Promise<SourceWindow> {
  const source = await sourceOf(file, stdin, () => {});
  const { first, lines, problem } = await captureLines(source, line, AROUND);
  const isCut = first + lines.length > line + AROUND;
  return { file, line, first, lines, problem, isCut };
}

/** Never over a file that is there. */
function write(name: string, pieces: Iterable<string>): string {
  try {
    const fd = openSync(name, 'wx');
    try {
      for (const piece of pieces) writeFileSync(fd, piece);
    } finally {
      closeSync(fd);
    }
    return `written to ${name}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EEXIST'
      ? `${name} is there already; move it away first`
      : `${name} cannot be written (${code})`;
  }
}

import path from 'node:path';
import type { SpaceFindings } from '../analysis/call-log/findings.ts';
import type { GrowthQuery } from '../analysis/growth/from-log/grown-container.ts';
import { GrowthReplay } from '../analysis/growth/from-log/growth-replay.ts';
import { type MapSample, MapSamples } from '../analysis/replay/folds/map-samples.ts';
import { MomentsFold } from '../analysis/replay/folds/map-time-search.ts';
import type { NamedAccount } from '../analysis/story/account-match.ts';
import { type NamedMap, withPid, withPids } from '../analysis/story/snapshots.ts';
import type { Story } from '../analysis/story/story.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { kindOf } from '../ingest/choose-format.ts';
import { isCore } from '../ingest/core-file.ts';
import { type Ingested, sourceName } from '../ingest/ingest.ts';
import type { Parts } from '../ingest/split-capture.ts';
import type { Artifact } from '../model/artifact.ts';
import type { NamedCapture } from '../model/capture-info.ts';
import type { HeapProfile } from '../model/heap-profile.ts';
import type { Ingest } from './outcome.ts';
import { recordedRunOf } from './recorded-run.ts';
import { coreCaptures, liveHeap, type NamedHeap } from './story-images.ts';
import { type ReadLog, tellStory, type WantedSpace } from './tell-story.ts';

export interface StoryRequest {
  /** Files and PIDs; files that are parts of one capture stand together. */
  readonly files: readonly (string | number | Parts)[];
  /** Files that only lie beside captures, as far as anybody knows. */
  readonly found?: ReadonlySet<string>;
  /** What the user knows of the containers. */
  readonly query: GrowthQuery;
  /** Also keep what the log had mapped over time, which costs a little. */
  readonly samplesMaps?: boolean;
  readonly ingest: Ingest;
}

export interface ReadStory {
  readonly story: Story;
  readonly captures: readonly NamedCapture[];
  readonly diagnostics: readonly Diagnostics[];
  /** What the address space of the story had mapped over time, where that was asked for. */
  readonly samples: readonly MapSample[];
  /** The processes of the log, the one with the largest peak first. The story is told of one of them. */
  readonly spaces: readonly SpaceFindings[];
  /** Heaps that were walked, of processes and cores. */
  readonly heaps: readonly NamedHeap[];
  /** What the same captures say of another of them. */
  readonly ofSpace: (space: SpaceFindings) => ReadStory;
}

/** Reads captures of any kind and tells what they say together. */
export async function readStory(request: StoryRequest): Promise<ReadStory> {
  const captures: NamedCapture[] = [];
  const foreign: string[] = [];
  const diagnostics: Diagnostics[] = [];
  let maps: readonly NamedMap[] = [];
  const written: NamedAccount[] = [];
  const heaps: NamedHeap[] = [];
  const run = recordedRunOf(request.files.filter((file) => typeof file === 'string'));
  let log: ReadLog | undefined;
  let profile: HeapProfile | undefined;
  for (const source of await mapsFirst(request.files)) {
    if (typeof source === 'string' && (await isCore(source))) {
      const core = await coreCaptures(source);
      diagnostics.push(core.diagnostics);
      captures.push(...(core.capture ? [core.capture] : []));
      maps = [...maps, ...core.maps];
      heaps.push(...core.heaps);
      continue;
    }
    const samples = request.samplesMaps ? new MapSamples() : undefined;
    const replay = new GrowthReplay(samples);
    // Sums and maps are read before the log in which they are looked for.
    maps = withPids(maps);
    const moments = new MomentsFold(
      replay,
      maps.map(({ map }) => map),
    );
    const read = await request.ingest({
      source,
      wants: ['memory-maps', 'heap-account', 'syscall-trace', 'heap-profile'],
      asks: {
        'syscall-trace': { folds: [moments, replay] },
        'heap-profile': { growthSteps: true, snapshots: SNAPSHOTS },
      },
    });
    if (isForeign(source, read, request.found)) {
      foreign.push(sourceName(source));
      continue;
    }
    diagnostics.push(read.diagnostics);
    if (!read.capture) continue;
    const { artifact, info } = read.capture;
    const { name, format } = info;
    const isTold =
      SEVERAL.includes(artifact.kind) || !captures.some(({ kind }) => kind === artifact.kind);
    captures.push({ name, format, kind: artifact.kind, isTold });
    if (artifact.kind === 'memory-maps') {
      const pid = run?.momentOf(name)?.pid;
      maps = [...maps, ...artifact.maps.map((map) => ({ name, map: withPid(map, pid) }))];
      if (typeof source === 'number') heaps.push(...liveHeap(source, name, diagnostics));
    } else if (artifact.kind === 'heap-account') {
      written.push({ name, account: artifact });
    } else if (artifact.kind === 'syscall-trace') {
      log ??= { trace: artifact, replay: replay.finish(), moments, samples };
    } else profile ??= artifact;
  }
  if (foreign.length > 0) diagnostics.push(foreignFiles(foreign, captures.length > 0));
  const names = request.files.map(sourceName);
  const position = ({ name }: NamedCapture) => names.indexOf(name);
  captures.sort((a, b) => position(a) - position(b));
  const accounts = [...heaps, ...written];
  const told = (wanted?: WantedSpace): ReadStory => {
    const { story, spaces } = tellStory(
      request.query,
      { maps, accounts, log, profile, run },
      wanted,
    );
    const space = story.witnesses.space?.replayed.space;
    const samples = (space && log?.samples?.of(space)) ?? [];
    const ofSpace = (space: SpaceFindings) => told({ space, among: spaces });
    return { story, captures, diagnostics, samples, spaces, ofSpace, heaps };
  };
  return told();
}

/** Moments of a recording at which each place's live bytes are kept. */
const SNAPSHOTS = 64;

/** Captures of which a story takes as many as there are. */
const SEVERAL: readonly Artifact['kind'][] = ['memory-maps', 'heap-account'];

/** What says that a file is no capture, rather than that a capture cannot be read. */
const NO_CAPTURE: readonly DiagnosticCode[] = [
  'format/unknown',
  'input/empty',
  'input/unsupported-compression',
];

function isForeign(
  source: StoryRequest['files'][number],
  { capture, diagnostics }: Ingested<Artifact['kind']>,
  found: StoryRequest['found'],
): boolean {
  return (
    !capture &&
    typeof source === 'string' &&
    found?.has(source) === true &&
    diagnostics.list().every(({ code }) => NO_CAPTURE.includes(code))
  );
}

/** How many of them are named. */
const NAMED_FILES = 5;

function foreignFiles(files: readonly string[], isBesideCaptures: boolean): Diagnostics {
  const folder = path.dirname(files[0]!);
  const diagnostics = new Diagnostics(folder);
  const names = files.slice(0, NAMED_FILES).map((file) => path.basename(file));
  const more = files.length > NAMED_FILES ? ', …' : '';
  const count =
    files.length === 1 ? '1 file is no capture' : `${files.length} files are no captures`;
  const code = isBesideCaptures ? 'input/not-captures' : 'input/no-captures';
  diagnostics.report(code, `${count}: ${names.join(', ')}${more}`);
  return diagnostics;
}

/** What maps are to be looked for in a log must be known when it is read. */
async function mapsFirst(files: StoryRequest['files']): Promise<StoryRequest['files']> {
  const kinds = new Map<StoryRequest['files'][number], Artifact['kind'] | undefined>();
  for (const file of files) {
    if (typeof file === 'object') kinds.set(file, 'syscall-trace');
    else kinds.set(file, typeof file === 'number' ? 'memory-maps' : await kindOf(file));
  }
  return files.toSorted((a, b) => rank(kinds.get(a)) - rank(kinds.get(b)));
}

/** What is compressed, or a process, can be a map as well. */
function rank(kind: Artifact['kind'] | undefined): number {
  if (kind === 'memory-maps') return 0;
  return kind === undefined ? 1 : 2;
}

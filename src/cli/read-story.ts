import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { straceFindings } from '../analysis/address-space/findings.ts';
import { type MapSample, MapSamples } from '../analysis/address-space/map-samples.ts';
import { type Replay, ReplayFold } from '../analysis/address-space/replay.ts';
import { demangledStrings } from '../analysis/demangle/demangled-strings.ts';
import type { GrowthQuery } from '../analysis/growth-chains/findings.ts';
import { growthSites } from '../analysis/heap/growth-sites.ts';
import { memoryGroups } from '../analysis/memory-groups.ts';
import { mapBelongsTo } from '../analysis/story/belonging.ts';
import { type Story, story } from '../analysis/story/story.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Ingested, IngestRequest } from '../ingest/ingest.ts';
import type { AllocationProfile } from '../model/allocation-profile.ts';
import type { Artifact } from '../model/artifact.ts';
import type { MemoryMap } from '../model/memory-map.ts';
import type { SyscallTrace } from '../model/syscall-trace.ts';
import type { NamedCapture } from '../views/story/report.ts';

/** Read in this order: a map as the program ended says more than the others. */
const RECORDED = ['end.smaps.txt', 'end.pmap-x.txt', 'strace.log', 'heaptrack.zst', 'heaptrack.gz'];

/** What `memtool record` writes beside its captures. */
const MANIFEST = 'manifest.json';

/**
 * The captures of a recording's folder, or of any folder: all its files.
 *
 * @returns undefined for what is no folder.
 */
export function capturesIn(folder: string): string[] | undefined {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return undefined;
  const names = readdirSync(folder).sort();
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  const isRecording =
    names.includes(MANIFEST) &&
    readFileSync(path.join(folder, MANIFEST), 'utf8').includes('"memtool/recording"');
  const wanted = isRecording ? RECORDED.filter((name) => files.includes(name)) : files;
  // The kernel's own map has all that pmap's has.
  const captures = wanted.includes('end.smaps.txt')
    ? wanted.filter((name) => name !== 'end.pmap-x.txt')
    : wanted;
  return captures.map((name) => path.join(folder, name));
}

export interface StoryRequest {
  readonly files: readonly string[];
  /** What the user knows of the containers. */
  readonly query: GrowthQuery;
  /** Also keep what the log had mapped over time, which costs a little. */
  readonly samplesMaps?: boolean;
  ingest<Kind extends Artifact['kind']>(request: IngestRequest<Kind>): Promise<Ingested<Kind>>;
}

export interface ReadStory {
  readonly story: Story;
  readonly captures: readonly NamedCapture[];
  readonly diagnostics: readonly Diagnostics[];
  /** What the address space of the story had mapped over time, where that was asked for. */
  readonly samples: readonly MapSample[];
}

/** Reads captures of any kind and tells what they say together. */
export async function readStory(request: StoryRequest): Promise<ReadStory> {
  const captures: NamedCapture[] = [];
  const diagnostics: Diagnostics[] = [];
  const maps: MemoryMap[] = [];
  let log: ReadLog | undefined;
  let profile: AllocationProfile | undefined;
  for (const source of request.files) {
    const samples = request.samplesMaps ? new MapSamples() : undefined;
    const replay = new ReplayFold(samples);
    const read = await request.ingest({
      source,
      wants: ['memory-maps', 'syscall-trace', 'allocation-profile'],
      syscallFolds: [replay],
      heap: { growthSteps: true },
    });
    diagnostics.push(read.diagnostics);
    if (!read.capture) continue;
    const { artifact, info } = read.capture;
    captures.push({ name: info.name, format: info.format });
    if (artifact.kind === 'memory-maps') maps.push(...artifact.maps);
    else if (artifact.kind === 'syscall-trace')
      log ??= { trace: artifact, replay: replay.finish(), samples };
    else profile ??= { ...artifact, strings: demangledStrings(artifact.strings) };
  }
  const story = tell(request, maps, log, profile);
  const space = story.witnesses.space?.replayed.space;
  const samples = (space && log?.samples?.of(space)) ?? [];
  return { story, captures, diagnostics, samples };
}

interface ReadLog {
  readonly trace: SyscallTrace;
  readonly replay: Replay;
  readonly samples: MapSamples | undefined;
}

function tell(
  { query }: StoryRequest,
  maps: readonly MemoryMap[],
  log: ReadLog | undefined,
  profile: AllocationProfile | undefined,
): Story {
  const groups = bestMap(maps);
  const sites = profile && growthSites(profile);
  const findings =
    log && straceFindings(log.trace, log.replay, { ...query, map: groups?.map, sites });
  const spaces = findings?.spaces ?? [];
  // Of several processes, the one that the map is of; else that with the largest peak.
  const own = groups && spaces.find((space) => mapBelongsTo(groups, space).degree === 'process');
  return story({
    map: groups,
    space: own ?? spaces[0],
    recording: profile && sites ? { profile, sites } : undefined,
    pageBytes: query.pageBytes,
  });
}

/** The map that says most: with sums of the kernel, and with resident sizes. */
function bestMap(maps: readonly MemoryMap[]) {
  const all = maps.map(memoryGroups);
  const withRows = all.filter(({ mappings }) => mappings.length > 0);
  const best =
    withRows.find(({ total }) => total.uss !== undefined) ??
    withRows.find(({ total }) => total.resident !== undefined) ??
    withRows[0];
  const account = all.find((groups) => groups.account.length > 0)?.account;
  return best && account && best.account.length === 0 ? { ...best, account } : best;
}

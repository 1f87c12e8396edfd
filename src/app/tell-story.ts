/** Captures that were read, told: of which process, at which moments. */
import { type SpaceFindings, straceFindings } from '../analysis/call-log/findings.ts';
import { growthSites } from '../analysis/growth/from-heap/growth-sites.ts';
import type { GrowthQuery } from '../analysis/growth/from-log/grown-container.ts';
import type { ReplayWithGrowth } from '../analysis/growth/from-log/growth-replay.ts';
import type { MapSamples } from '../analysis/replay/folds/map-samples.ts';
import type { MomentsFold } from '../analysis/replay/folds/map-time-search.ts';
import type { NamedAccount } from '../analysis/story/account-match.ts';
import { type CaptureMatch, mapMatch } from '../analysis/story/capture-match.ts';
import type { RecordedRun } from '../analysis/story/recorded-run.ts';
import {
  largestMap,
  type NamedGroups,
  type NamedMap,
  namedGroups,
  namedSums,
  type Snapshot,
  withPids,
} from '../analysis/story/snapshots.ts';
import { type Story, story } from '../analysis/story/story.ts';
import { type HeapProfile, hasSizes } from '../model/heap-profile.ts';
import type { SyscallTrace } from '../model/syscall-trace.ts';

/** A log, with what was folded of it. */
export interface ReadLog {
  readonly trace: SyscallTrace;
  readonly replay: ReplayWithGrowth;
  readonly moments: MomentsFold;
  readonly samples: MapSamples | undefined;
}

/** What was read. */
export interface StoryEvidence {
  readonly maps: readonly NamedMap[];
  readonly accounts: readonly NamedAccount[];
  readonly log: ReadLog | undefined;
  readonly profile: HeapProfile | undefined;
  readonly run: RecordedRun | undefined;
}

/** One of the processes of the log. */
export interface WantedSpace {
  readonly space: SpaceFindings;
  readonly among: readonly SpaceFindings[];
}

export function tellStory(
  query: GrowthQuery,
  { maps, accounts, log, profile, run }: StoryEvidence,
  wanted: WantedSpace | undefined,
): { readonly story: Story; readonly spaces: readonly SpaceFindings[] } {
  const all = namedGroups(withPids(maps));
  const groups =
    wanted && log
      ? all.filter((one) => spaceOf(one, wanted.among, log.moments) === wanted.space)
      : all;
  const told = largestMap(groups, accounts);
  const sites = profile && (hasSizes(profile) ? growthSites(profile) : []);
  const map = told?.groups.map;
  const findings = log && straceFindings(log.trace, log.replay, { ...query, map, sites });
  const spaces = findings?.spaces ?? [];
  const own = wanted && spaces.find(({ replayed }) => replayed === wanted.space.replayed);
  const space = own ?? (told && log ? spaceOf(told, spaces, log.moments) : spaces[0]);
  const isOfProcess = ({ groups: { map } }: NamedGroups) => map.pid === told?.groups.map.pid;
  const ofProcess = told ? [told, ...groups.filter((one) => one !== told && isOfProcess(one))] : [];
  const snapshots = ofProcess.map((one): Snapshot => {
    const moment = space && log?.moments.momentOf(one.groups.map, space.replayed);
    const belonging = space && moment && mapMatch(one.groups, space, moment);
    return { ...one, moment, belonging };
  });
  const found = story(
    {
      space,
      recording: profile && sites ? { profile, sites } : undefined,
      pageBytes: query.pageBytes,
      accounts,
      // What was sampled is of one process, as its maps are.
      run: wanted === undefined || told !== undefined ? run : undefined,
    },
    snapshots,
    namedSums(maps),
  );
  return { story: found, spaces };
}

/** Of several processes, the one that the map is of; else that with the largest peak. */
function spaceOf(
  { groups }: NamedGroups,
  spaces: readonly SpaceFindings[],
  moments: MomentsFold,
): SpaceFindings | undefined {
  const ranked = spaces.map((space) => {
    const moment = moments.momentOf(groups.map, space.replayed);
    const degree = moment ? mapMatch(groups, space, moment).degree : 'none';
    return { space, rank: DEGREES.indexOf(degree), differing: moment?.differing ?? 0 };
  });
  const [best] = ranked.toSorted((a, b) => a.rank - b.rank || a.differing - b.differing);
  return best && best.rank <= DEGREES.indexOf('layout') ? best.space : spaces[0];
}

/** From what says most. */
const DEGREES: readonly CaptureMatch['degree'][] = [
  'process',
  'layout',
  'program',
  'none',
  'other',
];

import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import type { SpaceFindings } from '../call-log/findings.ts';
import type { GrowthSite } from '../growth/from-heap/growth-sites.ts';
import type { MemoryGroups } from '../memory-map/memory-groups.ts';
import type { MatchedAccount, NamedAccount } from './account-match.ts';
import { type Advice, adviceForContainers, adviceForKept } from './advice.ts';
import { type AlikeRows, alikeRows } from './alike-rows.ts';
import { allocatingPlaces, type LiveByPlace } from './allocating-places.ts';
import { type Answer, answer } from './answer.ts';
import { type CaptureMatch, recordingMatch } from './capture-match.ts';
import { type ContainerStory, containerStory, siteOf } from './container-story.ts';
import { type LiveCode, liveCode } from './live-code.ts';
import { type LiveContainer, liveContainers } from './live-containers.ts';
import { memoryParts, placeOf } from './memory-parts.ts';
import { type MergedRow, mergedRows } from './merged-rows.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { NamedGroups, Snapshot } from './snapshots.ts';
import { isAccounted, ownerOf, type ToldMoment, toldMoment } from './told-moment.ts';
import type { Waterfall } from './waterfall.ts';
import type { StepKind } from './waterfall-step.ts';

/** What the captures of one run say, as far as there are any. */
export interface Witnesses {
  /** The map that the story is about: that of the first snapshot. */
  readonly map: MemoryGroups | undefined;
  /** The address space of a log that the story is about. */
  readonly space: SpaceFindings | undefined;
  readonly recording:
    | { readonly profile: HeapProfile; readonly sites: readonly GrowthSite[] }
    | undefined;
  readonly pageBytes: Bytes;
  /** What was read of heaps, of any process and moment. */
  readonly accounts: readonly NamedAccount[];
  /** What memtool wrote of the run beside the map. */
  readonly run: RecordedRun | undefined;
}

export interface Story {
  readonly witnesses: Witnesses;
  /** What the kernel sums up of a process, where there is no map of one. */
  readonly sums: readonly NamedGroups[];
  /** The one that the story is about first, then others of the same process. */
  readonly snapshots: readonly Snapshot[];
  /** The snapshots, told. */
  readonly moments: readonly ToldMoment[];
  readonly mapAndLog: CaptureMatch | undefined;
  readonly recordingAndOthers: CaptureMatch | undefined;
  /** Why the recording of this program is not used all the same: it is of other work. */
  readonly recordingDoubt: string | undefined;
  readonly account: MatchedAccount | undefined;
  readonly owner: Allocator | undefined;
  readonly answer: Answer;
  readonly waterfall: Waterfall | undefined;
  /** A recording tells how much was live, but not closely at the moment of the map. */
  readonly isHeldUnknown: boolean;
  /** What would tell live memory from free, where nothing does and there is much of both. */
  readonly tellsLive: string | undefined;
  readonly places: readonly LiveByPlace[];
  /** Who allocated the live bytes of the account; undefined without an account that is used, or a recording. */
  readonly liveCode: LiveCode | undefined;
  /** The large containers of the account; none without one that is used. */
  readonly liveContainers: readonly LiveContainer[];
  readonly advice: readonly Advice[];
  /** Of the map that the story is about. */
  readonly rows: readonly AlikeRows[];
  readonly mergedRows: readonly MergedRow[];
  readonly containers: readonly ContainerStory[];
}

export function story(
  witnesses: Omit<Witnesses, 'map'>,
  snapshots: readonly Snapshot[],
  sums: readonly NamedGroups[] = [],
): Story {
  const { space, recording, pageBytes } = witnesses;
  const [told] = snapshots;
  const owner = ownerOf(told, space);
  const recordingAndOthers = recording && recordingMatchOf(recording, told, witnesses);
  const isOther = recordingAndOthers?.degree === 'other';
  const profile = isOther ? undefined : recording?.profile;
  const moments = snapshots.map((one) => toldMoment(one, { ...witnesses, snapshots, profile }));
  const [now] = moments;
  const used = isOther || now?.doubt !== undefined ? undefined : recording;
  const places = used ? allocatingPlaces(used.profile, now?.recorded?.at) : [];
  const grown = space?.growth.containers ?? [];
  const counted = now?.account?.match.degree === 'process' ? now.account.account : undefined;
  const surroundings = {
    ...{ snapshots, all: grown, sites: used?.sites ?? [], pageBytes },
    account: counted,
  };
  const containers = grown.map((one) => containerStory(one, surroundings));
  const said = answer({
    ...{ ...witnesses, told: told ?? sums[0], owner },
    ...{ account: now?.account, waterfall: now?.waterfall },
    debuggee: recording?.profile.recording.debuggee,
  });
  const advice = [
    ...(now && owner?.id === 'glibc' ? keptAdvice(now, said, places) : []),
    ...adviceForContainers(containers),
  ];
  return {
    witnesses: { ...witnesses, map: told?.groups },
    sums,
    snapshots,
    moments,
    mapAndLog: told?.belonging,
    recordingAndOthers,
    recordingDoubt: now?.doubt,
    account: now?.account,
    owner,
    answer: said,
    waterfall: now?.waterfall && withKnobs(now.waterfall, advice),
    isHeldUnknown: now?.waterfall?.split !== undefined && now.waterfall.split.parts === undefined,
    tellsLive: hasUntold(now?.waterfall) ? owner?.tellsLive : undefined,
    places,
    liveCode: used && counted && liveCode(counted, used.profile),
    liveContainers: counted ? liveContainers(counted, used?.sites ?? []) : [],
    advice,
    rows: told ? alikeRows(memoryParts(told.groups.mappings, placeOf(told.groups, owner))) : [],
    mergedRows: told ? mergedRows(told, grown) : [],
    containers,
  };
}

/** Memory that is given out in pieces, and this part of the RAM, is worth a further capture. */
const LARGE_PART = 0.1;

function hasUntold(found: Waterfall | undefined): boolean {
  if (found === undefined || isAccounted(found)) return false;
  const givenOut = found.inRam
    .filter(({ kind }) => GIVEN_OUT.includes(kind))
    .reduce((sum, { bytes }) => sum + bytes.value, 0);
  return givenOut >= LARGE_PART * found.resident;
}

const GIVEN_OUT: readonly StepKind[] = ['malloc', 'live', 'free', 'private', 'runtime'];

/** Of glibc's malloc. */
function keptAdvice(
  { snapshot, waterfall, account }: ToldMoment,
  said: Answer,
  places: readonly LiveByPlace[],
): Advice[] {
  if (waterfall === undefined) return [];
  return adviceForKept({
    resident: waterfall.resident,
    free: said.free,
    account: isAccounted(waterfall) ? account?.account : undefined,
    mappings: snapshot.groups.mappings,
    places,
  });
}

function recordingMatchOf(
  { profile, sites }: NonNullable<Witnesses['recording']>,
  told: Snapshot | undefined,
  { space, run }: Pick<Witnesses, 'space' | 'run'>,
): CaptureMatch | undefined {
  if (told === undefined && space === undefined) return undefined;
  const { map } = told?.groups ?? {};
  const programs = [space?.replayed.program, map?.executable, map?.command, run?.command[0]];
  const sharesSeries = space?.growth.containers.some((one) => siteOf(one, sites) !== undefined);
  return recordingMatch(profile.recording.debuggee, programs, sharesSeries ?? false);
}

/** Each step with the advice that makes it smaller. */
function withKnobs(found: Waterfall, advice: readonly Advice[]): Waterfall {
  const inRam = found.inRam.map((step) => {
    const knob = advice.find(({ about }) => about === step.kind)?.what;
    return { ...step, knob };
  });
  return { ...found, inRam };
}

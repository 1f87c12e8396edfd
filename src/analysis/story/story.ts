import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { memoryOwner } from '../../knowledge/memory-owner.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import type { SpaceFindings } from '../call-log/findings.ts';
import type { GrowthSite } from '../growth/from-heap/growth-sites.ts';
import type { MemoryGroups } from '../memory-map/memory-groups.ts';
import type { Moment } from '../replay/folds/map-time-search.ts';
import { allocatorsIn } from '../replay/heap-findings.ts';
import { accountFor, type MatchedAccount, type NamedAccount } from './account-match.ts';
import { type CaptureMatch, haveOneLayout, recordingMatch } from './capture-match.ts';
import { type ContainerStory, containerStory, siteOf } from './container-story.ts';
import { type LiveCode, liveCode } from './live-code.ts';
import { type MergedRow, mergedRows } from './merged-rows.ts';
import type { NamedGroups, Snapshot } from './snapshots.ts';
import { type Waterfall, waterfall } from './waterfall.ts';

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
}

export interface Story {
  readonly witnesses: Witnesses;
  /** What the kernel sums up of a process, where there is no map of one. */
  readonly sums: readonly NamedGroups[];
  /** The one that the story is about first, then others of the same process. */
  readonly snapshots: readonly Snapshot[];
  readonly mapAndLog: CaptureMatch | undefined;
  readonly recordingAndOthers: CaptureMatch | undefined;
  readonly account: MatchedAccount | undefined;
  readonly waterfall: Waterfall | undefined;
  /** Who allocated the live bytes of the account; undefined without an account that is used, or a recording. */
  readonly liveCode: LiveCode | undefined;
  /** A recording tells what was held at its peak and its end, and the map was taken at neither. */
  readonly isHeldUnknown: boolean;
  readonly mergedRows: readonly MergedRow[];
  readonly containers: readonly ContainerStory[];
}

export function story(
  witnesses: Omit<Witnesses, 'map'>,
  snapshots: readonly Snapshot[],
  sums: readonly NamedGroups[] = [],
): Story {
  const { space, recording, pageBytes, accounts } = witnesses;
  const [told] = snapshots;
  const map = told?.groups;
  const all = space?.growth.containers ?? [];
  const program = space?.replayed.program ?? map?.map.executable ?? map?.map.command;
  const recordingAndOthers =
    recording && (map || space)
      ? recordingMatch(
          recording.profile.recording.debuggee,
          program,
          all.some((one) => siteOf(one, recording.sites) !== undefined),
        )
      : undefined;
  const own = recordingAndOthers?.degree === 'other' ? undefined : recording;
  const held = own && heldBytes(own.profile, snapshots, space);
  const account = told && accountFor(told, snapshots, accounts);
  const evidence = {
    account: isUsed(account) ? account?.account : undefined,
    held,
    owner: told && ownerIn(told, space),
  };
  const found = told && waterfall(told.groups, evidence);
  const surroundings = {
    snapshots,
    all,
    sites: own?.sites ?? [],
    pageBytes,
    account: account?.match.degree === 'process' ? account.account : undefined,
  };
  return {
    witnesses: { ...witnesses, map },
    sums,
    snapshots,
    mapAndLog: told?.belonging,
    recordingAndOthers,
    account,
    waterfall: found,
    liveCode:
      own && account?.match.degree === 'process'
        ? liveCode(account.account, own.profile)
        : undefined,
    isHeldUnknown:
      told !== undefined && own !== undefined && held === undefined && !isAccounted(found),
    mergedRows: told ? mergedRows(told, all) : [],
    containers: all.map((one) => containerStory(one, surroundings)),
  };
}

/** What names no process was given with the map by somebody who knows. */
const isUsed = (account: MatchedAccount | undefined): boolean =>
  account !== undefined && account.match.degree !== 'other';

/** Whether the heap's own account says what lies in RAM of it. */
export const isAccounted = (found: Waterfall | undefined): boolean =>
  found?.accounted !== undefined && 'steps' in found.accounted;

/** Why an account that was read tells nothing; undefined where it does, or there is none. */
export function unusedAccount({ account, waterfall }: Story): string | undefined {
  if (account === undefined || isAccounted(waterfall)) return undefined;
  if (!isUsed(account)) return account.match.because;
  const { accounted } = waterfall ?? {};
  return accounted && 'refused' in accounted ? accounted.refused : 'the map has no resident sizes';
}

/** Who gives out the memory of a map's process; the log knows it of a static program as well. */
function ownerIn(
  { groups, belonging }: Snapshot,
  space: SpaceFindings | undefined,
): Allocator | undefined {
  const ofLog = space && haveOneLayout(belonging) ? allocatorsIn(space.heap) : [];
  return memoryOwner([...groups.allocators, ...ofLog]);
}

/** A moment with so much of the peak's memory mapped is taken for the peak. */
const NEARLY = 0.9;

/** What the program held when the map was taken, where that is the end of its run or its peak. */
function heldBytes(
  { totals }: HeapProfile,
  [told, ...others]: readonly Snapshot[],
  space: SpaceFindings | undefined,
): Claim<Bytes> | undefined {
  const { moment, belonging } = told ?? {};
  const claim = (bytes: Bytes | undefined, because: string) =>
    bytes === undefined ? undefined : inferred(bytes, because);
  const peak = claim(totals.peak, 'the peak of the heap recording, a run of its own');
  // Without a log nothing tells the moment; a map is seldom saved when little is held.
  if (!haveOneLayout(belonging) || moment === undefined || space === undefined) return peak;
  const isEnd = (at: Moment | undefined) => at !== undefined && at.untilLine === undefined;
  if (isEnd(moment) && !others.some((other) => isEnd(other.moment))) {
    return claim(totals.leaked, 'the end of the heap recording, a run of its own');
  }
  const most = space.replayed.space.peak;
  const isPeak =
    moment.bytes.heap + moment.bytes.anonymous >= NEARLY * (most.heap + most.anonymous);
  return isPeak ? peak : undefined;
}

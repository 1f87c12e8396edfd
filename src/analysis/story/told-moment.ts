/** One memory map of a run, told with all that is of its moment: the heap's account, a recording. */
import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { isKnown } from '../../knowledge/allocators/index.ts';
import { memoryOwner } from '../../knowledge/memory-owner.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import type { SpaceFindings } from '../call-log/findings.ts';
import { allocatorsIn } from '../replay/heap-findings.ts';
import { accountFor, type MatchedAccount, type NamedAccount } from './account-match.ts';
import { haveOneLayout } from './capture-match.ts';
import { type LiveHeap, liveHeap } from './live-heap.ts';
import { type ByteRange, overheadPerByte } from './malloc-split.ts';
import { mapTime } from './map-time.ts';
import type { RecordedRun } from './recorded-run.ts';
import { recordingDoubt } from './recording-doubts.ts';
import type { Snapshot } from './snapshots.ts';
import { type Waterfall, waterfall } from './waterfall.ts';

export interface ToldMoment {
  readonly snapshot: Snapshot;
  readonly account: MatchedAccount | undefined;
  /** Why the recording, though of this program, is not used: it is of other work. */
  readonly doubt: string | undefined;
  /** What was live by the recording; undefined without one, and where it is not used. */
  readonly recorded: LiveHeap | undefined;
  readonly waterfall: Waterfall | undefined;
}

/** What there is beside the maps of a process. */
export interface MomentEvidence {
  readonly snapshots: readonly Snapshot[];
  readonly space: SpaceFindings | undefined;
  readonly run: RecordedRun | undefined;
  readonly accounts: readonly NamedAccount[];
  /** Of the same program. */
  readonly profile: HeapProfile | undefined;
  readonly pageBytes: Bytes;
}

export function toldMoment(
  snapshot: Snapshot,
  { snapshots, space, run, accounts, profile, pageBytes }: MomentEvidence,
): ToldMoment {
  const { groups } = snapshot;
  const owner = ownerOf(snapshot, space);
  const account = accountFor(snapshot, snapshots, accounts);
  const heapAccount = isUsed(account) ? account?.account : undefined;
  const mapped = waterfall(groups, { account: heapAccount, live: undefined, owner });
  if (profile === undefined) {
    return { snapshot, account, doubt: undefined, recorded: undefined, waterfall: mapped };
  }
  const time = mapTime(snapshot, space?.replayed, run);
  const { peak, runtime } = profile.totals;
  const seconds = profile.clock === undefined ? runtime : undefined;
  const doubt = recordingDoubt(
    { peak, runtime: seconds },
    {
      mallocBytes: owner?.role === 'malloc' ? mapped?.malloc.resident : undefined,
      seconds: time?.runSeconds ?? run?.seconds,
    },
  );
  const recorded =
    doubt === undefined ? liveHeap(profile, time, mayBeOfPeak(snapshot, space)) : undefined;
  if (recorded === undefined || isAccounted(mapped)) {
    return { snapshot, account, doubt, recorded, waterfall: mapped };
  }
  const known = owner && isKnown(owner) ? owner : undefined;
  const perByte = overheadPerByte(profile, known, pageBytes);
  const live = { heap: recorded, overheadPerByte: perByte };
  const found = waterfall(groups, { account: heapAccount, live, owner });
  return { snapshot, account, doubt, recorded, waterfall: found };
}

/** Who gives out the memory of a process; the log knows it of a static program as well. */
export function ownerOf(
  told: Snapshot | undefined,
  space: SpaceFindings | undefined,
): Allocator | undefined {
  const isOfLog = told === undefined || haveOneLayout(told.belonging);
  const ofLog = space && isOfLog ? allocatorsIn(space.heap) : [];
  return memoryOwner([...(told?.groups.allocators ?? []), ...ofLog]);
}

/** What names no process was given with the map by somebody who knows. */
const isUsed = (account: MatchedAccount | undefined): boolean =>
  account !== undefined && account.match.degree !== 'other';

/** Whether the heap's own account says what lies in RAM of it. */
export const isAccounted = (found: Waterfall | undefined): boolean =>
  found?.accounted !== undefined && 'steps' in found.accounted;

/** Why an account that was read tells nothing; undefined where it does, or there is none. */
export function unusedAccount({
  account,
  waterfall: found,
}: Pick<ToldMoment, 'account' | 'waterfall'>): string | undefined {
  if (account === undefined || isAccounted(found)) return undefined;
  if (!isUsed(account)) return account.match.because;
  const { accounted } = found ?? {};
  return accounted && 'refused' in accounted ? accounted.refused : 'the map has no resident sizes';
}

/** Live or free memory, and how it is known. */
export interface ToldRange extends Pick<ByteRange, 'least' | 'most'> {
  readonly basis: 'measured' | 'inferred';
}

/** A part of malloc's memory, or what is between two numbers; undefined where nothing tells. */
export function toldRange(
  found: Waterfall | undefined,
  kind: 'live' | 'free',
): ToldRange | undefined {
  const step = found?.inRam.find((one) => one.kind === kind);
  if (step) return { least: step.bytes.value, most: step.bytes.value, basis: step.bytes.basis };
  const range = found?.split?.[kind];
  return range && { least: range.least, most: range.most, basis: 'inferred' };
}

/** A moment with so much of the peak's memory mapped can be the peak. */
const NEARLY = 0.9;

/** Whether the map can be of the largest heap, or later; where no log says otherwise it can. */
function mayBeOfPeak({ moment, belonging }: Snapshot, space: SpaceFindings | undefined): boolean {
  if (moment === undefined || space === undefined || !haveOneLayout(belonging)) return true;
  const { peak } = space.replayed.space;
  const { heap, anonymous } = moment.bytes;
  return peak.line <= moment.firstLine || heap + anonymous >= NEARLY * (peak.heap + peak.anonymous);
}

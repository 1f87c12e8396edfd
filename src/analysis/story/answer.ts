/** The answer in one sentence, as numbers: how much RAM, what most of it is, and how much of malloc's is live. */
import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { ALLOCATORS } from '../../knowledge/allocators/index.ts';
import { programName } from '../../model/base-name.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { SpaceFindings } from '../call-log/findings.ts';
import type { MatchedAccount } from './account-match.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { NamedGroups } from './snapshots.ts';
import { type ToldRange, toldRange } from './told-moment.ts';
import type { Waterfall } from './waterfall.ts';
import type { StepKind, WaterfallStep } from './waterfall-step.ts';

export interface Answer {
  readonly program: string | undefined;
  readonly pid: number | undefined;
  readonly threads: number | undefined;
  readonly resident: Bytes | undefined;
  /** Who gives out the process's memory. */
  readonly allocator: string | undefined;
  /** The malloc whose memory is told live or free. */
  readonly malloc: string | undefined;
  /** What malloc has in RAM: live, free and headers. */
  readonly mallocBytes: Bytes | undefined;
  /** Undefined where nothing tells live and free apart. */
  readonly live: ToldRange | undefined;
  readonly free: ToldRange | undefined;
  /** malloc's headers and rounding; undefined where they are not told apart. */
  readonly overhead: Bytes | undefined;
  /** Parts of the RAM, the largest first; what malloc has is one. */
  readonly largest: readonly LargestPart[];
}

export interface LargestPart {
  readonly kind: StepKind;
  readonly label: string;
  readonly bytes: Bytes;
  /** Page cache of unchanged files: the kernel drops it when memory is short. */
  readonly isDroppable: boolean;
}

/** Parts that are named in the answer. */
const NAMED = 2;

const OF_MALLOC: readonly StepKind[] = ['malloc', 'live', 'overhead', 'free'];

export interface Known {
  readonly told: NamedGroups | undefined;
  readonly space: SpaceFindings | undefined;
  readonly run: RecordedRun | undefined;
  readonly account: MatchedAccount | undefined;
  readonly debuggee: string | undefined;
  readonly owner: Allocator | undefined;
  readonly waterfall: Waterfall | undefined;
}

export function answer({ told, space, run, account, debuggee, owner, waterfall }: Known): Answer {
  const map = told?.groups.map;
  const process = account?.account.process;
  const program =
    programName(map?.command ?? map?.executable ?? space?.replayed.program ?? run?.command[0]) ??
    process?.name ??
    told?.groups.executable.files[0]?.name ??
    programName(debuggee);
  const inRam = waterfall?.inRam ?? [];
  const ofMalloc = inRam.filter(({ kind }) => OF_MALLOC.includes(kind));
  return {
    program,
    pid: map?.pid ?? process?.pid ?? space?.pid,
    threads:
      process?.threads ??
      (space && space.replayed.taskCount > 1 ? space.replayed.taskCount : undefined),
    resident: waterfall?.resident ?? residentSum(told),
    allocator: owner?.title,
    malloc: mallocOf(told, account, owner)?.title,
    mallocBytes: waterfall && sum(ofMalloc),
    live: toldRange(waterfall, 'live'),
    free: toldRange(waterfall, 'free'),
    overhead: inRam.find(({ kind }) => kind === 'overhead')?.bytes.value,
    largest: largestParts(inRam, sum(ofMalloc), told),
  };
}

/** Beside a runtime with a heap of its own there is a malloc. */
function mallocOf(
  told: NamedGroups | undefined,
  account: MatchedAccount | undefined,
  owner: Allocator | undefined,
): Allocator | undefined {
  if (account) return ALLOCATORS[account.account.allocator];
  if (owner?.role === 'malloc') return owner;
  return told?.groups.allocators.find(({ role }) => role === 'malloc');
}

/** As the kernel sums it up (status, smaps_rollup), where no map tells. */
const residentSum = (told: NamedGroups | undefined): Bytes | undefined =>
  told?.groups.account.find(({ name }) => name === 'VmRSS' || name === 'Rss')?.bytes;

const sum = (steps: readonly WaterfallStep[]): Bytes =>
  steps.reduce((bytes, step) => bytes + step.bytes.value, 0);

function largestParts(
  inRam: readonly WaterfallStep[],
  malloc: Bytes,
  told: NamedGroups | undefined,
): LargestPart[] {
  const areFilesClean = told?.groups.files.footprint.dirty === 0;
  const others = inRam
    .filter(({ kind }) => !OF_MALLOC.includes(kind))
    .map(({ kind, label, bytes }) => {
      const isDroppable = kind === 'file' && areFilesClean;
      return { kind, label, bytes: bytes.value, isDroppable };
    });
  const ofMalloc = { kind: 'malloc', label: 'malloc', bytes: malloc, isDroppable: false } as const;
  return [...others, ofMalloc]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, NAMED);
}

/** What became of blocks: never used, never read, short-lived, by the place that allocated them. */
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile, TraceIndex } from '../../model/heap-profile.ts';
import type { CostedStacks } from './costs.ts';
import { type GroupKind, groupStacks } from './grouping.ts';
import { frameAt, type StackFrame } from './stacks.ts';

/** Blocks of at most so many bytes are tiny: DHAT's viewer takes 16. */
const TINY = 16;

/** Accesses per byte that are few, or many, by the same viewer. */
const FEW = 0.4;
const MANY = 1000;

interface Use {
  readonly calls: number;
  readonly allocated: Bytes;
  readonly reads: Bytes;
  readonly writes: Bytes;
  readonly lifetime: number;
  readonly shortLife: number;
}

/** What a block's use can be; a stack is told by the averages over its blocks. */
const USES = {
  tiny: ({ allocated, calls }: Use) => allocated <= TINY * calls,
  'short-lived': ({ lifetime, shortLife, calls }: Use) => lifetime <= shortLife * calls,
  'never-used': ({ reads, writes }: Use) => reads === 0 && writes === 0,
  'never-read': ({ reads, writes }: Use) => reads === 0 && writes > 0,
  'never-written': ({ reads, writes }: Use) => writes === 0 && reads > 0,
  'low-access': ({ reads, writes, allocated }: Use) =>
    reads > 0 && writes > 0 && (reads <= FEW * allocated || writes <= FEW * allocated),
  'high-access': ({ reads, writes, allocated }: Use) =>
    reads >= MANY * allocated || writes >= MANY * allocated,
} as const satisfies Readonly<Record<string, (use: Use) => boolean>>;

export type UseKind = keyof typeof USES;

export const USE_KINDS = Object.keys(USES) as readonly UseKind[];

/** Whether a recording tells of a use. */
export function tellsUse({ costs, uses }: HeapProfile, kind: UseKind): boolean {
  if (costs.calls === undefined || costs.allocated === undefined) return false;
  if (kind === 'tiny') return true;
  if (kind === 'short-lived') return uses?.lifetime !== undefined && uses.shortLife !== undefined;
  return costs.reads !== undefined && costs.writes !== undefined;
}

function useOf({ costs, uses }: HeapProfile, trace: TraceIndex): Use {
  return {
    calls: costs.calls?.[trace] ?? 0,
    allocated: costs.allocated?.[trace] ?? 0,
    reads: costs.reads?.[trace] ?? 0,
    writes: costs.writes?.[trace] ?? 0,
    lifetime: uses?.lifetime?.[trace] ?? 0,
    shortLife: uses?.shortLife ?? 0,
  };
}

/** 1 for stacks whose blocks were used in one of these ways, by trace. */
export function stacksOfUse(profile: HeapProfile, kinds: readonly UseKind[]): Uint8Array {
  const told = kinds.filter((kind) => tellsUse(profile, kind));
  return Uint8Array.from({ length: profile.traces.count }, (_, trace) => {
    const use = useOf(profile, trace);
    return Number(use.calls > 0 && told.some((kind) => USES[kind](use)));
  });
}

/** What became of the blocks of a place. */
export interface PlaceUse {
  readonly place: StackFrame;
  readonly calls: number;
  readonly allocated: Bytes;
  /** By the recording's clock, on average; undefined where nobody measured. */
  readonly meanLife: number | undefined;
  /** Of `calls`, those of stacks whose blocks lived briefly. */
  readonly shortLived: number;
  /** Of `allocated`; undefined where accesses were not counted. */
  readonly accessed: Accessed | undefined;
}

export interface Accessed {
  readonly reads: Bytes;
  readonly writes: Bytes;
  readonly neverUsed: Bytes;
  readonly neverRead: Bytes;
  readonly neverWritten: Bytes;
  /** Of blocks that were written, bytes that were not, at least: one that was written twice counts as two. */
  readonly unwritten: Bytes;
}

type Sum = { -readonly [Part in keyof Use]: Use[Part] } & {
  place: StackFrame;
  shortLived: number;
  neverUsed: number;
  neverRead: number;
  neverWritten: number;
  unwritten: number;
};

/** How often each byte of a block was accessed, of blocks that all have one size. */
export interface ByteAccesses {
  readonly place: StackFrame;
  readonly calls: number;
  readonly counts: Float64Array;
}

/** Blocks that fit a container which doubled: told of sums, so that only the pattern is known. */
export interface Doubling {
  readonly place: StackFrame;
  readonly containers: number;
  /** Blocks that each container had, one after the other. */
  readonly steps: number;
  readonly first: Bytes;
  readonly last: Bytes;
}

export interface BlockUseFindings {
  readonly clock: HeapProfile['clock'];
  readonly shortLife: number | undefined;
  /** Places that allocated anything, those with most blocks first. */
  readonly places: readonly PlaceUse[];
  readonly accesses: readonly ByteAccesses[];
  readonly doublings: readonly Doubling[];
}

/** @param costed the profile's stacks, less those that a filter leaves out. */
export function blockUses(
  profile: HeapProfile,
  costed: CostedStacks,
  by: GroupKind,
): BlockUseFindings | undefined {
  const { uses } = profile;
  if (uses === undefined) return undefined;
  const { stacks, costs } = costed;
  const { groupOfTrace } = groupStacks(costed, by);
  const sums = new Map<number, Sum>();
  const accesses: ByteAccesses[] = [];
  const doublings: Doubling[] = [];
  const hasShortLife = tellsUse(profile, 'short-lived');
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    // A filter has set the costs of other stacks to nothing.
    if (costs.calls[trace] === 0) continue;
    const use = useOf(profile, trace);
    const place = frameAt(stacks, stacks.traces.ip[trace]!, 0);
    const sum = sumAt(sums, groupOfTrace[trace]!, place);
    addUse(sum, use, hasShortLife);
    const counts = uses.accesses?.get(trace);
    if (counts !== undefined) accesses.push({ place, calls: use.calls, counts });
    const doubling = doublingOf(profile, trace, use);
    if (doubling !== undefined) doublings.push({ place, ...doubling });
  }
  const hasAccesses = tellsUse(profile, 'never-read');
  return {
    clock: profile.clock,
    shortLife: uses.shortLife,
    places: [...sums.values()]
      .map((sum) => placeUse(sum, uses.lifetime !== undefined, hasAccesses))
      .sort((a, b) => b.calls - a.calls),
    accesses: accesses.sort((a, b) => b.calls - a.calls),
    doublings: doublings.sort((a, b) => b.last * b.containers - a.last * a.containers),
  };
}

function sumAt(sums: Map<number, Sum>, group: number, place: StackFrame): Sum {
  let sum = sums.get(group);
  if (sum === undefined) {
    sum = {
      place,
      calls: 0,
      allocated: 0,
      reads: 0,
      writes: 0,
      lifetime: 0,
      shortLife: 0,
      shortLived: 0,
      neverUsed: 0,
      neverRead: 0,
      neverWritten: 0,
      unwritten: 0,
    };
    sums.set(group, sum);
  }
  return sum;
}

function addUse(sum: Sum, use: Use, hasShortLife: boolean): void {
  const { calls, allocated, reads, writes, lifetime } = use;
  sum.calls += calls;
  sum.allocated += allocated;
  sum.reads += reads;
  sum.writes += writes;
  sum.lifetime += lifetime;
  if (hasShortLife && USES['short-lived'](use)) sum.shortLived += calls;
  if (USES['never-used'](use)) sum.neverUsed += allocated;
  else if (USES['never-read'](use)) sum.neverRead += allocated;
  else if (USES['never-written'](use)) sum.neverWritten += allocated;
  if (writes > 0) sum.unwritten += Math.max(0, allocated - writes);
}

function placeUse(sum: Sum, hasLives: boolean, hasAccesses: boolean): PlaceUse {
  const { place, calls, allocated, lifetime, shortLived, ...accessed } = sum;
  const { reads, writes, neverUsed, neverRead, neverWritten, unwritten } = accessed;
  return {
    place,
    calls,
    allocated,
    meanLife: hasLives ? lifetime / calls : undefined,
    shortLived,
    accessed: hasAccesses
      ? { reads, writes, neverUsed, neverRead, neverWritten, unwritten }
      : undefined,
  };
}

/** Fewer steps fit sums by chance. */
const FEWEST_STEPS = 4;

/**
 * A container that grows by doubling takes blocks of c, 2c, 4c … bytes: k of them are c·(2^k − 1) bytes in
 * all, and the one that lives at the peak is one of the series.
 */
function doublingOf(
  { costs }: HeapProfile,
  trace: TraceIndex,
  { calls, allocated }: Use,
): Omit<Doubling, 'place'> | undefined {
  const [peak, blocks] = [costs.peak?.[trace] ?? 0, costs.peakBlocks?.[trace] ?? 0];
  if (blocks === 0) return undefined;
  const steps = calls / blocks;
  if (!Number.isInteger(steps) || steps < FEWEST_STEPS || steps > 48) return undefined;
  const first = allocated / blocks / (2 ** steps - 1);
  const live = Math.log2(peak / blocks / first);
  if (!Number.isInteger(first) || !Number.isInteger(live) || live < 0 || live >= steps) {
    return undefined;
  }
  return { containers: blocks, steps, first, last: first * 2 ** (steps - 1) };
}

/** What malloc has in RAM, taken apart by a heap recording: live, headers, free. */
import type { KnownAllocator } from '../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { isSteady, type LiveHeap } from './live-heap.ts';

/** What malloc's rows of a map have. */
export interface MallocRam {
  readonly resident: Bytes;
  /** The part of it in large blocks with a mapping of their own. */
  readonly mapped: Bytes;
  /** Of large blocks with a mapping of their own, which were asked for and never touched. */
  readonly untouched: Bytes;
  /** Other private memory, in which large blocks of malloc may lie. */
  readonly elsewhere: Bytes;
}

/** At least and at most; the same where it is one number. */
export interface ByteRange {
  readonly least: Bytes;
  readonly most: Bytes;
  readonly because: string;
}

export interface MallocSplit {
  /** In RAM; untouched capacity is not. */
  readonly live: ByteRange;
  readonly free: ByteRange;
  /** Undefined where live memory is not known well enough to be one number. */
  readonly parts:
    | {
        readonly live: Claim<Bytes>;
        readonly overhead: Claim<Bytes>;
        readonly free: Claim<Bytes>;
      }
    | undefined;
}

/** A part of the live memory that is worth a word. */
const NOTABLE = 0.01;

/** @param perByte what malloc takes beside each live byte; 0 where that is not known. */
export function mallocSplit(ram: MallocRam, live: LiveHeap, perByte: number): MallocSplit {
  const { resident, untouched } = ram;
  const range = liveRange(ram, live);
  const { least, most, because } = range;
  const free = { least: resident - most, most: resident - least, because };
  if (!isSteady(range)) return { live: range, free, parts: undefined };
  const value = Math.round((least + most) / 2);
  const isPartial = untouched >= NOTABLE * live.most;
  const overhead = Math.min(resident - value, Math.round(value * perByte));
  const rest = resident - value - overhead;
  return {
    live: { least: value, most: value, because },
    free: { least: rest, most: rest, because },
    parts: {
      live: inferred(value, isPartial ? `${because}; less what was never touched` : because),
      overhead: inferred(overhead, 'from the sizes of its blocks'),
      free: inferred(rest, 'what malloc has, less the above'),
    },
  };
}

/**
 * Live memory in RAM: at least all mapped blocks, as malloc unmaps them when they are freed. Where they are
 * more than the recording has, the program mapped some of them itself, and the recording is of the others.
 */
function liveRange(
  { resident, mapped, untouched, elsewhere }: MallocRam,
  { least, most, because }: LiveHeap,
): ByteRange {
  const inRam = (bytes: Bytes) => Math.min(resident, Math.max(0, bytes - untouched));
  if (inRam(most) < mapped) {
    return { least: mapped, most: Math.min(resident, mapped + most), because };
  }
  const known = Math.max(0, inRam(least) - elsewhere);
  if (known >= mapped) return { least: known, most: inRam(most), because };
  return { least: mapped, most: inRam(most), because: `mapped blocks, and ${because}` };
}

/** What malloc takes beside each byte, by the blocks that were live at the peak of a recording. */
export function overheadPerByte(
  { allocations, costs }: Pick<HeapProfile, 'allocations' | 'costs'>,
  allocator: KnownAllocator | undefined,
  pageBytes: Bytes,
): number {
  if (allocations === undefined || allocator === undefined || costs.peak === undefined) return 0;
  const { count, size, atPeak } = allocations;
  let [asked, taken] = [0, 0];
  for (let row = 0; row < count; row++) {
    if (atPeak[row]! <= 0) continue;
    const placed = allocator.place(size[row]!, pageBytes)?.bytes ?? size[row]!;
    asked += atPeak[row]! * size[row]!;
    taken += atPeak[row]! * placed;
  }
  return asked === 0 ? 0 : (taken - asked) / asked;
}

import { isKnown } from '../../knowledge/allocators/index.ts';
import { memoryOwner } from '../../knowledge/memory-owner.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import type { BufferTracker } from '../growth/from-log/buffer-tracker.ts';
import { type GrowthFindings, growthFindings } from '../growth/from-log/findings.ts';
import type { GrowthQuery } from '../growth/from-log/grown-container.ts';
import type { ReplayWithGrowth } from '../growth/from-log/growth-replay.ts';
import type { BrkStep } from '../replay/brk-heap.ts';
import { allocatorsIn, type HeapFindings, heapFindings } from '../replay/heap-findings.ts';
import type { Chain } from '../replay/mapping-history.ts';
import type { ReplayedSpace } from '../replay/replayed-space.ts';

/** One address space of the log, told. */
export interface SpaceFindings {
  readonly replayed: ReplayedSpace;
  readonly buffers: BufferTracker;
  /** The PID of its first thread; undefined where the log never tells one. */
  readonly pid: number | undefined;
  readonly heap: HeapFindings;
  /** Break moves by size, the most frequent first. */
  readonly brkSteps: readonly BrkStep[];
  /** Anonymous mappings that were there at the end, largest first. */
  readonly alive: readonly Chain[];
  readonly aliveBytes: Bytes;
  /** Containers that outgrew their blocks, alive or gone. */
  readonly growth: GrowthFindings;
}

/** What `memtool strace` tells of a log. */
export interface StraceFindings {
  readonly trace: SyscallTrace;
  readonly totalCalls: number;
  readonly failedCalls: number;
  readonly replay: ReplayWithGrowth;
  /** The space with the largest peak first. */
  readonly spaces: readonly SpaceFindings[];
}

export function straceFindings(
  trace: SyscallTrace,
  replay: ReplayWithGrowth,
  query: GrowthQuery = { pageBytes: 4096 },
): StraceFindings {
  return {
    trace,
    totalCalls: trace.calls.reduce((sum, { calls }) => sum + calls, 0),
    failedCalls: trace.calls.reduce((sum, { errors }) => sum + errors, 0),
    replay,
    spaces: replay.spaces
      .map((space) => spaceFindings(space, replay.buffersOf(space), trace, query))
      .sort((a, b) => peak(b) - peak(a)),
  };
}

function peak({ replayed }: SpaceFindings): Bytes {
  return replayed.space.peak.heap + replayed.space.peak.anonymous;
}

function spaceFindings(
  replayed: ReplayedSpace,
  buffers: BufferTracker,
  trace: SyscallTrace,
  query: GrowthQuery,
): SpaceFindings {
  const { space } = replayed;
  const heap = heapFindings(space);
  const malloc = heap.malloc?.allocator.value;
  const first = replayed.pids[0] || trace.unnamedPid;
  const allocator = query.allocator ?? (malloc && isKnown(malloc) ? malloc : undefined);
  const hasOwnHeap = memoryOwner(allocatorsIn(heap))?.hasOwnHeap;
  let growth: GrowthFindings | undefined;
  let alive: readonly Chain[] | undefined;
  return {
    replayed,
    buffers,
    pid: first,
    heap,
    brkSteps: space.heap.steps.toSorted((a, b) => b.count - a.count),
    // Of many spaces few are shown; their mappings are many, and to weigh all rules takes milliseconds.
    get alive() {
      alive ??= space.liveChains().toSorted((a, b) => b.mapped - a.mapped);
      return alive;
    },
    get aliveBytes() {
      return this.alive.reduce((sum, chain) => sum + chain.mapped, 0);
    },
    get growth() {
      const { language } = space;
      growth ??= growthFindings(buffers, { ...query, allocator, hasOwnHeap, language });
      return growth;
    },
  };
}

import type { Bytes } from '../../model/bytes.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import type { BrkStep } from './brk-heap.ts';
import type { Chain } from './chain.ts';
import type { Replay, ReplayedSpace } from './replay.ts';

/** One address space of the log, told. */
export interface SpaceFindings {
  readonly replayed: ReplayedSpace;
  /** Break moves by size, the most frequent first. */
  readonly brkSteps: readonly BrkStep[];
  /** Anonymous mappings that were there at the end, largest first. */
  readonly alive: readonly Chain[];
  readonly aliveBytes: Bytes;
  /** Mappings that mremap gave another size, alive or gone, largest first. */
  readonly grown: readonly Chain[];
}

/** What `memtool strace` tells of a log. */
export interface StraceFindings {
  readonly trace: SyscallTrace;
  readonly replay: Replay;
  /** The space with the largest peak first. */
  readonly spaces: readonly SpaceFindings[];
}

export function straceFindings(trace: SyscallTrace, replay: Replay): StraceFindings {
  const spaces = replay.spaces.map(spaceFindings);
  return { trace, replay, spaces: spaces.toSorted((a, b) => peak(b) - peak(a)) };
}

function peak({ replayed }: SpaceFindings): Bytes {
  return replayed.space.peak.heap + replayed.space.peak.anonymous;
}

function spaceFindings(replayed: ReplayedSpace): SpaceFindings {
  const { space } = replayed;
  const alive = space.liveChains().toSorted((a, b) => b.mapped - a.mapped);
  const grown = [...alive.filter((chain) => chain.grew), ...space.finished.grown];
  return {
    replayed,
    brkSteps: [...space.heap.steps.values()].sort((a, b) => b.count - a.count),
    alive,
    aliveBytes: alive.reduce((sum, chain) => sum + chain.mapped, 0),
    grown: grown.sort((a, b) => b.peak - a.peak),
  };
}

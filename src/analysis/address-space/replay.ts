import type { Fold } from '../../model/fold.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { ChainTracker } from '../growth-chains/chain-tracker.ts';
import { AddressSpace } from './address-space.ts';

/** One address space of the log with the processes that used it. */
export interface ReplayedSpace {
  readonly space: AddressSpace;
  /** Buffers that malloc keeps in mappings of their own. */
  readonly growth: ChainTracker;
  /** Threads that were ever in it, in order of appearance; the first of many. */
  readonly pids: number[];
  /** How many threads were ever in it. */
  taskCount: number;
  /** How many are in it now. */
  liveTasks: number;
  /** Memory calls applied; 0 for a child that only calls execve. */
  memoryCalls: number;
  /** What execve started in it; undefined where the log begins later. */
  readonly program: string | undefined;
  readonly firstLine: number;
  lastLine: number;
  lastTime: LogTime | undefined;
  /** How its last process left it; undefined where the log ends before. */
  outcome: string | undefined;
}

export interface Replay {
  /** Address spaces in order of appearance; those without any memory call are left out. */
  readonly spaces: readonly ReplayedSpace[];
  /** Spaces that ended and were not kept, because there were too many. */
  readonly spacesNotKept: number;
  /** PIDs whose creation is not in the log; they are taken for threads of the space beside. */
  readonly assumedThreads: readonly number[];
}

/** Finished spaces that are kept: the largest. A build log can hold tens of thousands. */
const KEPT_SPACES = 64;

/** PIDs that are kept by number, per space and of assumed threads. */
const KEPT_PIDS = 100;

/**
 * Replays the address spaces of a log: threads share one, fork copies, vfork borrows until exec,
 * execve starts afresh.
 *
 * A log of memory calls alone (`-e trace=%memory`) has no clone lines. A PID that nobody created is
 * then taken for a thread of the latest space, unless its first call is execve or brk(NULL), with
 * which every program starts.
 */
export class ReplayFold implements Fold<SyscallEvent, Replay> {
  readonly #byPid = new Map<number, ReplayedSpace>();
  readonly #assumed: number[] = [];
  readonly #finished: ReplayedSpace[] = [];
  #notKept = 0;
  #latest: ReplayedSpace | undefined;

  step(event: SyscallEvent): void {
    if (event.call === 'exit') {
      this.#leave(event, event.outcome);
      return;
    }
    const current = this.#spaceOf(event);
    current.lastLine = event.line;
    current.lastTime = event.time;
    if (event.call === 'clone') {
      // The child's first line can stand before the line on which its creation returns.
      if (this.#byPid.has(event.child)) return;
      if (event.sharesMemory) this.#join(event.child, current);
      else {
        const space = new AddressSpace({ space: current.space, fork: event });
        this.#join(event.child, this.#open(space, event, current.program));
      }
    } else if (event.call === 'execve') {
      this.#leave(event, 'execve');
      this.#join(event.pid, this.#open(new AddressSpace(), event, event.program));
    } else {
      current.memoryCalls++;
      current.space.apply(event);
      current.growth.apply(event);
    }
  }

  finish(): Replay {
    const open = new Set(this.#byPid.values());
    const spaces = [...this.#finished, ...open].sort((a, b) => a.firstLine - b.firstLine);
    return {
      spaces: spaces.filter((space) => space.memoryCalls > 0),
      spacesNotKept: this.#notKept,
      assumedThreads: this.#assumed,
    };
  }

  #spaceOf(event: SyscallEvent): ReplayedSpace {
    const known = this.#byPid.get(event.pid);
    if (known) return known;
    const startsProgram =
      event.call === 'execve' || (event.call === 'brk' && event.requested === 0);
    if (this.#latest === undefined || startsProgram) {
      this.#join(event.pid, this.#open(new AddressSpace(), event, undefined));
    } else {
      if (this.#assumed.length < KEPT_PIDS) this.#assumed.push(event.pid);
      this.#join(event.pid, this.#latest);
    }
    return this.#byPid.get(event.pid)!;
  }

  #open(space: AddressSpace, event: SyscallEvent, program: string | undefined): ReplayedSpace {
    const { line, time } = event;
    this.#latest = {
      space,
      growth: new ChainTracker(),
      pids: [],
      taskCount: 0,
      liveTasks: 0,
      memoryCalls: 0,
      program,
      firstLine: line,
      lastLine: line,
      lastTime: time,
      outcome: undefined,
    };
    return this.#latest;
  }

  #join(pid: number, space: ReplayedSpace): void {
    this.#byPid.set(pid, space);
    space.taskCount++;
    space.liveTasks++;
    if (space.pids.length < KEPT_PIDS) space.pids.push(pid);
  }

  #leave(event: SyscallEvent, outcome: string): void {
    const space = this.#byPid.get(event.pid);
    if (space === undefined) return;
    this.#byPid.delete(event.pid);
    space.lastLine = event.line;
    space.lastTime = event.time;
    if (--space.liveTasks > 0) return;
    space.outcome = outcome;
    if (this.#latest === space) this.#latest = this.#byPid.values().next().value ?? space;
    if (space.memoryCalls === 0) {
      space.space.release();
      return;
    }
    this.#finished.push(space);
    if (this.#finished.length < 2 * KEPT_SPACES) return;
    this.#finished.sort((a, b) => peakOf(b) - peakOf(a));
    for (const dropped of this.#finished.splice(KEPT_SPACES)) {
      dropped.space.release();
      this.#notKept++;
    }
  }
}

function peakOf({ space }: ReplayedSpace): number {
  return space.peak.heap + space.peak.anonymous;
}

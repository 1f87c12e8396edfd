import { segmentPath } from '../../knowledge/linux-maps.ts';
import type { Bytes } from '../../model/bytes.ts';
import { oldestKeys } from '../../model/eviction.ts';
import type { Fold } from '../../model/fold.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';
import type { SharedSegment } from './attached-segments.ts';
import { OpenFiles } from './open-files.ts';
import {
  type FollowSpace,
  ReplayedSpace,
  type SpaceStart,
  type SpaceWatch,
} from './replayed-space.ts';

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

/** Spaces that are in use at once; few machines run more processes than that. */
const MOST_SPACES = 1 << 11;

/** System V segments that are remembered; a system allows 4096 by default (SHMMNI). */
const KEPT_SEGMENTS = 1 << 16;

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
  /** Of the spaces that are kept, the peak of the smallest, once there are as many as are kept. */
  #leastKept: Bytes = -1;
  #openSpaces = 0;
  #latest: ReplayedSpace | undefined;
  readonly #segments = new Map<number, SharedSegment>();
  readonly #watch: SpaceWatch | undefined;
  readonly #follow: FollowSpace | undefined;

  constructor(watch?: SpaceWatch, follow?: FollowSpace) {
    this.#watch = watch;
    this.#follow = follow;
  }

  step(event: SyscallEvent): void {
    if (event.call === 'exit') {
      this.#leave(event, event.outcome);
      return;
    }
    const current = this.#spaceOf(event);
    current.lastLine = event.line;
    current.lastTime = event.time;
    switch (event.call) {
      case 'clone':
        this.#clone(event, current);
        break;
      case 'execve':
        this.#execute(event, event.program);
        break;
      case 'open':
        current.open(event);
        break;
      case 'close':
        current.files.close(event.descriptor);
        break;
      case 'shmget':
        this.#createSegment(event);
        break;
      case 'shmat':
        current.attach(event, this.#segments.get(event.id));
        break;
      default:
        current.apply(event);
    }
  }

  /** Address spaces that a process uses now, in order of appearance. */
  get running(): readonly ReplayedSpace[] {
    return [...new Set(this.#byPid.values())].filter((space) => space.memoryCalls > 0);
  }

  /** The address space that a process uses now; undefined before its first call. */
  usedBy(pid: number): ReplayedSpace | undefined {
    return this.#byPid.get(pid);
  }

  finish(): Replay {
    this.#keepLargest();
    const open = new Set(this.#byPid.values());
    const spaces = [...this.#finished, ...open].sort((a, b) => a.firstLine - b.firstLine);
    return {
      spaces: spaces.filter((space) => space.memoryCalls > 0),
      spacesNotKept: this.#notKept,
      assumedThreads: this.#assumed,
    };
  }

  #clone(event: Extract<SyscallEvent, { call: 'clone' }>, parent: ReplayedSpace): void {
    // The child's first line can stand before the line on which its creation returns.
    if (this.#byPid.has(event.child)) return;
    if (event.sharesMemory) this.#join(event.child, parent);
    else
      this.#join(
        event.child,
        this.#open({ event, parent, program: parent.program, files: parent.files }),
      );
  }

  #execute(event: SyscallEvent, program: string | undefined): void {
    const files = this.#byPid.get(event.pid)?.files ?? new OpenFiles();
    this.#leave(event, 'execve');
    this.#join(event.pid, this.#open({ event, program, files }));
  }

  #createSegment({ id, key, length }: Extract<SyscallEvent, { call: 'shmget' }>): void {
    if (this.#segments.size >= KEPT_SEGMENTS) return;
    this.#segments.set(id, { path: segmentPath(key), length });
  }

  #spaceOf(event: SyscallEvent): ReplayedSpace {
    const known = this.#byPid.get(event.pid);
    if (known && !isUnseenExecve(event, known)) return known;
    if (known) {
      this.#execute(event, undefined);
      return this.#byPid.get(event.pid)!;
    }
    const startsProgram =
      event.call === 'execve' || (event.call === 'brk' && event.requested === 0);
    if (this.#latest === undefined || startsProgram) {
      const files = new OpenFiles();
      this.#join(event.pid, this.#open({ event, program: undefined, files }));
    } else {
      if (this.#assumed.length < KEPT_PIDS) this.#assumed.push(event.pid);
      this.#join(event.pid, this.#latest);
    }
    return this.#byPid.get(event.pid)!;
  }

  #open(start: SpaceStart): ReplayedSpace {
    while (this.#openSpaces >= MOST_SPACES) this.#giveUpOldest();
    this.#openSpaces++;
    this.#latest = new ReplayedSpace(start, this.#watch, this.#follow);
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
    this.#finish(space);
  }

  /** Keeps the space among the largest. */
  #finish(space: ReplayedSpace): void {
    this.#openSpaces--;
    if (space.memoryCalls === 0 || space.mostBytes <= this.#leastKept) {
      space.release();
      if (space.memoryCalls > 0) this.#notKept++;
      return;
    }
    this.#finished.push(space);
    if (this.#finished.length === 2 * KEPT_SPACES) this.#keepLargest();
  }

  #keepLargest(): void {
    if (this.#finished.length <= KEPT_SPACES) return;
    // A replay makes exact what was only known not to be exceeded, so others may come first then.
    do this.#finished.sort(largestFirst);
    while (this.#finished.slice(0, KEPT_SPACES).filter((space) => space.replay()).length > 0);
    for (const dropped of this.#finished.splice(KEPT_SPACES)) {
      dropped.release();
      this.#notKept++;
    }
    this.#leastKept = this.#finished.at(-1)!.mostBytes;
  }

  /** A log without exits would fill the memory: the processes that were seen first are given up. */
  #giveUpOldest(): void {
    for (const pid of oldestKeys(this.#byPid)) {
      const space = this.#byPid.get(pid)!;
      this.#byPid.delete(pid);
      if (--space.liveTasks === 0) this.#finish(space);
    }
  }
}

/**
 * Whether a program asks where its break is and hears of another heap: it was executed anew, by a
 * call that is not in the log (`-e trace=memory`, or two logs in one file).
 */
function isUnseenExecve(event: SyscallEvent, space: ReplayedSpace): boolean {
  return (
    event.call === 'brk' &&
    event.requested === 0 &&
    space.break !== undefined &&
    event.result !== space.break
  );
}

const largestFirst = (a: ReplayedSpace, b: ReplayedSpace): number =>
  b.mostBytes - a.mostBytes || a.firstLine - b.firstLine;

import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { fitsRecord } from '../../model/packed-event.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { AddressSpace } from './address-space.ts';
import type { SharedSegment } from './attached-segments.ts';
import { BrkHeap } from './brk-heap.ts';
import { type CallEffect, callEffect } from './call-effect.ts';
import { DeferredCalls, MOST_WAITING } from './deferred-calls.ts';
import type { OpenFiles } from './open-files.ts';
import { peakUpperBound } from './peak-upper-bound.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;

/** How a space begins. */
export interface SpaceStart {
  readonly event: SyscallEvent;
  /** The space that it was forked from. */
  readonly parent?: ReplayedSpace;
  /** What execve started in it; undefined where the log begins later. */
  readonly program: string | undefined;
  readonly files: OpenFiles;
}

/** Somebody who wants to see a space after each of its memory calls. */
export interface SpaceWatch {
  applied(space: AddressSpace, event: SyscallEvent): void;
}

/** Somebody who wants to see each memory call of one space before it takes effect. */
export interface SpaceFollower {
  /** @param effect what the call is about to do to the space. */
  apply(event: SyscallEvent, effect: CallEffect | undefined): void;
}

export type FollowSpace = (space: AddressSpace) => SpaceFollower;

/**
 * One address space of the log with the processes that used it.
 *
 * Where a build starts a process every few milliseconds, only the largest are kept in the end. So the
 * first calls of a space wait: they are replayed when there are many, or when somebody looks, and in
 * most spaces neither ever happens.
 */
export class ReplayedSpace {
  /** Threads that were ever in it, in order of appearance; the first of many. */
  readonly pids: number[] = [];
  /** How many threads were ever in it. */
  taskCount = 0;
  /** How many are in it now. */
  liveTasks = 0;
  /** Memory calls of it; 0 for a child that only calls execve. */
  memoryCalls = 0;
  /** What execve started in it; undefined where the log begins later. */
  readonly program: string | undefined;
  readonly files: OpenFiles;
  readonly firstLine: number;
  readonly firstTime: LogTime | undefined;
  lastLine: number;
  lastTime: LogTime | undefined;
  /** How its last process left it; undefined where the log ends before. */
  outcome: string | undefined;

  #space: AddressSpace | undefined;
  #follower: SpaceFollower | undefined;
  #waiting: DeferredCalls | undefined;
  /** Files that were opened or mapped while calls waited, and before which of them. */
  readonly #libraries: { readonly path: string; readonly line: number; readonly before: number }[] =
    [];
  /** As long as nothing was replayed: the heap, and the bound of what there was at most. */
  #heap: BrkHeap | undefined;
  #bound: Bytes | undefined;

  readonly #watch: SpaceWatch | undefined;
  readonly #follow: FollowSpace | undefined;

  constructor(
    { event, parent, program, files }: SpaceStart,
    watch?: SpaceWatch,
    follow?: FollowSpace,
  ) {
    this.#watch = watch;
    this.#follow = follow;
    this.program = program;
    this.files = files.copy();
    this.firstLine = event.line;
    this.firstTime = event.time;
    this.lastLine = event.line;
    this.lastTime = event.time;
    if (parent === undefined) {
      this.#waiting = new DeferredCalls();
      this.#heap = new BrkHeap();
      return;
    }
    this.#begin(new AddressSpace({ space: parent.space, fork: event }));
  }

  /** The end of the heap; undefined before the first brk. */
  get break(): Address | undefined {
    return (this.#space?.heap ?? this.#heap!).break;
  }

  get space(): AddressSpace {
    return this.#replay();
  }

  /** Heap and usable anonymous memory together were never more. */
  get mostBytes(): Bytes {
    if (this.#space !== undefined) return this.#space.peakTotal;
    this.#bound ??= this.#waiting ? peakUpperBound(this.#waiting, this.#heap!) : 0;
    return this.#bound;
  }

  /** @returns whether calls had waited. */
  replay(): boolean {
    const hadWaited = this.#space === undefined;
    this.#replay();
    return hadWaited;
  }

  /** A memory call. */
  apply(event: SyscallEvent): void {
    this.memoryCalls++;
    const path = event.call === 'mmap' ? (event.path ?? this.#pathOf(event)) : undefined;
    // Where the log says what a descriptor is; else the file was opened in it.
    if (event.call === 'mmap' && event.path !== undefined) this.#see(event.path, event.line);
    const waiting = this.#waiting;
    if (waiting !== undefined && waiting.length < MOST_WAITING && fitsRecord(event)) {
      this.#bound = undefined;
      if (event.call === 'brk') this.#heap!.move(event);
      waiting.push(event, path);
    } else {
      const whole = path === undefined ? event : { ...(event as Event<'mmap'>), path };
      this.#step(this.#replay(), whole);
    }
  }

  open(event: Event<'open'>): void {
    this.files.open(event.descriptor, event.path);
    // What a program's libraries are tells its allocator and its language.
    if (event.path.includes('.so')) this.#see(event.path, event.line);
  }

  /** Attaches System V shared memory. */
  attach(event: Event<'shmat'>, segment: SharedSegment | undefined): void {
    this.memoryCalls++;
    this.space.attach(event, segment);
    this.#watch?.applied(this.space, event);
  }

  /** Gives up what it shares with forked ones; nobody looks at it any more. */
  release(): void {
    this.#waiting?.release();
    this.#waiting = undefined;
    this.#space?.release();
  }

  /** What the descriptor of an mmap call names, where the call does not say it itself. */
  #pathOf({ descriptor }: Event<'mmap'>): string | undefined {
    return descriptor >= 0 ? this.files.path(descriptor) : undefined;
  }

  /** A file that may tell allocator and language. */
  #see(path: string, line: number): void {
    if (this.#waiting === undefined) this.#replay().signs.file(path, line);
    else this.#libraries.push({ path, line, before: this.#waiting.length });
  }

  #begin(space: AddressSpace): void {
    this.#space = space;
    this.#follower = this.#follow?.(space);
  }

  #replay(): AddressSpace {
    if (this.#space !== undefined) return this.#space;
    const space = new AddressSpace();
    this.#begin(space);
    this.#heap = undefined;
    if (this.program !== undefined) {
      space.signs.file(this.program, this.firstLine);
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // It was given up, but a thread that nobody created has come into it.
    if (waiting === undefined) return space;
    let library = 0;
    for (let i = 0; i <= waiting.length; i++) {
      for (; this.#libraries[library]?.before === i; library++) {
        const { path, line } = this.#libraries[library]!;
        space.signs.file(path, line);
      }
      if (i < waiting.length) this.#step(space, waiting.at(i));
    }
    waiting.release();
    return space;
  }

  #step(space: AddressSpace, event: SyscallEvent): void {
    const parts = space.raced.partsOf(event);
    space.raced.settle(event);
    const whole = callEffect(event, space.heap.break);
    // Buffers are told by their lengths as well as by their addresses: theirs is the call as it was made.
    this.#follower?.apply(event, whole);
    for (const part of parts) {
      space.apply(part, part === event ? whole : callEffect(part, space.heap.break));
    }
    this.#watch?.applied(space, event);
  }
}

import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { fitsRecord } from '../../model/packed-event.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { BufferTracker } from '../growth/from-log/buffer-tracker.ts';
import { AddressSpace } from './address-space.ts';
import type { SharedSegment } from './attached-segments.ts';
import { callEffect } from './call-effect.ts';
import { DeferredCalls, MOST_WAITING } from './deferred-calls.ts';
import type { OpenFiles } from './open-files.ts';
import { PeakUpperBound } from './peak-upper-bound.ts';

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

interface Replayed {
  readonly space: AddressSpace;
  readonly growth: BufferTracker;
}

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
  lastLine: number;
  lastTime: LogTime | undefined;
  /** How its last process left it; undefined where the log ends before. */
  outcome: string | undefined;

  #replayed: Replayed | undefined;
  #waiting: DeferredCalls | undefined;
  /** Libraries that were opened while calls waited, and before which of them. */
  readonly #libraries: { readonly event: Event<'open'>; readonly before: number }[] = [];
  /** As long as nothing was replayed. */
  #bound: PeakUpperBound | undefined;

  readonly #watch: SpaceWatch | undefined;

  constructor({ event, parent, program, files }: SpaceStart, watch?: SpaceWatch) {
    this.#watch = watch;
    this.program = program;
    this.files = files.copy();
    this.firstLine = event.line;
    this.lastLine = event.line;
    this.lastTime = event.time;
    if (parent === undefined) {
      this.#waiting = new DeferredCalls();
      this.#bound = new PeakUpperBound();
      return;
    }
    const space = new AddressSpace({ space: parent.space, fork: event });
    this.#replayed = { space, growth: new BufferTracker(space) };
  }

  /** The end of the heap; undefined before the first brk. */
  get break(): Address | undefined {
    return (this.#replayed?.space ?? this.#bound!).heap.break;
  }

  get space(): AddressSpace {
    return this.#replay().space;
  }

  /** Buffers that malloc keeps in mappings of their own. */
  get growth(): BufferTracker {
    return this.#replay().growth;
  }

  /** Heap and usable anonymous memory together were never more. */
  get mostBytes(): Bytes {
    return this.#replayed?.space.peakTotal ?? this.#bound!.bytes;
  }

  /** @returns whether calls had waited. */
  replay(): boolean {
    const hadWaited = this.#replayed === undefined;
    this.#replay();
    return hadWaited;
  }

  /** A memory call. */
  apply(event: SyscallEvent): void {
    this.memoryCalls++;
    const path = event.call === 'mmap' ? (event.path ?? this.#pathOf(event)) : undefined;
    const waiting = this.#waiting;
    if (waiting !== undefined && waiting.length < MOST_WAITING && fitsRecord(event)) {
      this.#bound!.add(event, waiting);
      waiting.push(event, path);
    } else {
      const whole = path === undefined ? event : { ...(event as Event<'mmap'>), path };
      this.#step(this.#replay(), whole);
    }
  }

  open(event: Event<'open'>): void {
    this.files.open(event.descriptor, event.path);
    // What a program's libraries are tells its allocator and its language.
    if (!event.path.includes('.so')) return;
    if (this.#waiting === undefined) openLibrary(this.#replay(), event);
    else this.#libraries.push({ event, before: this.#waiting.length });
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
    this.#replayed?.space.release();
  }

  /** What the descriptor of an mmap call names, where the call does not say it itself. */
  #pathOf({ descriptor }: Event<'mmap'>): string | undefined {
    return descriptor >= 0 ? this.files.path(descriptor) : undefined;
  }

  #replay(): Replayed {
    if (this.#replayed !== undefined) return this.#replayed;
    const space = new AddressSpace();
    const replayed = { space, growth: new BufferTracker(space) };
    this.#replayed = replayed;
    this.#bound = undefined;
    if (this.program !== undefined) {
      space.signs.file(this.program, this.firstLine);
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // It was given up, but a thread that nobody created has come into it.
    if (waiting === undefined) return replayed;
    let library = 0;
    for (let i = 0; i <= waiting.length; i++) {
      for (; this.#libraries[library]?.before === i; library++) {
        openLibrary(replayed, this.#libraries[library]!.event);
      }
      if (i < waiting.length) this.#step(replayed, waiting.at(i));
    }
    waiting.release();
    return replayed;
  }

  #step({ space, growth }: Replayed, event: SyscallEvent): void {
    const effect = callEffect(event, space.heap.break);
    growth.apply(event, effect);
    space.apply(event, effect);
    this.#watch?.applied(space, event);
  }
}

function openLibrary({ space }: Replayed, { path, line }: Event<'open'>): void {
  space.signs.file(path, line);
}

import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { LogTime, SyscallEvent } from '../../model/syscall-trace.ts';
import { ChainTracker } from '../growth-chains/chain-tracker.ts';
import { AddressSpace } from './address-space.ts';
import type { SharedSegment } from './attached-segments.ts';
import { MemoryBound } from './memory-bound.ts';
import type { OpenFiles } from './open-files.ts';
import { isAddress } from './possible.ts';

type Event<Call extends SyscallEvent['call']> = Extract<SyscallEvent, { call: Call }>;

/** Calls that wait in one space. */
const MOST_WAITING = 256;

/** How a space begins. */
export interface SpaceStart {
  readonly event: SyscallEvent;
  /** The space that it was forked from. */
  readonly parent?: ReplayedSpace;
  /** What execve started in it; undefined where the log begins later. */
  readonly program: string | undefined;
  readonly files: OpenFiles;
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
  /** The end of the heap; undefined before the first brk. */
  break: Address | undefined;

  #replayed: { readonly space: AddressSpace; readonly growth: ChainTracker } | undefined;
  readonly #waiting: SyscallEvent[] = [];
  readonly #bound = new MemoryBound();

  constructor({ event, parent, program, files }: SpaceStart) {
    this.program = program;
    this.files = files.copy();
    this.firstLine = event.line;
    this.lastLine = event.line;
    this.lastTime = event.time;
    this.break = parent?.break;
    if (parent === undefined) return;
    const space = new AddressSpace({ space: parent.space, fork: event });
    this.#replayed = { space, growth: new ChainTracker() };
  }

  get space(): AddressSpace {
    return this.#replay().space;
  }

  /** Buffers that malloc keeps in mappings of their own. */
  get growth(): ChainTracker {
    return this.#replay().growth;
  }

  /** Heap and usable anonymous memory together were never more. */
  get mostBytes(): Bytes {
    return this.#replayed?.space.peakTotal ?? this.#bound.bytes;
  }

  /** A memory call. */
  apply(event: SyscallEvent): void {
    this.memoryCalls++;
    if (event.call === 'brk' && isAddress(event.result)) this.break = event.result;
    const path = event.call === 'mmap' ? this.#pathOf(event) : undefined;
    if (this.#replayed === undefined && this.#waiting.length === MOST_WAITING) this.#replay();
    if (this.#replayed === undefined) {
      this.#bound.add(event, this.#waiting);
      this.#waiting.push(copyOf(event, path));
    } else step(this.#replayed, path === undefined ? event : copyOf(event, path));
  }

  open(event: Event<'open'>): void {
    this.files.open(event.descriptor, event.path);
    // What a program's libraries are tells its allocator and its language.
    if (!event.path.includes('.so')) return;
    if (this.#replayed === undefined) this.#waiting.push(event);
    else step(this.#replayed, event);
  }

  /** Attaches System V shared memory. */
  attach(event: Event<'shmat'>, segment: SharedSegment | undefined): void {
    this.memoryCalls++;
    this.space.attach(event, segment);
  }

  /** Gives up what it shares with forked ones; nobody looks at it any more. */
  release(): void {
    this.#waiting.length = 0;
    this.#replayed?.space.release();
  }

  /** What the descriptor of an mmap call names, where the call does not say it itself. */
  #pathOf({ path, descriptor }: Event<'mmap'>): string | undefined {
    return path === undefined && descriptor >= 0 ? this.files.path(descriptor) : undefined;
  }

  #replay() {
    if (this.#replayed !== undefined) return this.#replayed;
    const replayed = { space: new AddressSpace(), growth: new ChainTracker() };
    this.#replayed = replayed;
    if (this.program !== undefined) {
      replayed.space.signs.file(this.program, this.firstLine);
      replayed.growth.marks.file(this.program);
    }
    for (const event of this.#waiting) step(replayed, event);
    this.#waiting.length = 0;
    return replayed;
  }
}

function step(
  { space, growth }: { readonly space: AddressSpace; readonly growth: ChainTracker },
  event: SyscallEvent,
): void {
  if (event.call === 'open') {
    space.signs.file(event.path, event.line);
    growth.marks.file(event.path);
    return;
  }
  space.apply(event);
  growth.apply(event);
}

/** Events are the same objects again and again. */
function copyOf(event: SyscallEvent, path: string | undefined): SyscallEvent {
  // Apart by call, as an object literal is much faster when it copies one kind of objects.
  switch (event.call) {
    case 'mmap':
      return path === undefined ? { ...event } : { ...event, path };
    case 'brk':
      return { ...event };
    case 'mprotect':
      return { ...event };
    case 'munmap':
      return { ...event };
    case 'mremap':
      return { ...event };
    default:
      return { ...event };
  }
}

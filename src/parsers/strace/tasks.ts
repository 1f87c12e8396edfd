import { oldestKeys } from '../../model/eviction.ts';
import type { TracedTask } from '../../model/syscall-trace.ts';
import { withoutColours } from './line.ts';
import { NO_CALL, OPEN_ELSEWHERE } from './scan/layout.ts';
import type { TaskSlots } from './task-slots.ts';

/** The first half of a call that has not returned yet. */
export interface OpenCall {
  readonly name: string;
  readonly args: string;
}

interface LiveTask {
  readonly traced: TracedTask;
  /** Of its open call among the slots, where it has one. */
  readonly place: number | undefined;
}

/** Calls that make a task, whose first line can stand before the one on which they return. */
const CREATORS = new Set(['clone', 'clone3', 'fork', 'vfork']);

/** Tasks that a call returned and that have no line yet; a log may hold nothing of any of them. */
const MOST_AWAITED = 1 << 16;

/** A task whose creator is still in the call that made it. */
export interface Birth {
  readonly child: TracedTask;
  readonly parent: number;
  readonly call: OpenCall;
}

/** Tasks that are kept for the trace; further ones are counted. */
const KEPT_TASKS = 1000;

/** Tasks that live at once; of more, whose log has no exits, the first are taken to have ended. */
const MOST_LIVE = 1 << 17;

/**
 * The processes and threads of a log, by PID, and the calls that they are in.
 *
 * On a terminal strace names the PID only while several processes live: `[pid 7733]` begins to
 * stand before lines of the process whose lines had none until then. Lines without a PID count as
 * those of task 0; the first PID that nobody created is then task 0 under its name.
 *
 * A PID that comes again after its task ended is another task.
 */
export class TaskTable {
  /** The first ones of the log. */
  readonly kept: TracedTask[] = [];
  /** How many there were. */
  count = 0;

  readonly #live = new Map<number, LiveTask>();
  readonly #open = new Map<number, OpenCall>();
  readonly #created = new Set<number>();
  /** Of tasks that are in a call that makes another, in the order in which they went into it. */
  readonly #creating = new Map<number, OpenCall>();
  /** Tasks that such a call returned, and that have no line yet. */
  readonly #awaited = new Set<number>();
  readonly #slots: TaskSlots;
  readonly #nameOf: (index: number) => string;
  readonly #onBirth: (birth: Birth) => void;
  #unnamed: number | undefined;
  #zeroHasEnded = false;

  /** @param nameOf the name of a call by the index of its word. */
  constructor(
    slots: TaskSlots,
    nameOf: (index: number) => string,
    onBirth: (birth: Birth) => void,
  ) {
    this.#slots = slots;
    this.#nameOf = nameOf;
    this.#onBirth = onBirth;
  }

  /** The PID of lines without one; undefined where the log does not contain it. */
  get unnamedPid(): number | undefined {
    return this.#unnamed;
  }

  /** The task that a line belongs to. @param pid as the line has it, 0 for none. */
  at(pid: number, line: number): TracedTask {
    const key = pid === 0 ? this.#withoutPid() : this.#named(pid);
    const known = this.#live.get(key);
    if (known) {
      // Its slot may have been found only now: under its name, or by `#withoutPid`.
      if (pid === this.#unnamed) this.#addSlot(pid, key, known.place);
      return known.traced;
    }
    if (this.#live.size === MOST_LIVE) {
      for (const oldest of oldestKeys(this.#live)) this.#remove(oldest);
    }
    const traced: TracedTask = { pid: key, firstLine: line, outcome: undefined };
    const place = this.#slots.takePlace();
    this.#live.set(key, { traced, place });
    this.#addSlot(pid, key, place);
    this.count++;
    if (this.kept.length < KEPT_TASKS) this.kept.push(traced);
    if (!this.#awaited.delete(key)) this.#findCreator(traced);
    return traced;
  }

  /** A call that makes a task has returned it. */
  created(pid: number): void {
    this.announce(pid);
    if (this.#live.has(pid)) return;
    if (this.#awaited.size === MOST_AWAITED) this.#awaited.clear();
    this.#awaited.add(pid);
  }

  /** A PID that strace or a clone announced: it is not the process that was there before. */
  announce(pid: number): void {
    const isOfUse = this.#unnamed === undefined && this.#live.has(0);
    if (isOfUse) this.#created.add(pid);
  }

  end({ pid: key }: TracedTask, outcome: string): void {
    const task = this.#live.get(key);
    if (task === undefined) return;
    task.traced.outcome = outcome;
    this.#remove(key);
    if (key !== 0) return;
    this.#zeroHasEnded = true;
    if (this.#unnamed !== undefined) this.#slots.remove(this.#unnamed);
  }

  setOpen({ pid: key }: TracedTask, call: OpenCall): void {
    this.#open.set(key, call);
    if (CREATORS.has(call.name)) this.#creating.set(key, call);
    const place = this.#live.get(key)?.place;
    if (place !== undefined) this.#slots.setOpen(place, OPEN_ELSEWHERE);
  }

  /** The call that the task is in, which ends now. */
  takeOpen({ pid: key }: TracedTask): OpenCall | undefined {
    this.#creating.delete(key);
    const place = this.#live.get(key)?.place;
    const mark = place === undefined ? OPEN_ELSEWHERE : this.#slots.openAt(place);
    if (place === undefined || mark === OPEN_ELSEWHERE) {
      const call = this.#open.get(key);
      this.#open.delete(key);
      if (place !== undefined) this.#slots.setOpen(place, NO_CALL);
      return call;
    }
    this.#slots.setOpen(place, NO_CALL);
    if (mark === NO_CALL) return undefined;
    return { name: this.#nameOf(mark - 1), args: withoutColours(this.#slots.argumentsAt(place)) };
  }

  #remove(key: number): void {
    const place = this.#live.get(key)?.place;
    if (place !== undefined) this.#slots.givePlaceBack(place);
    this.#slots.remove(key);
    this.#live.delete(key);
    this.#open.delete(key);
    this.#creating.delete(key);
  }

  /** Of several that are in such a call, the one that went into it first; each makes one. */
  #findCreator(child: TracedTask): void {
    if (child.pid === 0) return;
    for (const [parent, call] of this.#creating) {
      this.#creating.delete(parent);
      this.#onBirth({ child, parent, call });
      return;
    }
  }

  #addSlot(pid: number, key: number, place: number | undefined): void {
    if (place !== undefined) this.#slots.add(pid, key, place);
  }

  /** When only one process is left, its lines have no PID again, whichever it is. */
  #withoutPid(): number {
    if (!this.#zeroHasEnded || this.#live.has(0) || this.#live.size !== 1) return 0;
    return this.#live.keys().next().value!;
  }

  #named(pid: number): number {
    const isFirstName =
      this.#unnamed === undefined &&
      this.#live.has(0) &&
      !this.#live.has(pid) &&
      !this.#created.has(pid);
    if (isFirstName) this.#unnamed = pid;
    return pid === this.#unnamed ? 0 : pid;
  }
}

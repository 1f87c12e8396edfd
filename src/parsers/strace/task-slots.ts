import {
  NO_CALL,
  OPEN_ARGUMENTS,
  OPEN_BYTES,
  OPEN_LENGTH,
  TASK_BYTES,
  TASK_FACTOR,
  TASK_KEY,
  TASK_PLACE,
  TASK_SLOTS,
} from './scan/layout.ts';

const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

const MASK = TASK_SLOTS - 1;
const SLOT_WORDS = TASK_BYTES / WORD_BYTES;
const KEY = TASK_KEY / WORD_BYTES;
const PLACE = TASK_PLACE / WORD_BYTES;
const OPEN_WORDS = OPEN_BYTES / WORD_BYTES;
const LENGTH = OPEN_LENGTH / WORD_BYTES;

/** Ids of slots that hold no task: never taken, and taken once. */
const FREE = 0;
const GONE = 0xffffffff;

/** Slots that are in use, gone ones too, before they are sorted out; searches stay short. */
const MAX_USED = (TASK_SLOTS / 4) * 3;

/** How many tasks have a slot at most. */
const MAX_TASKS = TASK_SLOTS / 2;

export const SLOTS_BYTES = TASK_SLOTS * TASK_BYTES;
export const OPENS_BYTES = MAX_TASKS * OPEN_BYTES;

/**
 * The tasks that are known and live, for the scan, and beside them the call that each has not returned
 * from; scan/layout.ts says how they lie.
 */
export class TaskSlots {
  readonly #slots: Uint32Array;
  readonly #opens: Uint32Array;
  readonly #openBytes: Buffer;
  #used = 0;
  /** Places of open calls that nobody has, and the first one that nobody ever had. */
  readonly #freePlaces: number[] = [];
  #nextPlace = 0;

  constructor(memory: ArrayBufferLike, slotsAt: number, opensAt: number) {
    this.#slots = new Uint32Array(memory, slotsAt, SLOTS_BYTES / WORD_BYTES);
    this.#opens = new Uint32Array(memory, opensAt, MAX_TASKS * OPEN_WORDS);
    this.#openBytes = Buffer.from(memory, opensAt, OPENS_BYTES);
  }

  /** Takes a place for the open call of a new task; undefined where there is none left. */
  takePlace(): number | undefined {
    const place = this.#freePlaces.pop() ?? this.#nextPlace;
    if (place === MAX_TASKS) return undefined;
    if (place === this.#nextPlace) this.#nextPlace++;
    this.setOpen(place, NO_CALL);
    return place;
  }

  givePlaceBack(place: number): void {
    this.#freePlaces.push(place);
  }

  openAt(place: number): number {
    return this.#opens[place * OPEN_WORDS]!;
  }

  /** What was printed of the arguments of a call that the scan keeps. */
  argumentsAt(place: number): string {
    const start = place * OPEN_BYTES + OPEN_ARGUMENTS;
    const length = this.#opens[place * OPEN_WORDS + LENGTH]!;
    return this.#openBytes.toString('utf8', start, start + length);
  }

  setOpen(place: number, call: number): void {
    this.#opens[place * OPEN_WORDS] = call;
  }

  /** A task may be known under two PIDs: 0, and its own from some line on. */
  add(pid: number, key: number, place: number): void {
    const id = idOf(pid);
    if (id === undefined) return;
    if (this.#used === MAX_USED) this.#sortOut();
    const at = this.#find(id);
    if (this.#slots[at] === FREE) this.#used++;
    this.#slots[at] = id;
    this.#slots[at + KEY] = key;
    this.#slots[at + PLACE] = place;
  }

  remove(pid: number): void {
    const id = idOf(pid);
    if (id === undefined) return;
    const at = this.#find(id);
    if (this.#slots[at] === id) this.#slots[at] = GONE;
  }

  /** Where an id is, or the first slot that it can have: a PID that comes again and again takes one. */
  #find(id: number): number {
    let slot = Math.imul(id, TASK_FACTOR) >>> 16;
    let gone = -1;
    for (;;) {
      const at = slot * SLOT_WORDS;
      const found = this.#slots[at];
      if (found === id) return at;
      if (found === FREE) return gone === -1 ? at : gone;
      if (found === GONE && gone === -1) gone = at;
      slot = (slot + 1) & MASK;
    }
  }

  /** Makes slots of tasks that are gone free again. */
  #sortOut(): void {
    const before = this.#slots.slice();
    this.#slots.fill(0);
    this.#used = 0;
    for (let at = 0; at < before.length; at += SLOT_WORDS) {
      const id = before[at]!;
      if (id === FREE || id === GONE) continue;
      this.add(id - 1, before[at + KEY]!, before[at + PLACE]!);
    }
  }
}

/** Undefined for a PID that no system gives. */
function idOf(pid: number): number | undefined {
  return pid < GONE - 1 ? pid + 1 : undefined;
}

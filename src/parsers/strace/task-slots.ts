/**
 * The tasks that are known and live, for scan.as.ts: a hash table by PID, and beside it the call
 * that each task has not returned from.
 *
 *     slots   0  id     u32   PID + 1; 0: free; GONE: was taken
 *             4  key    u32   the PID of its events
 *             8  place  u32   of its open call in the second table
 *
 *     opens   0  name    u32  index of the name's word + 1; NO_CALL or OPEN_ELSEWHERE
 *             4  length  u32  of the arguments that were printed
 *             8  bytes        the arguments
 *
 * It forgets rather than grows: the lines of a task that has no slot are read in TypeScript.
 */
const SLOTS = 65536;
const MASK = SLOTS - 1;
const SLOT_WORDS = 4;
const KEY = 1;
const PLACE = 2;

const FREE = 0;
const GONE = 0xffffffff;

/** Slots that are in use, gone ones too, before they are sorted out; searches stay short. */
const MAX_USED = (SLOTS / 4) * 3;

/** How many tasks have a slot at most. */
const MAX_TASKS = SLOTS / 2;

const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

export const SLOTS_BYTES = SLOTS * SLOT_WORDS * WORD_BYTES;
const OPEN_BYTES = 256;
const OPEN_WORDS = OPEN_BYTES / WORD_BYTES;
const ARGUMENTS = 2 * WORD_BYTES;
export const OPENS_BYTES = MAX_TASKS * OPEN_BYTES;

/** In the table of open calls: none; and one that is kept in TypeScript. */
export const NO_CALL = 0;
export const OPEN_ELSEWHERE = 0xffffffff;

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
    const start = place * OPEN_BYTES + ARGUMENTS;
    const length = this.#opens[place * OPEN_WORDS + 1]!;
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
    // The same hash is in scan-tasks.as.ts.
    let slot = Math.imul(id, 0x9e3779b1) >>> 16;
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

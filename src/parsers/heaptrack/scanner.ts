/**
 * The hot loop: allocation and deallocation events, straight from the bytes.
 *
 * A recording has tens of millions of lines `+ 3f2` and `- 3f2` and few others. Making strings of
 * them costs ten times as much as everything else, so the loop reads digits from the buffer and
 * writes into typed arrays, and keeps its state in locals (docs/decisions/0003-heaptrack-scan.md).
 * Its shape:
 *
 * - The input ends with a newline, so no read needs a bounds check.
 * - A digit table with -1 for everything else makes a bad digit turn the index negative, and one
 *   unsigned comparison then refuses bad digits and indexes past the table alike.
 * - The first four digits are unrolled: a loop with a variable trip count mispredicts at every line.
 * - The maximum is looked for before an event is applied, not after: while the heap grows, many
 *   events in a row make a new maximum, but only the last of them has to be noticed.
 */
import { Accounts, CALLS, DOUBLES, EPOCH, INTS, LIVE, SAVED, SIZE, TEMPORARY } from './accounts.ts';

const NEWLINE = 10;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;

/** An index of more digits than this does not fit the table's 32 bits. */
const MAX_INDEX_DIGITS = 8;

const DIGITS = new Int8Array(256).fill(-1);
for (const [value, char] of [...'0123456789abcdef'].entries()) DIGITS[char.charCodeAt(0)] = value;

/** Everything that is no plain event. Records are whole lines, from `start` to before the newline. */
export interface RecordHandler {
  /**
   * Takes one record. `lineEnd` is the first newline; a record with newlines inside may end later.
   *
   * @returns where the next record starts, or -1 when the record goes on beyond `end`.
   */
  onRecord(buffer: Uint8Array, start: number, lineEnd: number, end: number): number;
}

export class EventScanner {
  readonly accounts = new Accounts();
  /** Events applied. */
  allocations = 0;
  deallocations = 0;
  /** Bytes not freed yet. */
  live = 0;
  peak = 0;
  /** Time of the first event at which the heap was as large as `peak`. */
  peakTime = 0;
  /** Number of the last maximum. Wraps at 2^32 maxima; a stale value would have to be as old. */
  epoch = 1;
  /** Milliseconds; the handler advances it. */
  time = 0;

  /** The info of the last allocation if no event came since, else 0: heaptrack's own rule. */
  #lastAllocation = 0;
  readonly #handler: RecordHandler;

  constructor(handler: RecordHandler) {
    this.#handler = handler;
  }

  /**
   * Scans whole lines.
   *
   * @param end behind a newline.
   * @returns where it stopped: `end`, or the start of a record that goes on beyond it.
   */
  scan(buffer: Uint8Array, start: number, end: number): number {
    const { accounts } = this;
    let { doubles, ints, count } = accounts;
    let { allocations, deallocations, live, peak, epoch } = this;
    let last = this.#lastAllocation;
    let at = start;

    while (at < end) {
      const kind = buffer[at]!;
      let index = -1;
      let next = 0;
      if ((kind === PLUS || kind === MINUS) && buffer[at + 1] === SPACE) {
        index = DIGITS[buffer[at + 2]!]!;
        next = at + 3;
        let char = buffer[next]!;
        if (char !== NEWLINE) {
          index = (index << 4) | DIGITS[char]!;
          char = buffer[++next]!;
          if (char !== NEWLINE) {
            index = (index << 4) | DIGITS[char]!;
            char = buffer[++next]!;
            if (char !== NEWLINE) {
              index = (index << 4) | DIGITS[char]!;
              char = buffer[++next]!;
              while (char !== NEWLINE) {
                index = (index << 4) | DIGITS[char]!;
                char = buffer[++next]!;
                if (next - at > MAX_INDEX_DIGITS + 2) {
                  index = -1;
                  break;
                }
              }
            }
          }
        }
      }

      if (live > peak) {
        peak = live;
        this.peakTime = this.time;
        epoch = (epoch + 1) | 0;
      }

      if (index >>> 0 < count) {
        const record = index * INTS;
        const present = ints[record + LIVE]!;
        if (ints[record + EPOCH] !== epoch) {
          ints[record + SAVED] = present;
          ints[record + EPOCH] = epoch;
        }
        if (kind === PLUS) {
          ints[record + LIVE] = present + 1;
          live += doubles[index * DOUBLES + SIZE]!;
          doubles[index * DOUBLES + CALLS]!++;
          last = index;
          allocations++;
        } else {
          ints[record + LIVE] = present - 1;
          live -= doubles[index * DOUBLES + SIZE]!;
          if (index === last) ints[record + TEMPORARY]!++;
          last = 0;
          deallocations++;
        }
        at = next + 1;
        continue;
      }

      // The handler may report a line, move the clock, add infos, or apply an event itself.
      this.allocations = allocations;
      this.deallocations = deallocations;
      this.live = live;
      this.peak = peak;
      this.epoch = epoch;
      this.#lastAllocation = last;
      const after = this.#handler.onRecord(buffer, at, buffer.indexOf(NEWLINE, at), end);
      if (after === -1) return at;
      ({ doubles, ints, count } = accounts);
      ({ allocations, deallocations, live, peak, epoch } = this);
      last = this.#lastAllocation;
      at = after;
    }

    this.allocations = allocations;
    this.deallocations = deallocations;
    this.live = live;
    this.peak = peak;
    this.epoch = epoch;
    this.#lastAllocation = last;
    return at;
  }

  /** Applies an event that the loop could not read itself (a line with a carriage return). */
  apply(kind: '+' | '-', index: number): void {
    const line = new TextEncoder().encode(`${kind} ${index.toString(16)}\n`);
    this.scan(line, 0, line.length);
  }

  /** Call once after the last event. */
  finish(): void {
    if (this.live <= this.peak) return;
    this.peak = this.live;
    this.peakTime = this.time;
    this.epoch = (this.epoch + 1) | 0;
  }
}

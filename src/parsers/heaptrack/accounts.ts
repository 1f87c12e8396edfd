/**
 * The running accounts of a recording: one record per allocation info (a pair of size and stack).
 *
 * A record is 32 bytes, so that everything an event touches lies in half a cache line; recordings
 * with millions of infos are bound by cache misses, not by arithmetic. Two views on one buffer give
 * access to its doubles and its integers.
 *
 *     bytes   0  size       double   bytes requested
 *             8  calls      double   allocations so far
 *            16  LIVE       int32    allocations not freed yet
 *            20  TEMPORARY  uint32   frees directly after the allocation
 *            24  EPOCH      int32    the maximum for which SAVED was taken
 *            28  SAVED      int32    LIVE at that maximum
 *
 * What was live at the global maximum is known without copying anything when a new maximum comes:
 * the maxima are numbered, and the first change of a record after one saves its old value. A record
 * untouched since then still holds the value itself.
 */
const RECORD_BYTES = 32;

/** Doubles per record, and the place of each. */
export const DOUBLES = RECORD_BYTES / 8;
export const SIZE = 0;
export const CALLS = 1;

/** Integers per record, and the place of each. */
export const INTS = RECORD_BYTES / 4;
export const LIVE = 4;
export const TEMPORARY = 5;
export const EPOCH = 6;
export const SAVED = 7;

export class Accounts {
  doubles: Float64Array;
  ints: Int32Array;
  count = 0;

  constructor(capacity = 1024) {
    const buffer = new ArrayBuffer(capacity * RECORD_BYTES);
    this.doubles = new Float64Array(buffer);
    this.ints = new Int32Array(buffer);
  }

  add(size: number): void {
    if ((this.count + 1) * DOUBLES > this.doubles.length) this.#grow();
    this.doubles[this.count * DOUBLES + SIZE] = size;
    this.count++;
  }

  /** @param epoch number of the last maximum. */
  atPeak(index: number, epoch: number): number {
    const at = index * INTS;
    return this.ints[at + EPOCH] === epoch ? this.ints[at + SAVED]! : this.ints[at + LIVE]!;
  }

  #grow(): void {
    const larger = new Accounts((this.doubles.length / DOUBLES) * 2);
    larger.doubles.set(this.doubles);
    this.doubles = larger.doubles;
    this.ints = larger.ints;
  }
}

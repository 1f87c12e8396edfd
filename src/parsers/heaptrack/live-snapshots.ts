import type { HeapSnapshot } from '../../model/allocation-profile.ts';

/**
 * Copies of what was live, spread evenly over a recording whose length nobody knows beforehand:
 * when there are too many, every other one goes, and the next are taken half as often.
 */
export class LiveSnapshots {
  readonly #most: number;
  #kept: HeapSnapshot[] = [];
  #stride = 1;
  #stamp = 0;

  /** @param wanted how many there will be at most; at least half as many if the clock allows. */
  constructor(wanted: number) {
    this.#most = wanted;
  }

  /** Called at each clock stamp; `take` is called only for those that are kept. */
  at(time: number, take: () => Float64Array): void {
    const stamp = this.#stamp++;
    if (this.#most === 0 || stamp % this.#stride !== 0) return;
    if (this.#kept.length === this.#most) {
      this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
      if (stamp % this.#stride !== 0) return;
    }
    this.#kept.push({ time, live: take() });
  }

  finish(): readonly HeapSnapshot[] {
    return this.#kept;
  }
}

import type { HeapSnapshot } from '../../model/allocation-profile.ts';

/** All snapshots together take no more than this: recordings with many call stacks have fewer. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Copies of what was live and had been allocated, spread evenly over a recording whose length nobody
 * knows beforehand: when there are too many, every other one goes, and the next are taken half as
 * often.
 */
export class HeapSnapshots {
  readonly #most: number;
  readonly #mostBytes: number;
  #kept: HeapSnapshot[] = [];
  #stride = 1;
  #stamp = 0;

  /** @param wanted how many there will be at most; at least half as many if clock and memory allow. */
  constructor(wanted: number, mostBytes = MOST_BYTES) {
    this.#most = wanted;
    this.#mostBytes = mostBytes;
  }

  /** Called at each clock stamp; `take` is called only for those that are kept. */
  at(time: number, take: () => Omit<HeapSnapshot, 'time'>): void {
    const stamp = this.#stamp++;
    if (this.#most === 0 || stamp % this.#stride !== 0) return;
    if (this.#kept.length === this.#most) this.#halve();
    if (stamp % this.#stride !== 0) return;
    this.#kept.push({ time, ...take() });
    while (this.#kept.length > 1 && this.#bytes() > this.#mostBytes) this.#halve();
  }

  finish(): readonly HeapSnapshot[] {
    return this.#kept;
  }

  #halve(): void {
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  #bytes(): number {
    return this.#kept.reduce(
      (sum, { live, calls, temporary, allocated }) =>
        sum + live.byteLength + calls.byteLength + temporary.byteLength + allocated.byteLength,
      0,
    );
  }
}

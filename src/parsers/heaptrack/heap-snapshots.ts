import type { AllocationTable, HeapSnapshot } from '../../model/heap-profile.ts';
import { type CostCounts, costsByTrace } from './cost-records.ts';

/** All snapshots together take no more than this: recordings with very many call stacks have fewer. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Four numbers by call stack, which is what a snapshot has in the end. */
const BYTES_PER_TRACE = 4 * 8;

/**
 * Copies of what was live and had been allocated, spread evenly over a recording whose length nobody
 * knows beforehand: when there are too many, every other one goes, and the next are taken half as
 * often.
 */
export class HeapSnapshots {
  readonly #most: number;
  readonly #mostBytes: number;
  #kept: { readonly time: number; readonly counts: CostCounts }[] = [];
  #stride = 1;
  #stamp = 0;

  /** @param wanted how many there will be at most; at least half as many if clock and memory allow. */
  constructor(wanted: number, mostBytes = MOST_BYTES) {
    this.#most = wanted;
    this.#mostBytes = mostBytes;
  }

  /** Called at each clock stamp; `take` is called only for those that are kept. */
  at(time: number, take: () => CostCounts): void {
    const stamp = this.#stamp++;
    if (this.#most === 0 || stamp % this.#stride !== 0) return;
    if (this.#kept.length === this.#most) this.#halve();
    if (stamp % this.#stride !== 0) return;
    this.#kept.push({ time, counts: take() });
    while (this.#kept.length > 1 && this.#bytes() > this.#mostBytes) this.#halve();
  }

  /** @param table of the same infos. */
  finish(table: Pick<AllocationTable, 'trace' | 'size'>): readonly Required<HeapSnapshot>[] {
    const snapshots: Required<HeapSnapshot>[] = [];
    // Each copy goes when its costs are there, so that memory is not needed twice.
    for (let copy = this.#kept.shift(); copy !== undefined; copy = this.#kept.shift()) {
      snapshots.push({ time: copy.time, ...costsByTrace(copy.counts, table) });
    }
    return snapshots;
  }

  #halve(): void {
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  #bytes(): number {
    return this.#kept.reduce((sum, { counts: { traceCount, calls, temporary, live } }) => {
      const bytes = calls.byteLength + temporary.byteLength + live.byteLength;
      return sum + Math.max(bytes, traceCount * BYTES_PER_TRACE);
    }, 0);
  }
}

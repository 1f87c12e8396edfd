import { GLIBC_MMAP_THRESHOLD } from '../../../knowledge/allocators/glibc.ts';
import { isDirectArena } from '../../../knowledge/allocators/placement.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { FreshMapping, GrowthChain } from './growth-chain.ts';

/** Buffers that went through the same lengths in the same way, and are gone. */
export interface ChainGroup {
  /** The first of them. */
  readonly chain: GrowthChain;
  count: number;
}

/** Groups that are kept; a log can hold millions of short-lived buffers. */
const KEPT = 64;

/** Mappings that are smaller are no blocks of an unchanged malloc. */
const SMALLEST_BUFFER = GLIBC_MMAP_THRESHOLD;

/** Whether a mapping that kept its length can be a block of malloc, and no arena of a runtime. */
export function isBuffer({ mapped, length }: FreshMapping): boolean {
  return mapped >= SMALLEST_BUFFER && !isDirectArena(length);
}

/** One-shot buffers that are kept by themselves. */
const KEPT_ONE_SHOTS = 16;

/** Puts a buffer into a list that has the largest first, if it is among them. */
export function keepLargest(largest: FreshMapping[], mapping: FreshMapping): void {
  if (largest.length === KEPT_ONE_SHOTS) {
    if (mapping.mapped <= largest.at(-1)!.mapped) return;
    largest.pop();
  }
  const at = largest.findIndex(({ mapped }) => mapped < mapping.mapped);
  largest.splice(at === -1 ? largest.length : at, 0, mapping);
}

/** Buffers whose mappings are gone: those that grew, the largest first, and sums of the rest. */
export class HistoryTotals {
  /** Of the buffers that grew, how many are not among the groups. */
  notKept = 0;
  /** Buffers that were mapped and unmapped in one length. */
  oneShots = 0;
  oneShotBytes: Bytes = 0;
  readonly #largest: FreshMapping[] = [];

  readonly #groups = new Map<string, ChainGroup>();

  add(chain: GrowthChain): void {
    const key = chain.steps.map(({ kind, length }) => `${kind} ${length}`).join();
    const group = this.#groups.get(key);
    if (group) {
      group.count++;
      return;
    }
    this.#groups.set(key, { chain, count: 1 });
    if (this.#groups.size >= 2 * KEPT) this.#drop();
  }

  addOneShot(mapping: FreshMapping): void {
    if (!isBuffer(mapping)) return;
    this.oneShots++;
    this.oneShotBytes += mapping.mapped;
    keepLargest(this.#largest, mapping);
  }

  get largestOneShots(): readonly FreshMapping[] {
    return this.#largest;
  }

  /** The largest first. */
  get groups(): readonly ChainGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.chain.peak - a.chain.peak);
  }

  #drop(): void {
    const ranked = [...this.#groups].sort(([, a], [, b]) => b.chain.peak - a.chain.peak);
    for (const [key, { count }] of ranked.slice(KEPT)) {
      this.notKept += count;
      this.#groups.delete(key);
    }
  }
}

import type { AllocationTable, ExactFacts, GrowthSteps } from '../../model/heap-profile.ts';
import type { Accounts } from './accounts.ts';
import { AddressTable, EXTRA, TAG } from './address-table.ts';
import {
  CALLS,
  type CostCounts,
  costsOf,
  countsOf,
  EPOCH,
  LIVE,
  SAVED,
  TEMPORARY,
} from './cost-records.ts';
import { GrowthStepCounter } from './growth-steps.ts';
import {
  GROWN,
  GROWN_IN_PLACE,
  InfoTable,
  LIFETIME_DOUBLE,
  RECORD_DOUBLES,
  RECORD_WORDS,
} from './info-table.ts';
import { COPIED } from './scan/layout.ts';

/** A block's tag: one more than its info, and above that how often it has grown. */
const INFO_BITS = 27;
const INFO_MASK = 2 ** INFO_BITS - 1;

/** Steps beyond this are counted as this many; a size that doubles each time gets nowhere near. */
const MOST_STEPS = 2 ** (32 - INFO_BITS) - 1;

/** Equal to no info. */
const NONE = -1;

/** Classes of lifetimes: 0 ms, 1, 2 to 3, 4 to 7, and so on. */
const LIFETIME_CLASSES = 33;

/**
 * The accounts of a recording whose events name addresses: each free is that of one known block.
 *
 * Costs and peak follow the same rules as in scan.as.ts, so that a raw recording adds up to what
 * its interpreted form does. Maxima are looked for before something is freed and before the clock
 * moves: until then the heap only grows.
 */
export class PointerAccounts implements Accounts {
  allocations = 0;
  temporaries = 0;
  live = 0;
  peak = 0;
  peakTime = 0;
  time = 0;

  readonly #infos = new InfoTable();
  readonly #blocks = new AddressTable();
  #traceCount = 1;
  #crest = 0;
  #epoch = 1;

  /** The block that the last event allocated or freed, if it was a known one. */
  #lastHigh = 0;
  #lastLow = 0;
  #allocatedInfo = NONE;
  #freedInfo = NONE;
  #freedSteps = 0;

  readonly #steps: GrowthStepCounter | undefined;
  /** For growth steps: the last event of a known block. */
  #stepInfo = NONE;
  #stepWasAllocation = false;

  #unknownFrees = 0;
  #lostFrees = 0;
  #lostBytes = 0;
  readonly #lifetimes = new Float64Array(LIFETIME_CLASSES);
  /** How many blocks grew for the nth time, by n. */
  readonly #grown = new Float64Array(MOST_STEPS + 1);

  constructor(wantsSteps: boolean) {
    this.#steps = wantsSteps ? new GrowthStepCounter() : undefined;
  }

  get traceCount(): number {
    return this.#traceCount;
  }

  set traceCount(count: number) {
    this.#traceCount = count;
    this.#infos.reserveTraces(count);
  }

  /** @param trace below `traceCount`. */
  allocate(size: number, trace: number, high: number, low: number): void {
    // What does not let the heap grow comes after its maximum.
    if (size === 0) this.notice();
    const infos = this.#infos;
    const info = infos.find(size, trace);
    const at = info * RECORD_WORDS;
    this.#save(at);
    infos.words[at + CALLS]!++;
    infos.words[at + LIVE]!++;
    this.allocations++;
    this.live += size;

    let steps = 0;
    if (this.#freedInfo !== NONE && infos.sizeOf(this.#freedInfo) < size) {
      steps = Math.min(MOST_STEPS, this.#freedSteps + 1);
      this.#grown[steps]!++;
      infos.words[at + GROWN]!++;
      if (low === this.#lastLow && high === this.#lastHigh) infos.words[at + GROWN_IN_PLACE]!++;
    }

    const slot = this.#blocks.findOrInsert(high, low);
    const { words } = this.#blocks;
    const tag = words[slot + TAG]!;
    if (tag !== 0) {
      this.#lostFrees++;
      this.#lostBytes += infos.sizeOf((tag & INFO_MASK) - 1);
    }
    words[slot + TAG] = (info + 1) | (steps << INFO_BITS);
    words[slot + EXTRA] = this.time;

    if (this.#steps) this.#addStep(info, true);
    this.#allocatedInfo = info;
    this.#freedInfo = NONE;
    this.#lastHigh = high;
    this.#lastLow = low;
  }

  free(high: number, low: number): void {
    const blocks = this.#blocks;
    const slot = blocks.find(high, low);
    if (slot === -1) {
      this.#unknownFrees++;
      this.#allocatedInfo = NONE;
      this.#freedInfo = NONE;
      return;
    }
    this.notice();
    const tag = blocks.words[slot + TAG]!;
    const lifetime = (this.time - blocks.words[slot + EXTRA]!) >>> 0;
    blocks.remove(slot);

    const info = (tag & INFO_MASK) - 1;
    const at = info * RECORD_WORDS;
    const { words, doubles } = this.#infos;
    this.#save(at);
    words[at + LIVE]!--;
    this.live -= doubles[info * RECORD_DOUBLES]!;
    if (this.#allocatedInfo !== NONE && low === this.#lastLow && high === this.#lastHigh) {
      words[at + TEMPORARY]!++;
      this.temporaries++;
    }
    this.#lifetimes[32 - Math.clz32(lifetime)]!++;
    doubles[info * RECORD_DOUBLES + LIFETIME_DOUBLE]! += lifetime;

    if (this.#steps) this.#addStep(info, false);
    this.#allocatedInfo = NONE;
    this.#freedInfo = info;
    this.#freedSteps = tag >>> INFO_BITS;
    this.#lastHigh = high;
    this.#lastLow = low;
  }

  /** Notes a maximum; call before the heap shrinks and before the clock moves. */
  notice(): void {
    if (this.live > this.#crest) this.#crest = this.live;
    if (this.live <= this.peak) return;
    this.peak = this.live;
    this.peakTime = this.time;
    this.#epoch = (this.#epoch + 1) | 0;
  }

  takeCrest(): number {
    this.notice();
    const crest = this.#crest;
    this.#crest = this.live;
    return crest;
  }

  beginWindow(): void {
    this.takeCrest();
    this.peak = this.live;
    this.peakTime = this.time;
    this.#epoch = (this.#epoch + 1) | 0;
    // Both halves of a temporary allocation, or of a growth step, must lie in the window.
    this.#allocatedInfo = NONE;
    this.#freedInfo = NONE;
    this.#stepInfo = NONE;
    this.#infos.clearColumns();
    this.#lifetimes.fill(0);
    this.#grown.fill(0);
    this.#unknownFrees = 0;
    this.#lostFrees = 0;
    this.#lostBytes = 0;
  }

  costs(): AllocationTable {
    this.notice();
    return costsOf(this.#infos.records(this.#epoch));
  }

  counts(traceCount: number): CostCounts {
    return countsOf(this.#infos.records(this.#epoch), traceCount);
  }

  growthSteps(): GrowthSteps | undefined {
    return this.#steps?.finish();
  }

  exactFacts(): ExactFacts {
    const infos = this.#infos;
    return {
      rows: {
        lifetime: infos.column('lifetime').map((milliseconds) => milliseconds / 1000),
        grown: infos.column(GROWN),
        grownInPlace: infos.column(GROWN_IN_PLACE),
      },
      lifetimes: trimmed(this.#lifetimes),
      freed: this.#lifetimes.reduce((sum, count) => sum + count, 0),
      neverFreed: this.#blocks.count,
      chains: trimmed(this.#grown),
      unknownFrees: this.#unknownFrees,
      lostFrees: this.#lostFrees,
      lostBytes: this.#lostBytes,
    };
  }

  /** Keeps a record's live count as it was at the last maximum, before it changes. */
  #save(at: number): void {
    const { words } = this.#infos;
    if (words[at + EPOCH] === this.#epoch) return;
    words[at + EPOCH] = this.#epoch;
    words[at + SAVED] = words[at + LIVE]!;
  }

  /** As in scan.as.ts; frees of unknown blocks are no events there. */
  #addStep(info: number, isAllocation: boolean): void {
    const before = this.#stepInfo;
    const infos = this.#infos;
    if (
      before !== NONE &&
      before !== info &&
      this.#stepWasAllocation !== isAllocation &&
      infos.traceOf(before) === infos.traceOf(info)
    ) {
      const [larger, smaller] = isAllocation ? [info, before] : [before, info];
      if (infos.sizeOf(larger) > infos.sizeOf(smaller)) {
        this.#steps!.add(isAllocation ? larger : larger + COPIED, smaller);
      }
    }
    this.#stepInfo = info;
    this.#stepWasAllocation = isAllocation;
  }
}

/** Without the zeros at the end. */
function trimmed(counts: Float64Array): Float64Array {
  return counts.slice(0, counts.findLastIndex((count) => count !== 0) + 1);
}

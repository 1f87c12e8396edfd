import type { AllocationTable, HeapRequest, HeapSnapshot } from '../../model/heap-profile.ts';
import { TimelineBuilder } from '../timeline-builder.ts';
import type { Accounts } from './accounts.ts';
import { HeapSnapshots } from './heap-snapshots.ts';
import type { Tables } from './tables.ts';

/** Costs when the window began, to be subtracted at its end. */
interface Start {
  readonly costs: AllocationTable;
  readonly calls: number;
  readonly temporary: number;
  readonly live: number;
}

/**
 * What happens when the recorder's clock moves, about every 10 ms: a point of the timeline, a
 * snapshot, the window's beginning and end. Events carry no time of their own.
 */
export class ClockWatch {
  readonly #accounts: Accounts;
  readonly #tables: Tables;
  readonly #timeline = new TimelineBuilder();
  readonly #snapshots: HeapSnapshots;
  /** Milliseconds. */
  readonly #from: number;
  readonly #to: number;
  #start: Start | undefined;
  #isPast = false;
  /** Milliseconds: the first stamp behind the window. */
  #pastTime: number | undefined;

  constructor(accounts: Accounts, tables: Tables, { window, snapshots }: HeapRequest) {
    this.#accounts = accounts;
    this.#tables = tables;
    this.#from = (window?.from ?? 0) * 1000;
    this.#to = (window?.to ?? Number.POSITIVE_INFINITY) * 1000;
    this.#snapshots = new HeapSnapshots(snapshots ?? 0);
  }

  /** @param time milliseconds, not before the last. */
  advance(time: number): void {
    const accounts = this.#accounts;
    if (this.isInWindow) this.#mark(Math.min(time, this.#to));
    if (time >= this.#to) {
      this.#isPast = true;
      this.#pastTime = time;
      return;
    }
    const isStart = !this.isInWindow && time >= this.#from;
    accounts.time = time;
    if (!isStart) return;
    accounts.beginWindow();
    this.#start = {
      costs: accounts.costs(),
      calls: accounts.allocations,
      temporary: accounts.temporaries,
      live: accounts.live,
    };
  }

  get isInWindow(): boolean {
    return this.#from === 0 || this.#start !== undefined;
  }

  /** The window has ended; nothing more is to be read. */
  get isPast(): boolean {
    return this.#isPast;
  }

  /** The last stamp before the window and the first behind it, in milliseconds. */
  get around(): { readonly before: number; readonly behind: number | undefined } {
    return { before: this.#accounts.time, behind: this.#pastTime };
  }

  setResident(bytes: number): void {
    this.#timeline.setResident(bytes);
  }

  finish(): { timeline: ReturnType<TimelineBuilder['finish']>; start: Start | undefined } {
    if (this.isInWindow && !this.#isPast) this.#mark(this.#accounts.time);
    return { timeline: this.#timeline.finish(), start: this.#start };
  }

  /** @param costs the ones at the end. */
  snapshots(costs: AllocationTable): readonly Required<HeapSnapshot>[] {
    return this.#snapshots.finish(costs);
  }

  #mark(time: number): void {
    const accounts = this.#accounts;
    this.#timeline.push({
      time: time / 1000,
      live: accounts.takeCrest(),
      calls: accounts.allocations - (this.#start?.calls ?? 0),
      temporary: accounts.temporaries - (this.#start?.temporary ?? 0),
      resident: Number.NaN,
    });
    this.#snapshots.at(time / 1000, () => accounts.counts(this.#tables.traceCount));
  }
}

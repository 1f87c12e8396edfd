import type { AllocationTable, HeapRequest, HeapSnapshot } from '../../model/allocation-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import { LiveSnapshots } from './live-snapshots.ts';
import type { EventScanner } from './scanner.ts';
import type { Tables } from './tables.ts';
import { TimelineBuilder } from './timeline-builder.ts';

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
  readonly #scanner: EventScanner;
  readonly #tables: Tables;
  readonly #timeline = new TimelineBuilder();
  readonly #snapshots: LiveSnapshots;
  /** Milliseconds. */
  readonly #from: number;
  readonly #to: number;
  #start: Start | undefined;
  #isPast = false;

  constructor(scanner: EventScanner, tables: Tables, { window, snapshots }: HeapRequest) {
    this.#scanner = scanner;
    this.#tables = tables;
    this.#from = (window?.from ?? 0) * 1000;
    this.#to = (window?.to ?? Number.POSITIVE_INFINITY) * 1000;
    this.#snapshots = new LiveSnapshots(snapshots ?? 0);
  }

  /** @param time milliseconds, not before the last. */
  advance(time: number): void {
    const scanner = this.#scanner;
    if (this.isInWindow) this.#mark(Math.min(time, this.#to));
    if (time >= this.#to) {
      this.#isPast = true;
      return;
    }
    const isStart = !this.isInWindow && time >= this.#from;
    scanner.time = time;
    if (!isStart) return;
    scanner.takeCrest();
    scanner.restartPeak();
    this.#start = {
      costs: scanner.costs(),
      calls: scanner.allocations,
      temporary: scanner.temporaries,
      live: scanner.live,
    };
  }

  get isInWindow(): boolean {
    return this.#from === 0 || this.#start !== undefined;
  }

  /** The window has ended; nothing more is to be read. */
  get isPast(): boolean {
    return this.#isPast;
  }

  setResident(bytes: number): void {
    this.#timeline.setResident(bytes);
  }

  finish(): { timeline: Timeline; snapshots: readonly HeapSnapshot[]; start: Start | undefined } {
    if (this.isInWindow && !this.#isPast) this.#mark(this.#scanner.time);
    return {
      timeline: this.#timeline.finish(),
      snapshots: this.#snapshots.finish(),
      start: this.#start,
    };
  }

  #mark(time: number): void {
    const scanner = this.#scanner;
    this.#timeline.push({
      time: time / 1000,
      live: scanner.takeCrest(),
      calls: scanner.allocations - (this.#start?.calls ?? 0),
      temporary: scanner.temporaries - (this.#start?.temporary ?? 0),
      resident: Number.NaN,
    });
    this.#snapshots.at(time / 1000, () => scanner.liveByTrace(this.#tables.traceCount));
  }
}

import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { AllocationTable, ExactFacts, GrowthSteps } from '../../model/heap-profile.ts';
import type { CostCounts } from './cost-records.ts';
import type { Fields } from './fields.ts';

/** What the events of a recording add up to, while they are read. */
export interface Accounts {
  /** Milliseconds of the recorder's clock; its records advance it. */
  time: number;
  /** How many call stacks are known; events that name a later one are damaged. */
  traceCount: number;
  readonly allocations: number;
  readonly temporaries: number;
  /** Bytes not freed yet, and the most of all. */
  readonly live: number;
  readonly peak: number;
  /** Milliseconds, when the heap was first as large as `peak`. */
  readonly peakTime: number;
  /** The most that was live since this was last asked. */
  takeCrest(): number;
  /** Forgets the peak and what else cannot be subtracted, and begins anew with what is live now. */
  beginWindow(): void;
  /** The costs up to now, as a copy. */
  costs(): AllocationTable;
  /** What the costs up to now are counted from, as a copy. */
  counts(traceCount: number): CostCounts;
  /** Undefined where they were not wanted. */
  growthSteps(): GrowthSteps | undefined;
  /** Undefined where the recording does not tell blocks apart. */
  exactFacts(): ExactFacts | undefined;
}

/** Why an event was left out. */
export interface EventProblem {
  readonly code: Extract<DiagnosticCode, `heaptrack/${string}`>;
  readonly message: string;
}

/** Finds the events in the bytes of a recording, and applies them to the accounts. */
export interface RecordScanner {
  /** How many code addresses are known. */
  ipCount: number;
  /** Lines that were taken without asking the handler, or that it gave back with `takeEvent`. */
  readonly lines: number;
  /**
   * Scans whole lines.
   *
   * @param end behind a newline, at most `MAX_RUN_BYTES` from `start`.
   * @returns where it stopped: `end`, or the start of a record that goes on beyond it.
   */
  scan(buffer: Uint8Array, start: number, end: number): number;
  /** Applies an event that the scan left to the handler, if it can be read after all. */
  takeEvent(letter: '+' | '-', fields: Fields): EventProblem | undefined;
}

/** Takes what the scan does not keep itself. */
export interface RecordHandler {
  /** Takes a call stack; both are known. */
  onTrace(ip: number, parent: number): void;

  /**
   * Takes any record that is no event, stack or allocation info, and those that are not in order.
   *
   * @param end behind the last whole line that is there.
   * @returns where the next record starts, or -1 when this one goes on beyond `end`.
   */
  onRecord(buffer: Uint8Array, start: number, end: number): number;
}

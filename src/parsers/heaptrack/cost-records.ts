import type { AllocationTable, HeapSnapshot } from '../../model/heap-profile.ts';
import { CALLS_AT, EPOCH_AT, LIVE_AT, SAVED_AT, TEMPORARY_AT, TRACE_AT } from './scan/layout.ts';

/**
 * Costs as they are kept while events are read: one record per allocation info, so that an event
 * touches one or two cache lines. scan/layout.ts says what each field means, and scan/scan.as.ts how
 * `epoch` and `saved` tell what was live at the peak.
 */
export interface CostRecords {
  readonly buffer: ArrayBufferLike;
  /** Byte where the first one lies. */
  readonly offset: number;
  readonly count: number;
  /** 32, or more where other fields follow the common ones. */
  readonly recordBytes: number;
  /** Number of the last maximum. */
  readonly epoch: number;
}

/** Fields in words of four bytes; the size is a double in the first two. */
export const CALLS = CALLS_AT / 4;
export const TEMPORARY = TEMPORARY_AT / 4;
export const LIVE = LIVE_AT / 4;
export const EPOCH = EPOCH_AT / 4;
export const SAVED = SAVED_AT / 4;
export const TRACE = TRACE_AT / 4;

/** The costs, copied out. */
export function costsOf({
  buffer,
  offset,
  count,
  recordBytes,
  epoch,
}: CostRecords): AllocationTable {
  const words = new Int32Array(buffer, offset, (count * recordBytes) / 4);
  const doubles = new Float64Array(buffer, offset, (count * recordBytes) / 8);
  const column = () => new Float64Array(count);
  const table = {
    count,
    size: column(),
    trace: new Uint32Array(count),
    calls: column(),
    live: column(),
    atPeak: column(),
    temporary: column(),
  };
  for (let i = 0; i < count; i++) {
    const at = (i * recordBytes) / 4;
    const live = words[at + LIVE]!;
    table.size[i] = doubles[at / 2]!;
    table.trace[i] = words[at + TRACE]!;
    table.calls[i] = words[at + CALLS]! >>> 0;
    table.live[i] = live;
    table.atPeak[i] = words[at + EPOCH] === epoch ? words[at + SAVED]! : live;
    table.temporary[i] = words[at + TEMPORARY]! >>> 0;
  }
  return table;
}

/** What can change of costs, by info, as it was at one time. Call stacks and sizes stay. */
export interface CostCounts {
  /** Call stacks that were known then. */
  readonly traceCount: number;
  readonly calls: Uint32Array;
  readonly temporary: Uint32Array;
  readonly live: Int32Array;
}

/** Copied in the order of the records, which is far faster than summing them by call stack. */
export function countsOf(records: CostRecords, traceCount: number): CostCounts {
  const { buffer, offset, count, recordBytes } = records;
  const words = new Int32Array(buffer, offset, (count * recordBytes) / 4);
  const step = recordBytes / 4;
  const calls = new Uint32Array(count);
  const temporary = new Uint32Array(count);
  const live = new Int32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += step) {
    calls[i] = words[at + CALLS]!;
    temporary[i] = words[at + TEMPORARY]!;
    live[i] = words[at + LIVE]!;
  }
  return { traceCount, calls, temporary, live };
}

/** Counts as costs by call stack. */
export function costsByTrace(
  counts: CostCounts,
  { trace, size }: Pick<AllocationTable, 'trace' | 'size'>,
): Required<Omit<HeapSnapshot, 'time'>> {
  const column = () => new Float64Array(counts.traceCount);
  const [live, calls, temporary, allocated] = [column(), column(), column(), column()];
  for (let info = 0; info < counts.calls.length; info++) {
    const at = trace[info]!;
    const called = counts.calls[info]!;
    live[at]! += counts.live[info]! * size[info]!;
    calls[at]! += called;
    temporary[at]! += counts.temporary[info]!;
    allocated[at]! += called * size[info]!;
  }
  return { live, calls, temporary, allocated };
}

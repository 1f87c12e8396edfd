import type {
  AllocationTable,
  CostColumns,
  ExactFacts,
  HeapProfile,
  HeapRequest,
  HeapSnapshot,
  HeapTotals,
  TraceIndex,
} from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { RecordReader } from './record-reader.ts';
import type { ProfileTables } from './tables.ts';

/** What a window added: everything up to its end less everything before its beginning. */
function subtract(costs: AllocationTable, before: AllocationTable): AllocationTable {
  const difference = (name: 'calls' | 'live' | 'temporary') =>
    costs[name].map((value, row) => value - (before[name][row] ?? 0));
  return {
    ...costs,
    calls: difference('calls'),
    live: difference('live'),
    temporary: difference('temporary'),
  };
}

/** Sums the rows of each call stack. */
function sumByTrace(
  { count, trace, size, calls, temporary, atPeak, live }: AllocationTable,
  traceCount: number,
): HeaptrackCosts {
  const sums = {
    calls: new Float64Array(traceCount),
    temporary: new Float64Array(traceCount),
    peak: new Float64Array(traceCount),
    leaked: new Float64Array(traceCount),
    allocated: new Float64Array(traceCount),
  };
  // Plain locals: this loop is so short-lived that it is never compiled, and runs over millions.
  const { calls: sumCalls, temporary: sumTemporary, peak, leaked, allocated } = sums;
  for (let row = 0; row < count; row++) {
    const at = trace[row]!;
    const bytes = size[row]!;
    const called = calls[row]!;
    sumCalls[at]! += called;
    allocated[at]! += called * bytes;
    sumTemporary[at]! += temporary[row]!;
    peak[at]! += atPeak[row]! * bytes;
    leaked[at]! += live[row]! * bytes;
  }
  return sums;
}

type HeaptrackCosts = Required<
  Pick<CostColumns, 'calls' | 'temporary' | 'peak' | 'leaked' | 'allocated'>
>;

/** `operator new` does not grow a block: what was freed before it only made room. */
function withoutNew(
  exact: ExactFacts,
  traceOfRow: Uint32Array,
  operatorNewTraces: ReadonlySet<TraceIndex>,
): ExactFacts {
  if (operatorNewTraces.size === 0) return exact;
  const kept = (column: Float64Array) =>
    column.map((count, row) => (operatorNewTraces.has(traceOfRow[row]!) ? 0 : count));
  const { rows } = exact;
  const grown = kept(rows.grown);
  const areChainsMixed = grown.some((count, row) => count !== rows.grown[row]);
  return {
    ...exact,
    rows: { ...rows, grown, grownInPlace: kept(rows.grownInPlace) },
    areChainsMixed,
  };
}

/** What all of heaptrack's recordings have. */
export interface HeaptrackProfile extends HeapProfile {
  readonly allocations: AllocationTable;
  readonly costs: HeaptrackCosts;
  readonly totals: Known<Omit<HeapTotals, 'peakResident'>> & Pick<HeapTotals, 'peakResident'>;
  readonly timeline: Known<Timeline>;
  readonly snapshots: readonly Required<HeapSnapshot>[];
}

type Known<Columns> = { readonly [Name in keyof Columns]: Exclude<Columns[Name], undefined> };

/** What a recording that has been read to its end, or to that of the window, amounts to. */
export function buildProfile(
  reader: RecordReader,
  { operatorNewTraces, ...tables }: ProfileTables,
  window: HeapRequest['window'],
): HeaptrackProfile {
  const { accounts, header, peakResident } = reader;
  const { timeline, start } = reader.clock.finish();
  const costs = accounts.costs();
  const allocations = start ? subtract(costs, start.costs) : costs;
  let allocated = 0;
  for (let i = 0; i < allocations.count; i++) {
    allocated += allocations.calls[i]! * allocations.size[i]!;
  }
  const counted = accounts.exactFacts();
  const exact = counted && withoutNew(counted, allocations.trace, operatorNewTraces);
  // The recorder stamps about every 10 ms; heaptrack counts the last stamp's millisecond whole.
  const end = reader.clock.isPast && window ? window.to : (accounts.time + 1) / 1000;
  return {
    kind: 'heap-profile',
    recording: header.recording(),
    ...tables,
    costs: sumByTrace(allocations, tables.traces.count),
    inexact: {},
    allocations,
    totals: {
      calls: accounts.allocations - (start?.calls ?? 0),
      temporary: accounts.temporaries - (start?.temporary ?? 0),
      allocated,
      peak: accounts.peak,
      peakTime: accounts.peakTime / 1000,
      leaked: accounts.live - (start?.live ?? 0),
      peakResident,
      runtime: end - (window?.from ?? 0),
    },
    timeline,
    window: window && { from: window.from, to: end },
    growthSteps: accounts.growthSteps(),
    snapshots: reader.clock.snapshots(costs),
    temporaryRule: exact === undefined ? 'same-info' : 'exact',
    exact,
  };
}

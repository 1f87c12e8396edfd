import type {
  AllocationProfile,
  AllocationTable,
  HeapRequest,
} from '../../model/allocation-profile.ts';
import type { RecordReader } from './record-reader.ts';

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

/** The tables that costs refer to. */
export type ProfileTables = Pick<AllocationProfile, 'strings' | 'ips' | 'traces'>;

/** What a recording that has been read to its end, or to that of the window, amounts to. */
export function buildProfile(
  reader: RecordReader,
  tables: ProfileTables,
  window: HeapRequest['window'],
): AllocationProfile {
  const { accounts, header, peakResident } = reader;
  const { timeline, start } = reader.clock.finish();
  const costs = accounts.costs();
  const allocations = start ? subtract(costs, start.costs) : costs;
  let allocated = 0;
  for (let i = 0; i < allocations.count; i++) {
    allocated += allocations.calls[i]! * allocations.size[i]!;
  }
  const exact = accounts.exactFacts();
  // The recorder stamps about every 10 ms; heaptrack counts the last stamp's millisecond whole.
  const end = reader.clock.isPast && window ? window.to : (accounts.time + 1) / 1000;
  return {
    kind: 'allocation-profile',
    recording: header.recording(),
    ...tables,
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

import type {
  CallStacks,
  CostColumns,
  HeapProfile,
  HeapTotals,
  Recording,
} from '../model/heap-profile.ts';

/** What a format has to say of a recording; the rest was not recorded. */
type Parts = Pick<HeapProfile, 'costs'> &
  Partial<
    Pick<
      HeapProfile,
      | 'inexact'
      | 'clock'
      | 'uses'
      | 'timeline'
      | 'snapshots'
      | 'allocations'
      | 'exact'
      | 'growthSteps'
    >
  > & {
    readonly tool: string;
    readonly recording?: Partial<Recording>;
    readonly stacks: CallStacks;
    /** Totals that are not sums of costs. */
    readonly totals?: Partial<HeapTotals>;
    readonly temporaryRule?: HeapProfile['temporaryRule'];
  };

/** A heap profile of what was recorded: totals are sums of costs, and all that was not is undefined. */
export function plainProfile(parts: Parts): HeapProfile {
  const { tool, recording, stacks, totals, temporaryRule, ...told } = parts;
  const { costs } = told;
  return {
    kind: 'heap-profile',
    recording: {
      recorder: { tool, version: undefined },
      fileVersion: undefined,
      debuggee: undefined,
      pageBytes: undefined,
      systemBytes: undefined,
      attached: false,
      suppressions: [],
      ...recording,
    },
    inexact: {},
    allocations: undefined,
    timeline: undefined,
    snapshots: [],
    exact: undefined,
    growthSteps: undefined,
    ...stacks,
    ...told,
    totals: {
      calls: sumOf(costs.calls),
      temporary: sumOf(costs.temporary),
      allocated: sumOf(costs.allocated),
      peak: sumOf(costs.peak),
      peakTime: undefined,
      leaked: sumOf(costs.leaked),
      peakResident: undefined,
      runtime: undefined,
      ...totals,
    },
    window: undefined,
    temporaryRule,
  };
}

/** Costs by stack from sums by trace. @param count traces in all. */
export function costColumns(
  sums: Readonly<Partial<Record<keyof CostColumns, ReadonlyMap<number, number>>>>,
  count: number,
): CostColumns {
  return Object.fromEntries(
    Object.entries(sums).map(([kind, byTrace]) => {
      const column = new Float64Array(count);
      for (const [trace, value] of byTrace) column[trace] = value;
      return [kind, column];
    }),
  );
}

const sumOf = (column: Float64Array | undefined): number | undefined =>
  column?.reduce((sum, value) => sum + value, 0);

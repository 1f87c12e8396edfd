import type { AllocationTable, HeapProfile } from '../../model/heap-profile.ts';

/**
 * A profile in which only some call stacks allocated. Rows keep their numbers; those of other stacks
 * count nothing.
 *
 * @param keeps 1 for call stacks that are wanted, by trace.
 */
export function keptProfile(profile: HeapProfile, keeps: Uint8Array): HeapProfile {
  const { allocations, growthSteps, exact } = profile;
  if (allocations === undefined) return profile;
  const isKept = (row: number) => keeps[allocations.trace[row]!] === 1;
  const ofRows = (column: Float64Array) => column.map((value, row) => (isKept(row) ? value : 0));
  const table: AllocationTable = {
    ...allocations,
    calls: ofRows(allocations.calls),
    live: ofRows(allocations.live),
    atPeak: ofRows(allocations.atPeak),
    temporary: ofRows(allocations.temporary),
  };
  const steps = (column: Float64Array) =>
    column.map((value, step) => (isKept(growthSteps!.to[step]!) ? value : 0));
  return {
    ...profile,
    allocations: table,
    growthSteps: growthSteps && {
      ...growthSteps,
      moved: steps(growthSteps.moved),
      copied: steps(growthSteps.copied),
    },
    exact: exact && {
      ...exact,
      rows: {
        lifetime: ofRows(exact.rows.lifetime),
        grown: ofRows(exact.rows.grown),
        grownInPlace: ofRows(exact.rows.grownInPlace),
      },
    },
  };
}

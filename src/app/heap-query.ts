import { USE_KINDS } from '../analysis/heap/block-uses.ts';
import { COST_KINDS, type CostKind, recordedKinds } from '../analysis/heap/costs.ts';
import { NO_DETAILS } from '../analysis/heap/details.ts';
import type { HeapQuery } from '../analysis/heap/findings.ts';
import { NO_FILTER } from '../analysis/heap/stack-filter.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { type HeapProfile, hasSizes } from '../model/heap-profile.ts';
import { MOST_JSON_FRAMES } from '../results/heap/heap-result.ts';
import { collectLeakRules } from './leak-suppressions.ts';

/** What is looked for in a recording where nobody says otherwise. */
export const HEAP_DEFAULTS = {
  groupBy: 'place',
  rankBy: ['peak', 'calls', 'temporary', 'leaked', 'copied', 'units'],
  spots: 10,
  stacks: 3,
} as const satisfies Partial<HeapQuery> & {
  readonly rankBy: readonly CostKind[];
  readonly spots: number;
  readonly stacks: number;
};

/** A cost as flags name it: `peak-blocks`. */
export const costName = (kind: CostKind): string =>
  kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const COST_NAMES: readonly string[] = COST_KINDS.map(costName);

export const costNamed = (name: string): CostKind =>
  COST_KINDS.find((kind) => costName(kind) === name)!;

export { USE_KINDS as USE_NAMES };

const ALL_RULES = {
  suppressions: undefined,
  builtinSuppressions: true,
  embeddedSuppressions: true,
};

/** The rankings that are shown where nobody says otherwise, as far as they were recorded. */
export function defaultRankings(costs: HeapProfile['costs']): CostKind[] {
  const kinds = recordedKinds(costs);
  const [peak, ...others] = HEAP_DEFAULTS.rankBy;
  // Where nobody knows the peak, what is live at the end matters most.
  const order = kinds.includes(peak) ? HEAP_DEFAULTS.rankBy : (['leaked', ...others] as const);
  const wanted = [...new Set(order)].filter((kind) => kinds.includes(kind));
  return wanted.length > 0 ? wanted : kinds.slice(0, 1);
}

/** What `memtool heaptrack --json` asks without flags. */
export function defaultHeapQuery(profile: HeapProfile, diagnostics: Diagnostics): HeapQuery {
  const { groupBy, spots, stacks } = HEAP_DEFAULTS;
  const rankBy = defaultRankings(profile.costs);
  return {
    groupBy,
    rankBy,
    limits: { spots, stacks, frames: MOST_JSON_FRAMES },
    ownLines: { rankBy: rankBy.slice(0, 1), lines: spots, ways: 1 },
    filter: NO_FILTER,
    leakRules: collectLeakRules(ALL_RULES, profile.recording, diagnostics),
    details: {
      ...NO_DETAILS,
      by: rankBy[0] ?? NO_DETAILS.by,
      growth: hasSizes(profile),
      uses: groupBy,
    },
  };
}

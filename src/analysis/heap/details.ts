import { type HeapProfile, hasSizes, type SizedProfile } from '../../model/heap-profile.ts';
import type { Pattern } from '../../model/pattern.ts';
import { splitTop } from '../../model/split-top.ts';
import { type GrowthSite, growthSites } from '../growth/from-heap/growth-sites.ts';
import { type PlaceLives, placeLives } from './block-lifetimes.ts';
import { type BlockUseFindings, blockUses } from './block-uses.ts';
import { bottomUpTree, topDownTree } from './call-tree.ts';
import {
  callersOf,
  type FunctionCosts,
  type FunctionNeighbours,
  functionCosts,
} from './callers-callees.ts';
import { type CostedStacks, type CostKind, totalCosts } from './costs.ts';
import type { GroupKind } from './grouping.ts';
import {
  type LargestLine,
  LineIndex,
  type LiveMoment,
  largestBySize,
  largestOverTime,
} from './largest-lines.ts';
import { type SizeBucket, sizeBuckets } from './size-histogram.ts';
import { type OutlineLimits, type OutlineRow, treeOutline } from './tree-outline.ts';

export type TreeDirection = 'bottom-up' | 'top-down';

/** What to show beside the rankings. */
export interface DetailQuery {
  /** The cost that decides what matters. */
  readonly by: CostKind;
  readonly tree: { readonly direction: TreeDirection; readonly limits: OutlineLimits } | undefined;
  /** Tells the function whose callers are wanted. */
  readonly callers: Pattern | undefined;
  /** How many functions are wanted, those with most behind them; undefined where none are. */
  readonly functions?: number | undefined;
  readonly sizes: boolean;
  /** Who had most at the moments that the profile has kept. */
  readonly moments?: boolean;
  readonly growth: boolean;
  /** What to sum lifetimes by. */
  readonly lifetimes: GroupKind | undefined;
  /** What to sum the use of blocks by. */
  readonly uses: GroupKind | undefined;
}

export const NO_DETAILS: DetailQuery = {
  by: 'peak',
  tree: undefined,
  callers: undefined,
  sizes: false,
  growth: false,
  lifetimes: undefined,
  uses: undefined,
};

/** Functions by what goes through them. */
export interface RankedFunctions {
  readonly by: CostKind;
  readonly rows: readonly FunctionCosts[];
  /** Those beyond them. Functions call each other, so that no sum of them means anything. */
  readonly others: number;
}

/** Requests of similar size, and the line that asked most often. */
export interface SizeClass extends SizeBucket {
  readonly largest: LargestLine | undefined;
}

/** Each part is undefined where it was not asked for. */
export interface HeapDetails {
  /** What all stacks cost together, by the cost that details go by. */
  readonly whole: number;
  readonly functions: RankedFunctions | undefined;
  readonly tree:
    | {
        readonly direction: TreeDirection;
        readonly by: CostKind;
        readonly rows: readonly OutlineRow[];
      }
    | undefined;
  readonly callers:
    | { readonly by: CostKind; readonly found: FunctionNeighbours | undefined }
    | undefined;
  readonly sizes: readonly SizeClass[] | undefined;
  /** Undefined where the recorder's clock counts no seconds. */
  readonly moments: readonly LiveMoment[] | undefined;
  readonly growth: readonly GrowthSite[] | undefined;
  readonly lifetimes: readonly PlaceLives[] | undefined;
  readonly uses: BlockUseFindings | undefined;
}

/** Trees and callers of the stacks that a filter has left. */
export function heapDetails(
  { stacks, costs }: CostedStacks,
  { by, tree, callers, functions }: DetailQuery,
): Pick<HeapDetails, 'whole' | 'tree' | 'callers' | 'functions'> {
  const treeOf = { 'bottom-up': bottomUpTree, 'top-down': topDownTree };
  return {
    whole: totalCosts(costs)[by],
    functions:
      functions === undefined
        ? undefined
        : rankedFunctions(functionCosts(stacks, costs), by, functions),
    tree: tree && {
      direction: tree.direction,
      by,
      rows: treeOutline(treeOf[tree.direction](stacks, costs), by, tree.limits),
    },
    callers: callers && {
      by,
      found: callersOf(stacks, costs, ({ name }) => name !== undefined && callers.test(name)),
    },
  };
}

function sizeClasses(profile: SizedProfile, lines: LineIndex): SizeClass[] {
  const largest = largestBySize(profile, lines);
  return sizeBuckets(profile).map((bucket, i) => ({ ...bucket, largest: largest[i] }));
}

function rankedFunctions(
  all: readonly FunctionCosts[],
  by: CostKind,
  most: number,
): RankedFunctions {
  const size = ({ inclusive }: FunctionCosts) => Math.abs(inclusive[by]);
  const own = ({ self }: FunctionCosts) => Math.abs(self[by]);
  const ranked = all
    .filter((one) => size(one) > 0)
    .toSorted((a, b) => size(b) - size(a) || own(b) - own(a));
  const { shown, rest } = splitTop(ranked, most);
  return { by, rows: shown, others: rest.length };
}

/**
 * Sizes, growth and lifetimes, which are counted by row of the allocation table, and the use of blocks.
 *
 * @param costed the stacks of the profile that a filter has left, less frames that are hidden.
 */
export function profileDetails(
  profile: HeapProfile,
  costed: CostedStacks,
  { by, sizes, moments = false, growth, lifetimes, uses }: DetailQuery,
): Pick<HeapDetails, 'sizes' | 'moments' | 'growth' | 'lifetimes' | 'uses'> {
  const { snapshots, clock } = profile;
  const lines = sizes || moments ? new LineIndex(costed, by) : undefined;
  return {
    sizes: sizes && hasSizes(profile) && lines ? sizeClasses(profile, lines) : undefined,
    moments:
      moments && lines && clock === undefined ? largestOverTime(snapshots, lines) : undefined,
    growth: growth && hasSizes(profile) ? growthSites(profile) : undefined,
    lifetimes: lifetimes && placeLives(profile, costed.stacks, lifetimes),
    uses: uses && blockUses(profile, costed, uses),
  };
}

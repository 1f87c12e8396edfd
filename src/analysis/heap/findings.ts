import { recorderWays } from '../../knowledge/recorders.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapProfile, HeapTotals, Recording } from '../../model/heap-profile.ts';
import { type BlockLives, blockLives } from './block-lifetimes.ts';
import { stacksOfUse } from './block-uses.ts';
import {
  type CostedStacks,
  type CostKind,
  costedStacks,
  type HeapCosts,
  totalCosts,
} from './costs.ts';
import { type DetailQuery, type HeapDetails, heapDetails, profileDetails } from './details.ts';
import { type DiffKind, stackDifference } from './difference.ts';
import { type GroupKind, groupStacks } from './grouping.ts';
import { keptProfile } from './kept-profile.ts';
import type { LeakRule } from './leak-rules.ts';
import { type SuppressionUse, suppressedTraces, suppressionUses } from './leak-suppression.ts';
import type { OwnLinesQuery } from './own-line.ts';
import { type OwnLines, ownLines } from './own-lines.ts';
import { type Ranking, type RankingLimits, rank } from './rankings.ts';
import { filterStacks, isFilter, leavesStacksOut, type StackFilter } from './stack-filter.ts';

/** What to look for in a recording. */
export interface HeapQuery {
  readonly groupBy: GroupKind;
  /** One ranking for each, in this order. */
  readonly rankBy: readonly CostKind[];
  readonly limits: RankingLimits;
  /** Undefined where lines of own code are not wanted. */
  readonly ownLines?: OwnLinesQuery | undefined;
  readonly filter: StackFilter;
  /** Leaks that are not to be shown; the first that matches counts. */
  readonly leakRules: readonly LeakRule[];
  readonly details: DetailQuery;
}

/** What a recording says of itself as a whole. */
export interface HeapSummary {
  readonly recording: Recording;
  readonly totals: HeapTotals;
  readonly inexact: HeapProfile['inexact'];
  readonly temporaryRule: HeapProfile['temporaryRule'];
  readonly clock: HeapProfile['clock'];
  /** What all stacks cost, suppressed leaks left out, and which of it was recorded. */
  readonly sums: HeapCosts;
  readonly kinds: readonly CostKind[];
  /** Undefined where the recording does not tell blocks apart. */
  readonly lives: BlockLives | undefined;
  /** Seconds, where only a part of the recording was looked at. */
  readonly window: HeapProfile['window'];
  /** What the leak rules hide; `totals.leaked` has it still in. */
  readonly suppressed: { readonly leaked: Bytes; readonly uses: readonly SuppressionUse[] };
}

/** What `memtool heaptrack` tells of a recording. */
export interface HeapFindings {
  readonly summary: HeapSummary;
  /** The profile with the allocations of those call stacks alone that the filter lets through. */
  readonly kept: HeapProfile;
  /** All call stacks that the filter lets through, with their costs. */
  readonly costed: CostedStacks;
  /** Their sums; undefined where everything is shown. */
  readonly shown: HeapCosts | undefined;
  /** 1 for call stacks that the filter lets through, by trace; undefined as before. */
  readonly keeps: Uint8Array | undefined;
  readonly rankings: readonly Ranking[];
  /** Undefined where they were not asked for. */
  readonly ownLines: OwnLines | undefined;
  readonly details: HeapDetails;
}

/** What `memtool heaptrack --diff` tells of two. */
export interface HeapDifference extends Omit<HeapFindings, 'summary' | 'kept' | 'ownLines'> {
  /** What two different recorders count differently. */
  readonly ways: readonly string[];
  readonly after: HeapSummary;
  readonly before: HeapSummary;
}

export function heapFindings(profile: HeapProfile, query: HeapQuery): HeapFindings {
  const { summary, costed } = suppress(profile, query);
  const { only } = query.filter;
  const used = only.length > 0 ? stacksOfUse(profile, only) : undefined;
  const looked = look(costed, query, used);
  const kept = looked.keeps ? keptProfile(profile, looked.keeps) : profile;
  const ofRows = profileDetails(kept, looked.costed, query.details);
  return { summary, kept, ...looked, details: { ...looked.details, ...ofRows } };
}

export function heapDifference(
  after: HeapProfile,
  before: HeapProfile,
  query: HeapQuery,
  by: DiffKind,
): HeapDifference {
  const [a, b] = [suppress(after, query), suppress(before, query)];
  const tools = [before, after].map(({ recording }) => recording.recorder.tool);
  const isOneTool = tools[0] === tools[1];
  const difference = stackDifference(a.costed, b.costed, isOneTool ? by : 'name');
  const looked = look(difference, { ...query, ownLines: undefined });
  const unknown = {
    sizes: undefined,
    moments: undefined,
    growth: undefined,
    lifetimes: undefined,
    uses: undefined,
  };
  const details = { ...looked.details, ...unknown };
  const ways = isOneTool ? [] : tools.flatMap((tool) => recorderWays(tool) ?? []);
  return { after: a.summary, before: b.summary, ...looked, details, ways };
}

function suppress(
  profile: HeapProfile,
  { leakRules }: HeapQuery,
): { summary: HeapSummary; costed: CostedStacks } {
  const rules = profile.recording.isSnapshot ? [] : leakRules;
  const patterns = rules.map(({ pattern }) => pattern);
  const suppressed = suppressedTraces(profile, patterns);
  const uses = suppressionUses(profile, suppressed, rules);
  const leaked = uses.reduce((sum, use) => sum + use.leaked, 0);
  const { recording, totals, inexact, temporaryRule, clock, window } = profile;
  const costed = costedStacks(profile, suppressed);
  return {
    summary: {
      recording,
      totals,
      inexact,
      temporaryRule,
      clock,
      sums: totalCosts(costed.costs),
      kinds: costed.kinds,
      lives: blockLives(profile),
      window,
      suppressed: { leaked, uses },
    },
    costed,
  };
}

function look(all: CostedStacks, query: HeapQuery, used?: Uint8Array) {
  const { filter, groupBy, rankBy, limits, details } = query;
  const filtered = isFilter(filter) ? filterStacks(all, filter, used) : undefined;
  const costed = filtered?.costed ?? all;
  const groups = rankBy.length === 0 ? undefined : groupStacks(costed, groupBy);
  return {
    costed,
    shown: leavesStacksOut(filter) ? totalCosts(costed.costs) : undefined,
    keeps: leavesStacksOut(filter) ? filtered?.keeps : undefined,
    rankings: groups ? rankBy.map((by) => rank(groups, by, limits)) : [],
    ownLines: query.ownLines && ownLines(costed, query.ownLines),
    details: heapDetails(costed, details),
  };
}

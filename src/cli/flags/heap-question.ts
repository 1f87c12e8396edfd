import { Errors } from '@oclif/core';
import type { CostKind } from '../../analysis/heap/costs.ts';
import type { HeapQuery } from '../../analysis/heap/findings.ts';
import { costNamed, defaultRankings, HEAP_DEFAULTS } from '../../app/heap-query.ts';
import { collectLeakRules } from '../../app/leak-suppressions.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { type HeapProfile, type HeapRequest, hasSizes } from '../../model/heap-profile.ts';
import { MOST_JSON_FRAMES } from '../../results/heap/heap-result.ts';
import { DIFFERENCE_FORMATS, holdsDifferences } from '../../views/export/export-formats.ts';
import type { HeaptrackFlags } from './heaptrack.ts';

/** What stacks are summed by where no flag says it. */
export const groupingOf = (flags: HeaptrackFlags): NonNullable<HeaptrackFlags['by']> =>
  flags.by ?? (flags['all-code'] || flags['own-code'] || flags.export ? 'place' : 'line');

const hasView = (flags: HeaptrackFlags): boolean => {
  const { tree, callers, functions, sizes, growth, lifetimes, uses, timeline } = flags;
  const isCalled = tree !== undefined || callers !== undefined || functions;
  return isCalled || sizes || growth || lifetimes || uses || timeline;
};

/** The screen of own code tells what grew, unless another view is asked for. */
const tellsGrowth = (flags: HeaptrackFlags): boolean =>
  flags.growth || (groupingOf(flags) === 'line' && !hasView(flags) && flags.hide === undefined);

/**
 * What the flags ask of a recording.
 *
 * @param isDocument the rankings by place are wanted, beside the lines of own code.
 */
export function heapQuery(
  flags: HeaptrackFlags,
  profile: HeapProfile,
  diagnostics: Diagnostics,
  isDocument: boolean,
): HeapQuery {
  const leakFlags = {
    suppressions: flags.suppressions,
    builtinSuppressions: flags['builtin-suppressions'],
    embeddedSuppressions: flags['embedded-suppressions'],
  };
  const { recording, costs } = profile;
  const by = groupingOf(flags);
  const groupBy = by === 'line' ? HEAP_DEFAULTS.groupBy : by;
  const asked = flags.sort?.map(costNamed) ?? (hasView(flags) ? [] : undefined);
  const rankings = asked ?? defaultRankings(costs);
  const showsUses = flags.uses || (!hasView(flags) && !flags.sort && !flags.export);
  const isRanked = !flags.export && (by !== 'line' || isDocument);
  return {
    groupBy,
    rankBy: isRanked ? rankings : [],
    // A list of one more than wanted is shown whole.
    limits: {
      spots: flags.top,
      stacks: flags.stacks ?? HEAP_DEFAULTS.stacks,
      frames: Math.max(MOST_JSON_FRAMES, flags.frames + 1),
    },
    ownLines:
      by === 'line'
        ? { rankBy: asked ?? rankings.slice(0, 1), lines: flags.top, ways: flags.stacks || 1 }
        : undefined,
    filter: {
      function: flags.function,
      only: flags.only ?? [],
      focus: flags.focus ?? [],
      ignore: flags.ignore ?? [],
      hide: flags.hide ?? [],
      hideLibraries: flags['own-code'],
    },
    leakRules: collectLeakRules(leakFlags, recording, diagnostics),
    details: {
      by: costOf(flags, costs),
      tree: flags.tree && {
        direction: flags.tree,
        limits: { depth: flags.frames, nodes: flags.top, part: flags.threshold / 100 },
      },
      callers: flags.callers,
      functions: flags.functions ? flags.top : undefined,
      sizes: flags.sizes,
      moments: flags.timeline,
      growth: tellsGrowth(flags) && hasSizes(profile),
      lifetimes: flags.lifetimes ? groupBy : undefined,
      uses: showsUses ? groupBy : undefined,
    },
  };
}

/** What views of one cost go by. */
export const costOf = ({ sort }: HeaptrackFlags, costs: HeapProfile['costs']): CostKind =>
  sort?.map(costNamed)[0] ?? defaultRankings(costs)[0] ?? 'peak';

/** Views of one recording. */
const OF_ONE = ['timeline', 'sizes', 'growth', 'lifetimes', 'uses', 'only'] as const;

/** @throws CLIError for a view that a comparison does not have. */
export function checkComparison(flags: HeaptrackFlags): void {
  const wrong = OF_ONE.find((name) => flags[name]);
  if (wrong !== undefined) {
    refuse(`--${wrong} is of one recording, and two recordings are compared`);
  }
  if (flags.export && !holdsDifferences(flags.export)) {
    const others = DIFFERENCE_FORMATS.join(' and ');
    refuse(`--export ${flags.export} is of one recording; of two there are ${others}`);
  }
  if (flags.by === 'line') refuse('--by line is of one recording: compare by place or by function');
}

/** @throws CLIError for a view that cannot do what a filter asks. */
export function checkFilters(flags: HeaptrackFlags): void {
  const picks = (['function', 'only', 'focus', 'ignore'] as const).find((name) => flags[name]);
  const overTime = flags.timeline
    ? '--timeline'
    : flags.export === 'timeline-csv' && '--export timeline-csv';
  if (picks && overTime) {
    refuse(`${overTime} is of the whole heap: no recorder tells over time what --${picks} picks`);
  }
  if (flags.growth && flags.hide) {
    refuse('--growth knows containers by the functions of their library, which --hide removes');
  }
}

function refuse(message: string): never {
  throw new Errors.CLIError(message, { exit: 2 });
}

/** Moments beside the timeline, each with the line that had most. */
const TIMELINE_MOMENTS = 8;

/** What to read of a recording. */
export function heapRequest(flags: HeaptrackFlags): HeapRequest {
  const { from, to } = flags;
  const moments = flags.timeline ? TIMELINE_MOMENTS : 0;
  const snapshots = flags.export === 'massif' ? flags.snapshots : moments;
  const wanted = { snapshots, growthSteps: tellsGrowth(flags), symbolise: flags.symbols };
  if (from === undefined && to === undefined) return wanted;
  const window = { from: from ?? 0, to: to ?? Number.POSITIVE_INFINITY };
  if (window.from >= window.to) {
    refuse('--from must be earlier than --to');
  }
  return { ...wanted, window };
}

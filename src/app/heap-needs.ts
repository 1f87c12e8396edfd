import { tellsUse, type UseKind } from '../analysis/heap/block-uses.ts';
import { COST_KINDS, type CostKind, recordedKinds } from '../analysis/heap/costs.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { HeapProfile } from '../model/heap-profile.ts';
import { costName } from './heap-query.ts';

/** What a recording must have for a view, in words for the user. */
interface Need {
  readonly what: string;
  has(profile: HeapProfile): boolean;
}

const SIZES: Need = {
  what: 'the sizes of allocations',
  has: ({ allocations }) => allocations !== undefined,
};

const USES: Need = {
  what: 'what became of blocks',
  has: ({ uses }) => uses !== undefined,
};

const useNeed = (kind: UseKind): Need => ({
  what: kind === 'short-lived' ? 'lifetimes of blocks' : 'calls, reads and writes',
  has: (profile) => tellsUse(profile, kind),
});

const TIMELINE: Need = {
  what: 'the heap over time',
  has: ({ timeline }) => timeline !== undefined,
};

const COSTS: Record<CostKind, Need> = {
  calls: cost('calls', 'calls of the allocator'),
  temporary: cost('temporary', 'temporary allocations'),
  peak: cost('peak', 'what was live at the peak'),
  leaked: cost('leaked', 'what was live at the end'),
  allocated: cost('allocated', 'all that was ever allocated'),
  peakBlocks: cost('peakBlocks', 'the blocks that were live at the peak'),
  leakedBlocks: cost('leakedBlocks', 'the blocks that were live at the end'),
  reads: cost('reads', 'what was read'),
  writes: cost('writes', 'what was written'),
  copies: cost('copies', 'calls of memcpy and its like'),
  copied: cost('copied', 'bytes copied'),
  events: cost('events', 'events of the program'),
  units: cost('units', 'units of the program'),
};

const LIVE_AT_PEAK: Need = {
  what: 'what was live at the peak, and when that was',
  has: ({ costs, totals }) => costs.peak !== undefined && totals.peakTime !== undefined,
};

/** By the name of the export. */
const EXPORTS: Readonly<Record<string, Need>> = {
  massif: LIVE_AT_PEAK,
  'sizes-csv': SIZES,
  'timeline-csv': TIMELINE,
};

function cost(kind: CostKind, what: string): Need {
  return { what, has: ({ costs }) => costs[kind] !== undefined };
}

/** What is asked for, by the names of the flags that ask. */
export interface HeapViews {
  readonly export?: string | undefined;
  readonly sort?: readonly string[] | undefined;
  readonly sizes: boolean;
  readonly growth: boolean;
  readonly lifetimes: boolean;
  readonly uses: boolean;
  readonly only?: readonly UseKind[] | undefined;
  readonly timeline: boolean;
}

/** Reports flags that ask for what a recording does not have. @returns whether there are none. */
export function checkNeeds(
  flags: HeapViews,
  profile: HeapProfile,
  diagnostics: Diagnostics,
): boolean {
  const asked = Object.entries(needsOf(flags)).filter(([, need]) => !need.has(profile));
  const kinds = recordedKinds(profile.costs);
  const hint = `it has ${kinds.length === 0 ? 'no costs' : kinds.map(costName).join(', ')}`;
  for (const [flag, { what }] of asked) {
    const message = `${flag} needs ${what}, which ${profile.recording.recorder.tool} did not record`;
    diagnostics.report('heap/not-recorded', message, {}, { hint });
  }
  return asked.length === 0;
}

/** By the flag as it was given. */
function needsOf(flags: HeapViews): Record<string, Need> {
  const ofExport = flags.export === undefined ? undefined : EXPORTS[flags.export];
  const sorted = COST_KINDS.filter((kind) => flags.sort?.includes(costName(kind)));
  return {
    ...(flags.sizes && { '--sizes': SIZES }),
    ...(flags.growth && { '--growth': SIZES }),
    ...(flags.lifetimes && { '--lifetimes': SIZES }),
    ...(flags.uses && { '--uses': USES }),
    ...Object.fromEntries((flags.only ?? []).map((kind) => [`--only ${kind}`, useNeed(kind)])),
    ...(flags.timeline && { '--timeline': TIMELINE }),
    ...(ofExport && { [`--export ${flags.export}`]: ofExport }),
    ...Object.fromEntries(sorted.map((kind) => [`--sort ${costName(kind)}`, COSTS[kind]])),
  };
}

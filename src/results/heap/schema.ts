import { z } from 'zod';
import { bytes, bytesOrUnknown, count } from '../schema.ts';
import { frameSchema as frame } from './frame-schema.ts';
import { growthSchema } from './growth-schema.ts';
import { usesSchema } from './uses-schema.ts';

/** Differences of two recordings can be negative; null is what was not recorded. */
const amount = z.number().int().nullable();
const countOrUnknown = count.nullable();
const numberOrUnknown = z.number().nullable();

const costs = z.object({
  calls: amount,
  temporary: amount.describe('freed right after; temporaryRule tells how that is known'),
  peakBytes: bytesOrUnknown.describe('live when the whole heap was largest'),
  leakedBytes: bytesOrUnknown.describe('live at the end, suppressed leaks left out'),
  allocatedBytes: bytesOrUnknown.describe('all requests, frees not subtracted'),
  peakBlocks: amount.optional().describe('this and the following only where they were recorded'),
  leakedBlocks: amount.optional(),
  readBytes: amount.optional().describe('read by the program, in blocks of these stacks'),
  writtenBytes: amount.optional(),
  copies: amount.optional().describe('calls of memcpy and its like'),
  copiedBytes: amount.optional(),
  events: amount.optional().describe('that the program itself reported'),
  units: amount.optional(),
});

const costKind = z.enum([
  'peak',
  'calls',
  'temporary',
  'leaked',
  'allocated',
  'peakBlocks',
  'leakedBlocks',
  'reads',
  'writes',
  'copies',
  'copied',
  'events',
  'units',
]);

const shared = costs.extend({
  sharePercent: z
    .number()
    .nullable()
    .describe('of the ranked cost of all that is shown; null for differences'),
});

const others = shared.extend({ count });

const place = shared.extend({
  place: z.array(frame).describe('functions at the place, innermost first'),
  stacks: z.array(
    shared.extend({
      frames: z
        .array(frame)
        .describe('from the allocation outwards, as many as --frames says, else at most 1000'),
      otherFrames: count.describe('further out, and left out'),
    }),
  ),
  otherStacks: others,
});

const functionName = { function: z.string().nullable(), module: z.string().nullable() };

const details = {
  tree: z
    .object({
      direction: z.enum(['bottom-up', 'top-down']),
      by: costKind,
      rows: z.array(
        costs.extend({
          ...functionName,
          depth: count.describe('0 for the roots; a node stands before its children'),
          count: count.describe('nodes that the row sums; their names are then null'),
          self: costs,
        }),
      ),
    })
    .nullable()
    .describe('with --tree'),
  callers: costs
    .extend({
      functions: z.array(z.object(functionName)),
      self: costs,
      callers: z.array(costs.extend(functionName)),
      callees: z.array(costs.extend(functionName)),
      lines: z.array(costs.extend({ file: z.string().nullable(), line: count, self: costs })),
    })
    .nullable()
    .describe('with --callers, where a function matches'),
  sizes: z
    .array(
      z.object({
        fromBytes: bytes,
        toBytes: bytes,
        calls: count,
        allocatedBytes: bytes,
        peakBytes: bytes,
      }),
    )
    .nullable()
    .describe('with --sizes'),
  lifetimes: z
    .array(
      z.object({
        place: frame,
        freed: count,
        meanLifetimeSeconds: z.number(),
        grown: count.describe('allocations directly after the free of a smaller block'),
        grownInPlace: count,
      }),
    )
    .nullable()
    .describe('with --lifetimes; empty where the recording does not tell blocks apart'),
  growth: z.array(growthSchema).nullable().describe('with --growth'),
  uses: usesSchema.optional().describe('what became of blocks; where it was recorded'),
};

const summary = {
  temporaryRule: z
    .enum(['exact', 'same-info'])
    .nullable()
    .describe("exact where blocks are told apart; else the recorder's rule, which counts too many"),
  inexact: z
    .array(z.object({ cost: costKind, kind: z.enum(['at-least', 'sampled']), because: z.string() }))
    .describe('costs that are less than the truth, or scaled up from a sample'),
  recording: z.object({
    recorder: z.object({ tool: z.string(), version: z.string().nullable() }),
    heaptrackVersion: z
      .string()
      .nullable()
      .describe("the recorder's version, where it is heaptrack"),
    fileVersion: countOrUnknown,
    debuggee: z.string().nullable(),
    attached: z.boolean(),
    isSnapshot: z
      .literal(true)
      .optional()
      .describe('the program went on: what was live at the end is no leak'),
    pageBytes: bytesOrUnknown,
    systemBytes: bytesOrUnknown,
  }),
  totals: z.object({
    runtimeSeconds: numberOrUnknown,
    calls: countOrUnknown,
    callsPerSecond: numberOrUnknown,
    temporary: countOrUnknown,
    temporaryPerSecond: numberOrUnknown,
    temporaryPercent: z.number().nullable(),
    allocatedBytes: bytesOrUnknown,
    peakBytes: bytesOrUnknown,
    peakSeconds: numberOrUnknown,
    peakResidentBytes: bytesOrUnknown,
    leakedBytes: bytesOrUnknown,
    suppressedLeakedBytes: bytes,
  }),
  clock: z
    .object({
      counts: z.enum(['instructions', 'bytes', 'events']),
      peak: numberOrUnknown,
      end: numberOrUnknown,
    })
    .optional()
    .describe('where the recorder counts work and not seconds; times of the timeline are the same'),
  sums: costs.optional().describe('of all stacks, where it has more than heaptrack records'),
  blocks: z
    .object({
      freed: count,
      neverFreed: count,
      meanLifetimeSeconds: z.number(),
      lifetimes: z.array(
        z.object({ fromSeconds: z.number(), toSeconds: z.number(), blocks: count }),
      ),
      grown: count.describe('allocations directly after the free of a smaller block'),
      grownInPlace: count,
      longestChain: count.describe('most often that one block grew; 31 means 31 or more'),
      unknownFrees: count.describe('frees of blocks that were never seen allocated'),
      lostFrees: count.describe('allocations at an address that was live'),
      lostBytes: bytes,
    })
    .nullable()
    .describe('of raw recordings, which tell blocks apart'),
  window: z
    .object({ fromSeconds: z.number(), toSeconds: z.number() })
    .nullable()
    .describe('where only a part was asked for; leaked is then what was added in it'),
  suppressions: z
    .array(
      z.object({
        pattern: z.string(),
        source: z.enum(['built-in', 'file', 'program']),
        stacks: count,
        leakedBytes: bytes,
      }),
    )
    .describe('leak suppressions that matched something'),
};

export const heapSchema = z.object({
  ...summary,
  shown: costs.nullable().describe('sums of the stacks that the filters let through'),
  timeline: z
    .array(
      z.object({
        seconds: numberOrUnknown,
        clock: z.number().optional().describe('where the recorder counts no seconds'),
        liveBytes: bytes.describe('the most since the point before'),
        calls: countOrUnknown.describe('so far'),
        temporary: countOrUnknown.describe('so far'),
        residentBytes: bytesOrUnknown,
      }),
    )
    .describe('one point per stamp of the recorder, at most 2048; empty for a comparison'),
  rankings: z.array(
    z.object({
      by: costKind,
      groupedBy: z.enum(['place', 'stack', 'function', 'file', 'module']),
      places: z.array(place),
      otherPlaces: others,
    }),
  ),
  ...details,
  comparedWith: z
    .object({ name: z.string(), ...summary })
    .nullable()
    .describe('the base of a comparison; costs in the rankings are then differences'),
});

export type HeapResult = z.infer<typeof heapSchema>;

/** A recording as a whole. */
import { z } from 'zod';
import { bytes, bytesOrUnknown, count } from '../schema.ts';
import { costKind, costs } from './stack-schema.ts';

const countOrUnknown = count.nullable();
const numberOrUnknown = z.number().nullable();

const inexact = z.object({
  cost: costKind,
  kind: z.enum(['at-least', 'sampled']),
  because: z.string(),
});

const clock = z.object({
  counts: z.enum(['instructions', 'bytes', 'events']),
  peak: numberOrUnknown,
  end: numberOrUnknown,
});

const blocks = z.object({
  freed: count,
  neverFreed: count,
  meanLifetimeSeconds: z.number(),
  lifetimes: z.array(z.object({ fromSeconds: z.number(), toSeconds: z.number(), blocks: count })),
  grown: count.describe('allocations directly after the free of a smaller block'),
  grownInPlace: count,
  longestChain: count
    .nullable()
    .describe('most often that one block grew; 31 means 31 or more; null where not known'),
  unknownFrees: count.describe('frees of blocks that were never seen allocated'),
  lostFrees: count.describe('allocations at an address that was live'),
  lostBytes: bytes,
});

export const summary = z.object({
  temporaryRule: z
    .enum(['exact', 'same-info'])
    .nullable()
    .describe("exact where blocks are told apart; else the recorder's rule, which counts too many"),
  inexact: z
    .array(inexact)
    .describe('costs that are less than the truth, or scaled up from a sample'),
  recording: z.object({
    recorder: z.object({
      tool: z.string(),
      version: z.string().nullable(),
      isNameless: z
        .literal(true)
        .optional()
        .describe('it writes down addresses and modules, and no functions'),
      tellsBlocksWith: z
        .string()
        .nullable()
        .describe('how it records so that blocks are told apart, where it can'),
    }),
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
  clock: clock.optional().describe('where the recorder counts work of the program and no seconds'),
  sums: costs.describe('of all stacks, suppressed leaks left out'),
  blocks: blocks.nullable().describe('of raw recordings, which tell blocks apart'),
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
});

export type SummaryResult = z.infer<typeof summary>;
export type ClockResult = z.infer<typeof clock>;
export type BlocksResult = z.infer<typeof blocks>;
export type InexactResult = readonly z.infer<typeof inexact>[];

import { z } from 'zod';
import { bytes, bytesOrUnknown, count } from '../schema.ts';
import { growthSchema } from './growth-schema.ts';
import { lineName, ownLinesSchema } from './own-lines-schema.ts';
import { costKind, costs, frame, functionName, ranking, shared } from './stack-schema.ts';
import { summary } from './summary-schema.ts';
import { usesSchema } from './uses-schema.ts';

const tree = z.object({
  direction: z.enum(['bottom-up', 'top-down']),
  by: costKind,
  rows: z.array(
    shared.extend({
      ...functionName.shape,
      depth: count.describe('0 for the roots; a node stands before its children'),
      count: count.describe('nodes that the row stands for'),
      isSum: z.boolean().describe('what is too small, or beyond -n, together; it has no name'),
      self: costs.describe('what the function allocates itself'),
    }),
  ),
});

const related = shared.extend(functionName.shape);

const functions = z.object({
  by: costKind,
  rows: z.array(related.extend({ self: costs.describe('what the function allocates itself') })),
  others: count,
});

const callers = shared.extend({
  by: costKind,
  functions: z.array(functionName),
  self: costs,
  callers: z.array(related),
  callees: z.array(related),
  lines: z.array(shared.extend({ file: z.string().nullable(), line: count, self: costs })),
});

const size = z.object({
  fromBytes: bytes,
  toBytes: bytes,
  calls: count,
  allocatedBytes: bytes,
  peakBytes: bytes,
  largest: lineName.extend({ calls: count }).nullable().describe('the line that called most often'),
});

const liveMoment = z.object({
  seconds: z.number(),
  liveBytes: bytes,
  largest: lineName.extend({ liveBytes: bytes }).nullable().describe('the line with most of it'),
});

const lifetime = z.object({
  place: frame,
  freed: count,
  meanLifetimeSeconds: z.number(),
  grown: count.describe('allocations directly after the free of a smaller block'),
  grownInPlace: count,
});

const moment = z.object({
  seconds: z.number().nullable(),
  clock: z.number().optional().describe('where the recorder counts no seconds'),
  liveBytes: bytes.describe('the most since the point before'),
  calls: count.nullable().describe('so far'),
  temporary: count.nullable().describe('so far'),
  residentBytes: bytesOrUnknown,
});

export const heapSchema = summary.extend({
  shown: costs.nullable().describe('sums of the stacks that the filters let through'),
  timeline: z
    .array(moment)
    .describe('one point per stamp of the recorder, at most 2048; empty for a comparison'),
  moments: z.array(liveMoment).nullable().describe('with --timeline: who had most, now and then'),
  rankings: z.array(ranking),
  ownLines: ownLinesSchema.nullable().describe('by line of own code, where --by says nothing else'),
  tree: tree.nullable().describe('with --tree'),
  functions: functions
    .nullable()
    .describe('with --functions: costs of all stacks that a function stands in, once each'),
  callers: callers
    .nullable()
    .describe('with --callers, where a function matches; lists have the costliest first'),
  sizes: z.array(size).nullable().describe('with --sizes'),
  lifetimes: z
    .array(lifetime)
    .nullable()
    .describe('with --lifetimes; empty where the recording does not tell blocks apart'),
  growth: z.array(growthSchema).nullable().describe('with --growth'),
  uses: usesSchema.optional().describe('what became of blocks, where it was recorded'),
  comparedWith: summary
    .extend({
      name: z.string(),
      ways: z
        .array(z.string())
        .optional()
        .describe('what the two recorders count differently, where they are two'),
    })
    .nullable()
    .describe('the base of a comparison; costs in the rankings are then differences'),
});

export type HeapResult = z.infer<typeof heapSchema>;
export type TreeResult = z.infer<typeof tree>;
export type FunctionsResult = z.infer<typeof functions>;
export type CallersResult = z.infer<typeof callers>;
export type LiveMomentResult = z.infer<typeof liveMoment>;
export type SizeResult = z.infer<typeof size>;
export type MomentResult = z.infer<typeof moment>;

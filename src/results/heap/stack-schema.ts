/** Code of a recording and what it cost. */
import { z } from 'zod';
import { address, bytesOrUnknown, count } from '../schema.ts';

/** Differences of two recordings can be negative; null is what was not recorded. */
const amount = z.number().int().nullable();

export const costs = z.object({
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

export const costKind = z.enum([
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

export const groupKind = z.enum(['place', 'stack', 'function', 'file', 'module']);

export const frame = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.number().int().nonnegative().nullable(),
  module: z.string().nullable(),
  address: address.describe('0x0 where several are meant, or none is known'),
  moduleOffset: address.nullable().describe('address less load address, as addr2line takes it'),
  inlined: z.boolean().describe('its code lies in the function of the next frame'),
});

export const shared = costs.extend({
  sharePercent: z
    .number()
    .nullable()
    .describe('of the ranked cost of all that is shown; null for differences'),
});

const others = shared.extend({ count });

const stack = shared.extend({
  frames: z
    .array(frame)
    .describe('from the allocation outwards, as many as --frames says, else at most 1000'),
  otherFrames: count.describe('further out, and left out'),
  outermost: z.string().nullable().describe('function of the last of them'),
});

const place = shared.extend({
  place: z.array(frame).describe('functions at the place, innermost first'),
  stacks: z.array(stack),
  otherStacks: others,
});

export const ranking = z.object({
  by: costKind,
  groupedBy: groupKind,
  places: z.array(place),
  otherPlaces: others,
});

export const functionName = z.object({
  function: z.string().nullable(),
  module: z.string().nullable(),
});

export type CostsResult = z.infer<typeof costs>;
export type SharedResult = z.infer<typeof shared>;
export type CostName = z.infer<typeof costKind>;
export type GroupName = z.infer<typeof groupKind>;
export type FrameResult = z.infer<typeof frame>;
export type StackResult = z.infer<typeof stack>;
export type PlaceResult = z.infer<typeof place>;
export type RankingResult = z.infer<typeof ranking>;
export type FunctionNameResult = z.infer<typeof functionName>;

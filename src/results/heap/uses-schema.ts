import { z } from 'zod';
import { bytes, count } from '../schema.ts';
import { frame as place } from './stack-schema.ts';

const placeUse = z.object({
  place,
  calls: count,
  allocatedBytes: bytes,
  meanLife: z.number().nullable().describe("by the recording's clock"),
  shortLived: count.describe('of the calls'),
  readBytes: bytes.nullable(),
  writtenBytes: bytes.nullable(),
  neverUsedBytes: bytes.nullable().describe('neither read nor written'),
  neverReadBytes: bytes.nullable().describe('written and never read'),
  neverWrittenBytes: bytes.nullable().describe('read and never written'),
  unwrittenBytes: bytes
    .nullable()
    .describe('of blocks that were written; at least: what was written twice counts twice'),
  unwrittenPercent: z.number().nullable().describe('of all that was allocated'),
});

const accesses = z.object({
  place,
  calls: count,
  blockBytes: bytes.describe('each of its bytes has a count'),
  counts: z.array(count).describe('by byte of a block, summed over its blocks'),
});

const doubling = z.object({
  place,
  containers: count,
  steps: count,
  fromBytes: bytes,
  toBytes: bytes,
});

/** What became of blocks, by the place that allocated them. */
export const usesSchema = z.object({
  shortLife: z.number().nullable().describe('what lived at most so long is short-lived'),
  places: z.array(placeUse),
  accesses: z.array(accesses),
  doublings: z.array(doubling).describe('blocks whose sums fit containers that doubled; inferred'),
});

export type UsesResult = z.infer<typeof usesSchema>;
export type PlaceUseResult = z.infer<typeof placeUse>;
export type AccessesResult = z.infer<typeof accesses>;
export type DoublingResult = z.infer<typeof doubling>;

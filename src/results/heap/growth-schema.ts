import { z } from 'zod';
import { bytes, claim, count } from '../schema.ts';

export const growthSchema = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: count.nullable(),
  module: z.string().nullable(),
  container: claim(z.string()),
  elementType: z.string().nullable(),
  elementBytes: claim(bytes)
    .extend({
      certainty: z.enum(['certain', 'likely', 'guess']),
      rivals: z.array(bytes).describe('other sizes that fit'),
    })
    .nullable(),
  rule: z.string().describe('how one capacity follows from another'),
  capacities: z.array(
    z.object({
      bytes,
      calls: count.describe('blocks of this size that were made'),
      ended: count.describe('containers that grew no further'),
    }),
  ),
  containers: claim(count),
  steps: claim(count),
  seenSteps: z
    .object({ moved: count, copied: count })
    .nullable()
    .describe('steps that stand in the recording'),
  method: z.enum(['realloc', 'copy', 'unknown']),
  largestBytes: claim(bytes),
  largestElements: claim(count).nullable(),
  copiedBytes: claim(bytes),
  remappedBytes: bytes.describe('of these, in blocks that the kernel can move by page'),
  peakBytes: bytes,
  liveBytes: bytes,
  advice: z
    .object({
      kind: z.enum(['reserve', 'grow-by-factor']),
      call: z.string().nullable(),
      elements: claim(count).nullable(),
      bytes,
      savedSteps: count,
      savedCopiedBytes: bytes,
      price: z
        .object({
          containers: count.describe('containers that never reach this capacity'),
          bytes: claim(bytes).describe('what they would take more'),
        })
        .nullable()
        .describe('null where all reach it'),
    })
    .nullable(),
});

export type GrowthResult = z.infer<typeof growthSchema>;

import { z } from 'zod';
import { address, bytes, claim, count, line, secondsOrUnknown } from '../schema.ts';

const percent = z.number().min(0).max(100);

const interval = z.object({ leastBytes: bytes, mostBytes: bytes });

const container = z.object({
  times: count.describe('buffers that went through the same lengths'),
  contradicted: z
    .boolean()
    .describe('something that was given beside the log does not go with what is told'),
  conflicts: z
    .array(
      z.object({
        fact: z.enum(['elementBytes', 'elements', 'container', 'resident', 'recorded']),
        because: z.string(),
      }),
    )
    .describe('what was given and does not go with the rest; it is left out of account'),
  allocator: z.string(),
  headerNote: z.string().nullable().describe('what the header is'),
  container: claim(z.string()).nullable(),
  containerPercent: percent,
  rule: claim(z.string()).nullable().describe('null where the steps follow no known rule'),
  rulePercent: percent,
  origin: z.enum(['empty', 'chosen']).nullable(),
  requested: claim(bytes)
    .extend({ certainty: z.enum(['certain', 'likely', 'guess']) })
    .nullable(),
  oddPart: count.nullable().describe('all likely element sizes are this times a power of two'),
  elementBytes: claim(bytes).nullable(),
  candidates: z.array(
    z.object({
      elementBytes: bytes,
      percent,
      capacity: count.nullable(),
      requestedBytes: bytes.describe('at last, if the elements have this size'),
    }),
  ),
  peakMappedBytes: bytes,
  steps: z.array(
    z.object({
      kind: z.enum(['mapped', 'found', 'resized', 'moved', 'copied']),
      line,
      seconds: secondsOrUnknown,
      address,
      elements: count.nullable(),
      requestedBytes: bytes.nullable().describe('the likeliest'),
      fitting: interval.describe('all requests that have this mapping'),
      headerBytes: bytes.nullable(),
      mappedBytes: bytes,
      mappedPages: count,
    }),
  ),
  stepCount: count,
  omittedSteps: count,
  endLine: line.nullable(),
  leftHeapBytes: bytes.describe('by how much the heap shrank when it moved out of it'),
  grownBy: z
    .object({
      line,
      frames: z.array(z.object({ function: z.string().nullable(), module: z.string() })),
    })
    .nullable()
    .describe('what asked malloc for the last step, innermost first; null without strace -k'),
  cost: z.object({
    remaps: count,
    remappedBytes: bytes,
    copies: count,
    copiedBytes: claim(bytes),
    peakTogetherBytes: bytes.describe('old and new mapping during a copy'),
  }),
  slack: claim(bytes)
    .extend({ isLeast: z.boolean().describe('true where it may be up to a page more') })
    .nullable()
    .describe('bytes of the last block that no element uses; null where nothing tells'),
  advice: z
    .object({
      kind: z.enum(['reserve', 'grow-by-factor']),
      call: z.string().nullable(),
      elements: claim(count).nullable(),
      savedSteps: count,
      savedCopiedBytes: claim(bytes),
      savedSlackBytes: claim(bytes).nullable(),
    })
    .nullable(),
});

export const growth = z.object({
  language: z.string().nullable().describe('what the calls tell of the program'),
  containers: z.array(container).describe('the largest first'),
  notKept: count.describe('containers that grew and are not listed'),
  oneShots: z
    .object({
      count,
      bytes,
      largest: z.array(z.object({ line, mappedBytes: bytes, fitting: interval })),
    })
    .describe('buffers in mappings of their own that kept their length'),
});

export type GrowthResult = z.infer<typeof growth>;

import { z } from 'zod';
import { address, bytes, count } from '../schema.ts';

/** A value with how it is known. */
const claim = <T extends z.ZodType>(value: T) =>
  z.object({
    value,
    basis: z.enum(['measured', 'inferred']),
    because: z.string().nullable().describe('the rule; null where it was measured'),
  });

const frame = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.number().int().nonnegative().nullable(),
  module: z.string().nullable(),
  address,
  inlined: z.boolean(),
});

const site = z.object({
  place: frame.describe("the first function of the program's own code"),
  stacks: count.describe('call stacks that lead there'),
  frames: z.array(frame).describe('the costliest of them, from the allocation outwards'),
  container: z.object({
    kind: z.enum([
      'rust-vec',
      'rust-string',
      'rust-vec-deque',
      'rust-hash-table',
      'cpp-vector',
      'cpp-string',
      'cpp-deque',
      'cpp-unordered',
      'python-list',
      'python-dict',
      'glib-array',
      'array',
    ]),
    name: claim(z.string()),
    elementType: z.string().nullable(),
  }),
  element: z
    .object({
      size: claim(bytes),
      certainty: z.enum(['certain', 'likely', 'guess']),
      rivals: z.array(bytes).describe('other sizes that fit, the most common first'),
    })
    .nullable(),
  rule: z.enum([
    'double',
    'string',
    'hashbrown',
    'primes',
    'deque-map',
    'python-dict',
    'python-list',
    'half-again',
    'constant',
  ]),
  ladder: z.array(
    z.object({
      bytes,
      calls: count.describe('blocks of this size that were made'),
      ended: count.describe('containers that grew no further'),
    }),
  ),
  otherSizes: z.object({ sizes: count, calls: count }),
  containers: claim(count),
  steps: claim(count),
  seenSteps: z
    .object({ moved: count, copied: count })
    .nullable()
    .describe('steps that stand in the recording'),
  method: z.enum(['realloc', 'copy', 'unknown']),
  finalBytes: claim(bytes).describe('of the largest container'),
  finalElements: claim(count).nullable(),
  copiedBytes: claim(bytes).describe('at most'),
  remappedBytes: bytes.describe('the part of them that may have moved as whole pages'),
  peakBytes: bytes,
  liveBytes: bytes,
  advice: z.object({
    kind: z.enum(['reserve', 'grow-by-factor']),
    call: z.string().nullable(),
    elements: claim(count).nullable(),
    bytes,
    savedSteps: count,
    savedCopyBytes: bytes.describe('at most'),
  }),
});

export const growthSchema = z.array(site);

export type GrowthJson = z.infer<typeof growthSchema>;

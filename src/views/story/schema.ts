import { z } from 'zod';
import { address, bytes, bytesOrUnknown, count, line } from '../schema.ts';

const belonging = z
  .object({
    degree: z.enum(['process', 'layout', 'program', 'none', 'other']),
    because: z.string(),
  })
  .nullable();

const step = z.object({
  label: z.string(),
  bytes,
  basis: z.enum(['measured', 'inferred']),
  because: z.string().nullable(),
  topic: z.string().describe('of memtool explain'),
  knob: z.string().nullable().describe('what makes it smaller'),
});

const container = z.object({
  topics: z.array(z.string()).describe('of memtool explain'),
  count: count.describe('containers with the same steps'),
  container: z.string().nullable(),
  elementBytes: bytesOrUnknown,
  capacity: count.nullable().describe('elements'),
  requestedBytes: bytesOrUnknown,
  headerBytes: bytesOrUnknown,
  mappedBytes: bytes,
  address,
  firstLine: line,
  lastLine: line,
  freedOnLine: line.nullable(),
  row: z
    .object({
      kind: z.enum(['own', 'merged']),
      by: z.enum(['address', 'size']).nullable(),
      address,
      sizeBytes: bytes,
      residentBytes: bytesOrUnknown,
      line,
    })
    .nullable()
    .describe('of the memory map'),
  notInMapBecause: z.string().nullable(),
  elements: z
    .object({ least: count, most: count, because: z.string() })
    .nullable()
    .describe('in use, by the touched pages'),
  elementsUnknownBecause: z.string().nullable(),
  site: z
    .object({
      function: z.string().nullable(),
      file: z.string().nullable(),
      line: count.nullable(),
    })
    .nullable()
    .describe('of the heap recording'),
});

export const storySchema = z.object({
  captures: z.array(z.object({ name: z.string(), format: z.string() })),
  mapAndLog: belonging.describe('whether map and log are of one process'),
  recordingAndOthers: belonging,
  waterfall: z
    .object({
      inRam: z.array(step).describe('they sum to residentBytes'),
      residentBytes: bytes,
      notInRam: z.array(step).describe('they sum to sizeBytes less residentBytes'),
      sizeBytes: bytes,
      outside: z.array(step),
    })
    .nullable(),
  containers: z.array(container),
});

export type StoryJson = z.infer<typeof storySchema>;

import { z } from 'zod';
import { count } from '../schema.ts';

export const recordSchema = z.object({
  folder: z.string(),
  schema: z.literal('memtool/recording'),
  schemaVersion: z.literal(1),
  memtoolVersion: z.string(),
  command: z.array(z.string()).readonly(),
  startedAt: z.string().describe('ISO 8601'),
  durationSeconds: z.number(),
  pid: count.optional(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  kernel: z.string(),
  architecture: z.string(),
  tools: z.array(z.object({ name: z.string(), version: z.string() })).readonly(),
  options: z.record(z.string(), z.unknown()),
  files: z
    .array(
      z.object({
        name: z.string(),
        what: z.string(),
        pid: count.optional(),
        moment: z
          .enum(['peak', 'exit', 'last', 'running'])
          .optional()
          .describe('of a memory map: when most was resident, at its exit, as last seen'),
        seconds: z.number().optional().describe('from the start of the run'),
      }),
    )
    .readonly(),
  notes: z.array(z.string()).readonly().describe('what is missing, and why'),
});

export type RecordResult = z.infer<typeof recordSchema>;

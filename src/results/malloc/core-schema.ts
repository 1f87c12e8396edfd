import { z } from 'zod';
import { processSchema } from '../map/schema.ts';
import { address, bytes } from '../schema.ts';
import { mallocSchema } from './schema.ts';

export const coreSchema = z.object({
  machine: z.enum(['x86-64', 'arm64']),
  executable: z.string().nullable().describe('path of the program'),
  death: z
    .object({
      signal: z.string().describe('SIGSEGV'),
      faultAddress: address.nullable(),
      because: z.string().nullable(),
      senderPid: z.number().int().nullable().describe('who sent the signal'),
    })
    .nullable()
    .describe('null where the process went on'),
  missingBytes: bytes.describe('what a cut file lacks'),
  heap: mallocSchema,
  map: processSchema,
});

export type CoreResult = z.infer<typeof coreSchema>;

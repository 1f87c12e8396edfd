import { z } from 'zod';
import { pmapProcess } from '../pmap/schema.ts';
import { address, bytes } from '../schema.ts';
import { heapSchema } from './schema.ts';

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
  heap: heapSchema,
  map: pmapProcess,
});

export type CoreJson = z.infer<typeof coreSchema>;

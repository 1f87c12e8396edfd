import { z } from 'zod';
import { bytes, count } from '../schema.ts';

const rung = z.object({
  capacity: count.describe('elements'),
  requestedBytes: bytes,
  takes: z
    .object({
      kind: z.enum(['mapping', 'block']),
      bytes: bytes.describe('the request and all overheads'),
      pages: count.nullable().describe('null for a block inside the heap'),
      headerBytes: bytes.nullable().describe('null where the allocator keeps nothing beside it'),
      overheads: z.array(z.object({ what: z.string(), bytes })),
    })
    .nullable()
    .describe('null where it is not known for the allocator'),
});

export const capacitySchema = z.object({
  container: z.string(),
  elementBytes: bytes,
  length: count,
  usedBytes: bytes.describe('length × elementBytes'),
  reserved: count.nullable().describe('the capacity that was asked for before; null from empty'),
  allocator: z.string(),
  allocatorName: z.string(),
  pageBytes: bytes,
  path: z.array(rung).describe('from the first block to the last'),
  slackElements: count,
  slackBytes: bytes,
  resident: z
    .object({
      bytes,
      pages: count,
      touchedBytes: bytes.describe('of these, what elements lie in'),
      because: z.string().nullable(),
    })
    .nullable()
    .describe('when only the elements are written; null where the block shares pages with others'),
  growing: z.object({ steps: count, moves: count, copies: count, copiedBytes: bytes }),
  exact: rung
    .extend({ call: z.string() })
    .nullable()
    .describe('when exactly the length is asked for at once'),
  savedBytes: bytes.nullable(),
  notes: z.array(z.string()),
  headerNote: z.string().nullable().describe('what the header is; the last of the notes'),
});

export type CapacityResult = z.infer<typeof capacitySchema>;

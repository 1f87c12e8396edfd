import { z } from 'zod';
import { address, bytes, bytesOrUnknown, count, line, topic } from '../schema.ts';

export const accountEntry = z.object({ name: z.string(), bytes, topic, line: line.nullable() });

const footprint = z.object({
  sizeBytes: bytes.describe('address space'),
  residentBytes: bytesOrUnknown.describe('in RAM'),
  dirtyBytes: bytesOrUnknown.describe('written since it was mapped'),
  pssBytes: bytesOrUnknown.describe('in RAM, shared pages divided by the processes that map them'),
  ussBytes: bytesOrUnknown.describe('in RAM, in this process alone'),
  swapBytes: bytesOrUnknown,
  anonymousBytes: bytesOrUnknown.describe('in RAM, of no file'),
  hugePageBytes: bytesOrUnknown.describe('in RAM, in transparent huge pages'),
  lazyFreeBytes: bytesOrUnknown.describe('in RAM, given up by MADV_FREE'),
});

const group = footprint.extend({ mappings: count });
const files = group.extend({ files: z.array(group.extend({ name: z.string() })) });

const backing = z.union([
  z.object({ kind: z.literal('file'), path: z.string(), deleted: z.boolean() }),
  z.object({ kind: z.literal('anonymous'), name: z.string().nullable() }),
  z.object({ kind: z.enum(['heap', 'stack']) }),
  z.object({ kind: z.enum(['kernel', 'shared-memory']), name: z.string() }),
]);

const mapping = footprint.extend({
  start: address,
  offset: address.nullable().describe('in the mapped file'),
  permissions: z.string().regex(/^[r-][w-][x-][sp]$/),
  role: z.enum([
    'executable',
    'library',
    'heap',
    'stack',
    'kernel',
    'anonymous',
    'shared-memory',
    'file',
  ]),
  basis: z.enum(['measured', 'inferred']).describe('how the role is known'),
  because: z.string().nullable().describe('the reason, where the role is inferred'),
  use: z
    .object({ name: z.string(), topic, because: z.string().nullable() })
    .nullable()
    .describe('what other anonymous memory is for, inferred from its neighbours'),
  backing: backing.describe('what the capture itself says'),
  line,
});

const process = z.object({
  pid: z.number().int().nullable(),
  command: z.string().nullable(),
  total: group,
  stated: footprint.extend({ line }).nullable().describe("the capture's own total"),
  account: z
    .array(accountEntry)
    .describe("the kernel's sums, under its names (status, smaps_rollup)"),
  anonymous: group.extend({
    heap: group,
    kernel: group,
    other: group,
    uses: z.array(group.extend({ use: z.string(), topic })).describe('parts of other, inferred'),
  }),
  libraries: files,
  executable: files,
  stack: group,
  sharedMemory: group,
  files,
  mappings: z.array(mapping),
});

const change = z.object({
  before: mapping.nullable().describe('null where it appeared'),
  after: mapping.nullable().describe('null where it vanished'),
  sizeBytes: bytes.describe('after less before'),
  residentBytes: bytesOrUnknown.describe('after less before'),
});

const comparison = z.object({
  before: z.string().describe('the capture that is compared with'),
  matchedBy: z
    .enum(['address', 'name'])
    .describe('name where the layouts have nothing in common; memory without names then by size'),
  groups: z.array(
    z.object({
      name: z.enum([
        'anonymous',
        'heap',
        'kernel',
        'other',
        'libraries',
        'executable',
        'stack',
        'sharedMemory',
        'files',
        'total',
      ]),
      before: footprint,
      after: footprint,
    }),
  ),
  changes: z.array(change).describe('mappings that differ, the largest change first'),
  unchanged: count,
});

export const pmapProcess = process.extend({ parentPid: z.number().int().nullable() });

export const pmapSchema = z.object({
  processes: z.array(pmapProcess),
  sum: footprint.nullable().describe('of several processes; shared memory counts once in PSS only'),
  comparison: comparison.nullable().describe('where two captures were given'),
});

export type PmapJson = z.infer<typeof pmapSchema>;

export type PmapProcessJson = z.infer<typeof process>;

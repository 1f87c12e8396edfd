import { z } from 'zod';
import { address, bytes, bytesOrUnknown, count, line, topic } from '../schema.ts';

const basis = z.enum(['measured', 'inferred']);

export const accountEntry = z.object({
  name: z.string(),
  bytes,
  topic,
  meaning: z.string().nullable().describe('null for a name that memtool does not know'),
  line: line.nullable(),
});

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

const group = footprint.extend({
  mappings: count,
  basis: basis.describe('inferred where what one of its mappings is was inferred'),
});
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
  basis: basis.describe('how the role is known'),
  because: z.string().nullable().describe('the reason, where the role is inferred'),
  use: z
    .object({ name: z.string(), title: z.string(), topic, because: z.string().nullable() })
    .nullable()
    .describe('what other anonymous memory is for, inferred from its neighbours'),
  backing: backing.describe('what the capture itself says'),
  identity: basis.describe('how what it is is known: by a name, by its role, or by its use'),
  topic: topic.nullable().describe('null where its sizes alone are to be explained'),
  line,
});

/** The sizes that a capture can have a column for, in the order in which they are shown. */
const column = z.enum([
  'sizeBytes',
  'residentBytes',
  'pssBytes',
  'ussBytes',
  'dirtyBytes',
  'swapBytes',
]);

const process = z.object({
  pid: z.number().int().nullable(),
  command: z.string().nullable(),
  system: z.string().describe('whose rules the map follows: Linux, or another system'),
  columns: z.array(column).describe('the sizes that are known; swap where there is any'),
  total: group,
  stated: footprint.extend({ line }).nullable().describe("the capture's own total"),
  account: z
    .array(accountEntry)
    .describe("the kernel's sums, under its names (status, smaps_rollup)"),
  anonymous: group.extend({
    heap: group,
    kernel: group,
    other: group,
    uses: z
      .array(group.extend({ use: z.string(), title: z.string(), topic }))
      .describe('parts of other, inferred'),
  }),
  libraries: files,
  executable: files,
  stack: group,
  sharedMemory: group,
  files,
  reasons: z
    .array(z.object({ what: z.string(), because: z.string(), line }))
    .describe('why roles and uses were inferred, each reason once, with the last line it is of'),
  mappings: z.array(mapping),
});

const change = z.object({
  kind: z
    .enum(['appeared', 'vanished', 'grew', 'shrank', 'resident'])
    .describe('resident: of the same size, with other pages in RAM'),
  before: mapping.nullable().describe('null where it appeared'),
  after: mapping.nullable().describe('null where it vanished'),
  sizeBytes: bytes.describe('after less before'),
  residentBytes: bytesOrUnknown.describe('after less before'),
});

const comparison = z.object({
  before: z.string().describe('the capture that is compared with'),
  after: z.string(),
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
      sizeBytes: bytes.describe('after less before'),
      residentBytes: bytesOrUnknown.describe('after less before'),
    }),
  ),
  changes: z.array(change).describe('mappings that differ, the largest change first'),
  unchanged: count,
});

export const processSchema = process.extend({
  parentPid: z.number().int().nullable(),
  depth: count.describe('0 for a process that was asked for, 1 for its children'),
});

export const mapSchema = z.object({
  processes: z.array(processSchema),
  sum: footprint
    .extend({ columns: z.array(column).describe('the sizes that are known of whole processes') })
    .nullable()
    .describe('of several processes; shared memory counts once in PSS only'),
  comparison: comparison.nullable().describe('where two captures were given'),
});

/** Of memory maps: one process, several, or two that are compared. */
export type MapResult = z.infer<typeof mapSchema>;

/** Of two maps, with what differs. */
export type DifferenceResult = MapResult & { readonly comparison: ComparisonResult };

export type ProcessResult = z.infer<typeof processSchema>;
export type MappingResult = z.infer<typeof mapping>;
export type FootprintResult = z.infer<typeof footprint>;
export type GroupResult = z.infer<typeof group>;
export type FilesResult = z.infer<typeof files>;
export type AccountResult = z.infer<typeof accountEntry>;
export type ComparisonResult = z.infer<typeof comparison>;
export type ChangeResult = z.infer<typeof change>;
export type SizeColumn = z.infer<typeof column>;

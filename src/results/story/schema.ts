import { z } from 'zod';
import { CONTAINER_KINDS } from '../../model/heap-account.ts';
import { accountSchema } from '../malloc/account-schema.ts';
import { accountEntry } from '../map/schema.ts';
import { address, bytes, bytesOrUnknown, count, line, topic } from '../schema.ts';
import { bounds, containerSchema } from './container-schema.ts';

const belonging = z
  .object({
    degree: z.enum(['process', 'layout', 'program', 'none', 'other']),
    because: z.string(),
  })
  .nullable();

const basis = z.enum(['measured', 'inferred']);

const kind = z.enum([
  'malloc',
  'live',
  'overhead',
  'free',
  'private',
  'runtime',
  'shared',
  'file',
  'generated',
  'stacks',
  'code',
  'code-private',
  'code-shared',
  'code-unloaded',
  'small',
  'huge-pages',
  'reserved',
  'untouched',
  'stack-space',
  'outside',
]);

const step = z.object({
  kind: kind.describe('live, overhead and free are parts of malloc, where they are told apart'),
  label: z.string(),
  bytes,
  basis,
  because: z.string().nullable(),
  source: z.string().nullable().describe('where a measured number comes from'),
  topic,
  knob: z.string().nullable().describe('what makes it smaller'),
});

const range = z
  .object({ leastBytes: bytes, mostBytes: bytes, basis })
  .nullable()
  .describe('in RAM; null where nothing tells live and free apart');

const answer = z
  .object({
    program: z.string().nullable(),
    pid: z.number().int().nullable(),
    threads: count.nullable(),
    residentBytes: bytesOrUnknown,
    allocator: z.string().nullable().describe('what gives out the memory of the process'),
    malloc: z.string().nullable().describe('whose memory is told live or free'),
    mallocBytes: bytesOrUnknown.describe('what malloc has in RAM, live or free'),
    live: range,
    free: range,
    overheadBytes: bytesOrUnknown.describe('headers and rounding'),
    largest: z
      .array(
        z.object({
          kind,
          label: z.string(),
          bytes,
          isDroppable: z.boolean().describe('page cache of unchanged files'),
        }),
      )
      .describe('parts of the RAM, the largest first; what malloc has is one'),
  })
  .describe('the first line of the report');

const snapshot = z.object({
  name: z.string().describe('of its capture'),
  residentBytes: bytesOrUnknown,
  sizeBytes: bytes,
  taken: z
    .enum(['peak', 'exit', 'last', 'running'])
    .nullable()
    .describe('as memtool record took it: when most was resident, at its exit, as last seen'),
  seconds: z.number().nullable().describe('from the start of the run'),
  live: range,
  free: range,
  moment: z
    .object({
      firstLine: line.describe('the call that made it so'),
      untilLine: line.nullable().describe('the call that made it otherwise; null: none did'),
      differingBytes: bytes.describe('private memory that is other in the log than in the map'),
    })
    .nullable()
    .describe('when the log was as the map is, or nearest to it'),
});

const mergedRow = z.object({
  address,
  sizeBytes: bytes,
  residentBytes: bytesOrUnknown,
  line: line.describe('of the first snapshot'),
  isSmall: z.boolean().describe('less than a hundredth of the RAM, and no container in it'),
  parts: z
    .array(
      z.object({
        address,
        sizeBytes: bytes,
        use: z
          .object({ name: z.string(), title: z.string(), topic, because: z.string() })
          .nullable()
          .describe('null where its call is not in the log'),
        container: z.string().nullable(),
        isContainer: z.boolean(),
        elementBytes: bytesOrUnknown,
        line: line.nullable().describe('of the log, the call that gave it its size'),
        resident: bounds,
      }),
    )
    .describe('by address; together the whole row'),
});

const place = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: count.nullable(),
  bytes,
});

const advice = z.object({
  what: z.string(),
  savesBytes: z
    .object({ leastBytes: bytes, mostBytes: bytes })
    .nullable()
    .describe('of RAM; null where it saves none, or nothing tells'),
  because: z.string(),
  tryIt: z.string().nullable().describe('a command that tries it, or that measures more'),
  topic,
});

export const storySchema = z.object({
  answer,
  captures: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
      kind: z.enum(['memory-maps', 'heap-account', 'syscall-trace', 'heap-profile']),
      isTold: z.boolean().describe('of several logs, and of several recordings, the first is'),
    }),
  ),
  sums: z
    .array(
      z.object({ name: z.string().describe('of its capture'), account: z.array(accountEntry) }),
    )
    .describe("the kernel's sums of a process (status, smaps_rollup), where there is no map"),
  snapshots: z.array(snapshot).describe('the one that the story is about first'),
  mapAndLog: belonging.describe('whether map and log are of one process'),
  recordingAndOthers: belonging,
  recordingUnusedBecause: z
    .string()
    .nullable()
    .describe('the recording is of this program, but evidently of other work'),
  heldIsUnknown: z
    .boolean()
    .describe('there is a recording, but what was live is not one number at the map’s moment'),
  heapAccount: z
    .object({ capture: z.string(), match: belonging, account: accountSchema })
    .nullable()
    .describe('what the allocator has, of the process of the first snapshot'),
  heapAccountUnusedBecause: z.string().nullable(),
  waterfall: z
    .object({
      inRam: z.array(step).describe('they sum to residentBytes'),
      residentBytes: bytes,
      notInRam: z.array(step).describe('they sum to sizeBytes less residentBytes'),
      sizeBytes: bytes,
      outside: z.array(step),
      pssBytes: bytesOrUnknown,
      hugePageBytes: bytesOrUnknown.describe('in RAM, in transparent huge pages'),
      lazyFreeBytes: bytesOrUnknown.describe('in RAM, given up by MADV_FREE'),
      areFilesUnknown: z
        .boolean()
        .describe('of a core: what of files is in RAM is not known, and not in residentBytes'),
    })
    .nullable(),
  liveByPlace: z
    .array(
      z.object({
        moment: z
          .enum(['peak', 'map', 'dump'])
          .describe('of the recording, when the map was taken, or when a dump was written'),
        seconds: z.number().nullable().describe('of the recording'),
        bytes,
        places: z.array(place),
      }),
    )
    .describe('what was live by the code that allocated it, as a heap recording has it'),
  liveCode: z
    .object({
      liveBytes: bytes.describe('as the account measures it'),
      moment: z
        .enum(['peak', 'end'])
        .nullable()
        .describe(
          'of the recording, with as much live to 10 %; null: neither, so sites have intervals',
        ),
      peakBytes: bytes.describe('live at the peak of the recording'),
      endBytes: bytes.describe('live at its end'),
      sites: z
        .array(
          z.object({
            function: z.string().nullable(),
            file: z.string().nullable(),
            line: count.nullable(),
            leastBytes: bytes,
            mostBytes: bytes,
          }),
        )
        .describe('the ten largest'),
    })
    .nullable()
    .describe('who allocated what the heap account has live, by the recording of another run'),
  liveContainers: z
    .array(
      z.object({
        kind: z.enum(CONTAINER_KINDS),
        address: address.describe("of the block's header"),
        elementBytes: z.object({ least: count, most: count }),
        length: count.describe('elements, or bytes (bounded, text, pieces)'),
        capacity: count,
        site: z
          .object({
            function: z.string().nullable(),
            file: z.string().nullable(),
            line: count.nullable(),
          })
          .nullable()
          .describe('the only one of the heap recording that allocated a block of its size'),
      }),
    )
    .describe('the ten largest of the heap account, by their own words in memory'),
  overTime: z.object({
    recorder: z.string().nullable().describe('of the heap recording'),
    heapPeakBytes: bytesOrUnknown,
    isSampled: z
      .literal(true)
      .optional()
      .describe('figures of the heap recording are scaled up from samples'),
    isDump: z
      .literal(true)
      .optional()
      .describe('the profile is of a running program: its end is when it was written'),
    heapEndBytes: bytesOrUnknown,
    logPeakBytes: bytesOrUnknown.describe('heap and usable anonymous memory in the log'),
    logPeakLine: line.nullable(),
    logEndBytes: bytesOrUnknown,
    highestResidentBytes: bytesOrUnknown.describe('of the samples, or as the kernel counts it'),
    resident: z
      .array(z.object({ seconds: z.number(), bytes }))
      .describe('as memtool record saw it'),
  }),
  advice: z.array(advice),
  tellsLive: z
    .string()
    .nullable()
    .describe('what would tell live and free memory, where nothing does'),
  pageBytes: bytes,
  rows: z
    .array(
      z.object({
        label: z.string(),
        topic,
        permissions: z.string(),
        count,
        sizeBytes: bytes.describe('of each'),
        residentBytes: bytesOrUnknown.describe('of all together'),
        line: line.describe('of the first'),
      }),
    )
    .describe('of the first snapshot, alike ones as one, those with the most in RAM first'),
  rowsLeftOut: count.describe('smaller ones that are not listed'),
  mergedRows: z
    .array(mergedRow)
    .describe('rows of the first snapshot that are several mappings, the largest first'),
  containers: z.array(containerSchema),
});

export type StoryResult = z.infer<typeof storySchema>;
export type StepResult = z.infer<typeof step>;
export type AdviceResult = z.infer<typeof advice>;
export type MergedRowResult = z.infer<typeof mergedRow>;

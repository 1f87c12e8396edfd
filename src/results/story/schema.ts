import { z } from 'zod';
import { CONTAINER_KINDS } from '../../model/heap-account.ts';
import { accountSchema } from '../malloc/account-schema.ts';
import { accountEntry } from '../map/schema.ts';
import { address, bytes, bytesOrUnknown, count, line, topic } from '../schema.ts';

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
  topic,
  knob: z.string().nullable().describe('what makes it smaller'),
});

const snapshot = z.object({
  name: z.string().describe('of its capture'),
  residentBytes: bytesOrUnknown,
  sizeBytes: bytes,
  moment: z
    .object({
      firstLine: line.describe('the call that made it so'),
      untilLine: line.nullable().describe('the call that made it otherwise; null: none did'),
      differingBytes: bytes.describe('private memory that is other in the log than in the map'),
    })
    .nullable()
    .describe('when the log was as the map is, or nearest to it'),
});

const bounds = z
  .object({ leastBytes: bytes, mostBytes: bytes })
  .nullable()
  .describe('what the resident size of the whole row leaves possible');

const mergedRow = z.object({
  address,
  sizeBytes: bytes,
  residentBytes: bytesOrUnknown,
  line: line.describe('of the first snapshot'),
  parts: z
    .array(
      z.object({
        address,
        sizeBytes: bytes,
        use: z
          .object({ name: z.string(), topic, because: z.string() })
          .nullable()
          .describe('null where its call is not in the log'),
        container: z.string().nullable(),
        elementBytes: bytesOrUnknown,
        line: line.nullable().describe('of the log, the call that gave it its size'),
        resident: bounds,
      }),
    )
    .describe('by address; together the whole row'),
});

const container = z.object({
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
      capture: z.string(),
      kind: z.enum(['own', 'merged']),
      by: z.enum(['address', 'size']).nullable(),
      address,
      sizeBytes: bytes,
      residentBytes: bytesOrUnknown,
      containerResident: bounds,
      line,
    })
    .nullable()
    .describe('of the memory map'),
  chunk: z
    .object({
      bytes,
      usableBytes: bytes,
      touchedBytes: bytes,
      container: z
        .object({
          kind: z.enum(CONTAINER_KINDS),
          elementBytes: z.object({ least: count, most: count }),
          length: count,
          capacity: count,
        })
        .nullable()
        .describe('by its own words in memory; elements, or bytes (bounded, text, pieces)'),
    })
    .nullable()
    .describe("the block of malloc that holds it, measured in the heap of the map's moment"),
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
  captures: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
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
  heldIsUnknown: z
    .boolean()
    .describe('there is a recording, but the map is of neither its peak nor its end'),
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
      areFilesUnknown: z
        .boolean()
        .describe('of a core: what of files is in RAM is not known, and not in residentBytes'),
    })
    .nullable(),
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
  mergedRows: z
    .array(mergedRow)
    .describe('rows of the first snapshot that are several mappings, the largest first'),
  containers: z.array(container),
});

export type StoryResult = z.infer<typeof storySchema>;

import { z } from 'zod';
import { CONTAINER_KINDS } from '../../model/heap-account.ts';
import { address, bytes, bytesOrUnknown, claim, count, line } from '../schema.ts';

export const bounds = z
  .object({ leastBytes: bytes, mostBytes: bytes })
  .nullable()
  .describe('what the resident size of the whole row leaves possible');

export const containerSchema = z.object({
  count: count.describe('containers with the same steps'),
  container: z.string().nullable(),
  elementBytes: bytesOrUnknown,
  capacity: count.nullable().describe('elements'),
  capacities: z.array(count).describe('of its steps, as far as they are known'),
  requestedBytes: bytesOrUnknown,
  headerBytes: bytesOrUnknown,
  roundingBytes: bytesOrUnknown.describe('to whole pages'),
  mappedBytes: bytes,
  address,
  firstLine: line,
  lastLine: line,
  stepLine: line.describe('of the log, the call that gave it its size'),
  reasons: z.array(z.string()).describe('why it is taken for this container and element size'),
  laterSteps: count.describe('steps after the map was taken'),
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
      otherContainers: count.describe('in the same row'),
      otherBytes: bytes.describe('of the row that are of no container'),
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
  inUse: z
    .object({ leastBytes: bytes, mostBytes: bytes, because: z.string() })
    .nullable()
    .describe('bytes of elements, by the touched pages, if none was taken out again'),
  elements: z
    .object({ least: count, most: count, because: z.string() })
    .nullable()
    .describe('the same in elements; null where their size is not known well enough'),
  elementsUnknownBecause: z.string().nullable(),
  site: z
    .object({
      function: z.string().nullable(),
      file: z.string().nullable(),
      line: count.nullable(),
      elementBytes: bytesOrUnknown,
    })
    .nullable()
    .describe('of the heap recording'),
  cost: z.object({
    remaps: count,
    remappedBytes: bytes,
    copies: count,
    copiedBytes: claim(bytes),
  }),
  advice: z
    .object({
      call: z.string().nullable(),
      elements: claim(count).nullable(),
      savedSteps: count,
      savedSlackBytes: claim(bytes).nullable(),
    })
    .nullable(),
});

export type ContainerResult = z.infer<typeof containerSchema>;

import { z } from 'zod';
import { address, bytes, count } from '../schema.ts';

export const containerLanguage = z.enum(['rust', 'python', 'unknown']);

const amount = z.object({ count, bytes });

const place = z.object({
  kind: z.enum(['stack', 'data', 'memory']),
  tid: count.nullable(),
  file: z.string().nullable(),
  name: z.string().nullable().describe('of static data, where its file has symbols'),
});

const containerKind = z
  .enum(['counted', 'bounded', 'text', 'table', 'buckets', 'pieces', 'ring'])
  .describe(
    'counted: pointer, length, capacity (Vec, String, list); bounded: std::vector; text: std::string; table: HashMap, HashSet; buckets: std::unordered_map; pieces: std::deque; ring: VecDeque',
  );

export const kindSums = z
  .array(
    z.object({
      kind: containerKind,
      number: count,
      bytes: bytes.describe('of their blocks'),
      spareBytes: bytes.describe('room for elements that are not there'),
      spareResidentBytes: bytes.describe('of it in RAM'),
    }),
  )
  .describe('all containers by kind, those with most bytes first');

const elementSize = z
  .object({ least: count, most: count })
  .describe('the size of an element; exact where both are one');

const family = z.object({
  id: count.describe('its place in the list, from 0'),
  parent: count.nullable().describe('the family in whose elements these containers stand'),
  kind: containerKind,
  root: place
    .nullable()
    .describe("where the container's own words stand, if that is beside the heap"),
  offset: count.nullable().describe("where they stand in each of the parent's elements"),
  blockBytes: bytes.nullable().describe('how large the blocks are that they stand in otherwise'),
  number: count,
  elementBytes: elementSize,
  unit: z.enum(['elements', 'bytes']).describe('of length and capacity'),
  length: count,
  capacity: count,
  ringLength: count.nullable().describe('elements, should these be rings (VecDeque)'),
  bytes: bytes.describe('of their own blocks'),
  spareBytes: bytes.describe('room for elements that are not there'),
  spareResidentBytes: bytes.describe('of it in RAM'),
  retainedBytes: bytes.describe(
    'with all that is held by them alone: what would be free without them',
  ),
});

const holding = z.object({
  id: count.describe('its place in the list, from 0'),
  parent: count.nullable().describe('what holds it'),
  kind: z
    .enum(['place', 'shared', 'leaked', 'family', 'blocks', 'others'])
    .describe(
      'place: memory beside the heap; shared: of several, and of none alone; leaked: nothing leads there; family: containers; blocks: of one size, and no containers; others: too much to be told apart',
    ),
  place: place.nullable(),
  family: count.nullable().describe('its id, if it is listed'),
  blockBytes: bytes.nullable(),
  number: count.describe('blocks'),
  bytes: bytes.describe('of these blocks'),
  retainedBytes: bytes,
});

const figures = z.object({
  number: count,
  length: count.describe('elements or bytes, as the kind has it'),
  bytes: bytes.describe('of their own blocks'),
  spareBytes: bytes,
});

const difference = z.object({
  families: z
    .array(
      z.object({
        family: count.nullable().describe('its id; null where it is gone, or not listed'),
        kind: containerKind,
        elementBytes: elementSize,
        before: figures,
        after: figures,
      }),
    )
    .describe('families at one place count together; the largest change first, at most 1000'),
  leaks: z
    .array(
      z.object({
        kind: z.enum(['family', 'blocks', 'others']),
        family: count.nullable(),
        blockBytes: bytes.nullable(),
        before: amount,
        after: amount,
      }),
    )
    .describe('blocks to which nothing leads, and of which there are more than before'),
});

export const containersSchema = z.object({
  order: z
    .string()
    .nullable()
    .describe("in which order this program's containers of three words have them"),
  language: containerLanguage,
  live: amount.describe('all live blocks'),
  owned: amount.describe('those of them that belong to a container'),
  unreferenced: amount.describe('those that no word in memory leads to'),
  leaked: amount.describe('the same with those to which only such blocks lead'),
  control: count.describe('how many the same search finds where there are none'),
  kinds: kindSums,
  large: z
    .array(
      z.object({
        kind: containerKind,
        address: address.describe("of the block's header"),
        elementBytes: elementSize,
        length: count,
        capacity: count,
      }),
    )
    .describe('containers with a block of 64 KiB and more, the largest first; at most 1000'),
  families: z.array(family).describe('those that retain most first; at most 1000'),
  holdings: z
    .array(holding)
    .describe('who holds which blocks, by dominators; what retains most first, at most 1000'),
  difference: difference.nullable().describe('from the image that --diff names'),
});

export type ContainersResult = z.infer<typeof containersSchema>;

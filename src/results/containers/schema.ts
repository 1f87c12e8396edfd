import { z } from 'zod';
import { bytes, count } from '../schema.ts';

const amount = z.object({ count, bytes });

const family = z.object({
  id: count.describe('its place in the list, from 0'),
  parent: count.nullable().describe('the family in whose elements these containers stand'),
  kind: z
    .enum(['counted', 'bounded', 'text', 'table', 'buckets', 'pieces'])
    .describe(
      'counted: pointer, length, capacity (Vec, String, list); bounded: std::vector; text: std::string; table: HashMap, HashSet; buckets: std::unordered_map; pieces: std::deque',
    ),
  root: z
    .object({
      kind: z.enum(['stack', 'data', 'memory']),
      tid: count.nullable(),
      file: z.string().nullable(),
      name: z.string().nullable().describe('of static data, where its file has symbols'),
    })
    .nullable()
    .describe("where the container's own words stand, if that is beside the heap"),
  offset: count.nullable().describe("where they stand in each of the parent's elements"),
  blockBytes: bytes.nullable().describe('how large the blocks are that they stand in otherwise'),
  number: count,
  elementBytes: z
    .object({ least: count, most: count })
    .describe('the size of an element; exact where both are one'),
  unit: z.enum(['elements', 'bytes']).describe('of length and capacity'),
  length: count,
  capacity: count,
  ringLength: count.nullable().describe('elements, should these be rings (VecDeque)'),
  bytes: bytes.describe('of their own blocks'),
  spareBytes: bytes.describe('room for elements that are not there'),
  spareResidentBytes: bytes.describe('of it in RAM'),
  retainedBytes: bytes.describe('with the blocks of all families inside'),
});

export const containersSchema = z.object({
  order: z
    .string()
    .nullable()
    .describe("in which order this program's containers of three words have them"),
  language: z.enum(['rust', 'python', 'unknown']),
  live: amount.describe('all live blocks'),
  owned: amount.describe('those of them that belong to a container'),
  unreferenced: amount.describe('those that no word in memory leads to'),
  control: count.describe('how many the same search finds where there are none'),
  families: z.array(family).describe('those that retain most first; at most 1000'),
});

export type ContainersResult = z.infer<typeof containersSchema>;

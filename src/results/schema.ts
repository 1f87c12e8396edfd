/**
 * The form of `--json`: one document per command, described by Zod schemas from which docs/schema
 * is generated. Programs import only the types from here; Zod itself stays out of the bundle.
 */
import { z } from 'zod';
import { DIAGNOSTIC_CODES } from '../diagnostics/codes.ts';
import { TOPIC_IDS } from '../model/topic.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** No limit: numbers of captures are below 2^53, sums over damaged ones may not be. */
export const bytes = z.number().refine(Number.isInteger).meta({
  type: 'integer',
  description: 'bytes; rounded from 2^53 on, as only damaged captures have',
});
export const bytesOrUnknown = bytes.nullable().describe('bytes; null where the capture has none');
export const count = z.number().int().nonnegative();
export const line = z.number().int().positive().describe('line of the capture, from 1');
export const address = z.string().regex(/^0x[0-9a-f]+$/);
export const secondsOrUnknown = z
  .number()
  .nullable()
  .describe('seconds since the first time stamp; null where the capture has none');

/** For what goes by a name and not by a field of its own: a step, a use, a sum of the kernel. */
export const topic = z.enum(TOPIC_IDS).describe('of memtool explain');

/** A value, and the rule that it follows from. */
export const claim = <Value extends z.ZodType>(value: Value) =>
  z.object({
    value,
    because: z.string().nullable().describe('the reason of an inferred value; null if measured'),
  });

const diagnostic = z.object({
  code: z.enum(DIAGNOSTIC_CODES),
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  hint: z.string().nullable(),
  details: z.array(z.string()),
  file: z.string(),
  line: line.nullable(),
  column: z.number().int().positive().nullable(),
  byteOffset: z.number().int().nonnegative().nullable().describe('in the file as it lies on disk'),
});

const envelope = z.object({
  memtoolVersion: z.string(),
  input: z
    .object({
      name: z.string(),
      format: z.string(),
      compression: z.string(),
      sizeBytes: bytesOrUnknown,
    })
    .nullable(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('why there is no result, or only a part of it'),
  diagnostics: z.object({
    kept: z.array(diagnostic).describe('the first few of each code'),
    counts: z.record(z.string(), count).describe('all of each code'),
  }),
});

export type Envelope = z.infer<typeof envelope>;

/** The whole document of a command around its result. */
export function documentSchema<Result extends z.ZodType>(command: string, result: Result) {
  return envelope.extend({
    schema: z.literal(`memtool/${command}`),
    schemaVersion: z.literal(SCHEMA_VERSION),
    result: result.nullable(),
    topics: z
      .record(z.string(), topic)
      .describe('fields of the result, by name, that a page of memtool explain tells of'),
  });
}

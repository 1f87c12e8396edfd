import { z } from 'zod';
import { address, bytes, count, line, secondsOrUnknown, topic } from '../schema.ts';

const recognised = z.object({
  id: z.string(),
  title: z.string(),
  because: z.string().describe('what was seen; the name is inferred from it'),
  line,
});

const lineOrNone = z.number().int().nonnegative().describe('0 where there never was any');

/** What of a space's JSON is about its allocators and the use of its memory. */
export const heapFields = {
  uses: z
    .array(
      z.object({
        use: z.string(),
        topic,
        title: z.string(),
        because: z.string().describe('why memory is taken for this'),
        usableBytes: bytes.describe('at the end, with any right'),
        reservedBytes: bytes.describe('at the end, without any right'),
        peakBytes: bytes.describe('the most that was ever usable'),
        peakLine: lineOrNone,
        peakSeconds: secondsOrUnknown,
        atPeakBytes: bytes.describe('usable when heap and anonymous memory were at their peak'),
      }),
    )
    .describe('heap and anonymous memory by what it is for, inferred but for the brk heap'),
  malloc: recognised.nullable().describe('the allocator behind malloc; null where nothing tells'),
  runtimes: z.array(recognised).describe('language runtimes with memory of their own'),
  usualSteps: z
    .object({ count, because: z.string() })
    .nullable()
    .describe('steps of brk that any small request makes; glibc only'),
  largestStep: z
    .object({
      deltaBytes: bytes,
      line,
      seconds: secondsOrUnknown,
      leastRequestBytes: bytes.describe('inferred: the request was at least this large'),
    })
    .nullable()
    .describe('the largest step of brk, where it is more than any small request makes; glibc only'),
  mmapThreshold: z
    .object({
      firstBytes: bytes.describe('the block that was freed on the first line'),
      bytes: bytes.describe('requests below can come from the heap'),
      trimBytes: bytes,
      raises: count,
      firstLine: line,
      lastLine: line,
      heapGrownSinceBytes: bytes.describe('by how much brk went up after the first raise'),
      heapStepsSince: count,
      recordAgainWith: z.string().describe('in the environment: the threshold stays, growth shows'),
    })
    .nullable()
    .describe("glibc's dynamic mmap threshold, where free raised it; inferred"),
  timeline: z.object({
    unit: z.enum(['seconds', 'lines']).nullable(),
    points: z.array(z.object({ at: z.number(), heapBytes: bytes, anonymousBytes: bytes })),
  }),
  unsizedSegments: count.describe('attached shared memory of unknown size; left out'),
};

/** The rows of /proc/PID/maps at a moment, as far as the log knows. */
export const mapAtLine = z.object({
  line,
  processes: z.array(
    z.object({
      pid: z.number().int().describe('of its first thread; 0 where the log tells none'),
      rows: z.array(
        z.object({
          start: address,
          end: address,
          bytes,
          rights: z.string().describe('as in /proc/PID/maps: rw-p'),
          offset: address,
          kind: z.enum(['heap', 'anonymous', 'shared', 'file', 'unknown']),
          path: z.string().nullable(),
        }),
      ),
    }),
  ),
});

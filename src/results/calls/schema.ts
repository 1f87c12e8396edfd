import { z } from 'zod';
import { address, bytes, count, line, secondsOrUnknown } from '../schema.ts';
import { growth } from './growth-schema.ts';
import { heapFields, mapAtLine } from './memory-use-schema.ts';

const spaceBytes = z.object({
  heapBytes: bytes.describe('brk heap, whole pages'),
  anonymousBytes: bytes.describe('anonymous memory with any right'),
  reservedBytes: bytes.describe('anonymous address space without any right (PROT_NONE)'),
  fileBytes: bytes.describe('mapped files and shared memory'),
});

const chain = z.object({
  mappedBytes: bytes.describe('mapped now; 0 when it is gone'),
  mappedPages: count,
  peakBytes: bytes,
  steps: z.array(
    z.object({
      kind: z.enum(['mapped', 'found', 'inherited', 'resized', 'moved', 'trimmed']),
      line,
      seconds: secondsOrUnknown,
      address,
      mappedBytes: bytes,
      mappedPages: count,
    }),
  ),
  omittedSteps: count.describe('steps left out in the middle of a very long history'),
  end: z
    .object({ kind: z.enum(['unmapped', 'overlaid']), line, seconds: secondsOrUnknown })
    .nullable(),
});

const heap = z.object({
  start: address,
  startIsKnown: z.boolean().describe('false where the log begins after the heap had grown'),
  end: address,
  bytes,
  peakBytes: bytes,
  peakLine: z.number().int().nonnegative().describe('0 where the heap never grew'),
  steps: z.array(
    z.object({
      deltaBytes: bytes.describe('negative where the heap shrank'),
      count,
      firstLine: line,
      lastLine: line,
    }),
  ),
  grew: count.describe('how often the break went up, steps that are not listed included'),
  shrank: count,
});

const space = z.object({
  pid: z.number().int().nullable().describe('of its first thread; null where the log tells none'),
  pids: z.array(z.number().int()).describe('threads in it, at most 100; 0 for lines without PID'),
  taskCount: count,
  program: z.string().nullable(),
  firstLine: line,
  lastLine: line,
  outcome: z.string().nullable().describe("how it ended, in the log's words"),
  heap: heap.nullable(),
  atEnd: spaceBytes,
  peak: spaceBytes.extend({
    bytes: bytes.describe('heap and anonymous together'),
    line: z.number().int().nonnegative(),
    seconds: secondsOrUnknown,
  }),
  alive: z.object({
    count,
    bytes,
    mappings: z.array(
      chain.extend({ use: z.string().nullable().describe('inferred, as in `uses`') }),
    ),
  }),
  growth,
  finished: z.object({ count, peakBytes: bytes }),
  ...heapFields,
  advice: z.array(z.object({ name: z.string(), count, bytes })).describe('madvise, by advice'),
});

export const callsSchema = z.object({
  lineCount: count,
  lines: z.object({
    calls: count,
    unfinished: count,
    resumed: count,
    signals: count,
    exits: count,
    notes: count,
    stackFrames: count,
    dumps: count,
    summaryRows: count,
    blank: count,
    unrecognised: count,
  }),
  totalCalls: count,
  failedCalls: count.describe('failed calls change nothing'),
  calls: z.array(z.object({ name: z.string(), calls: count, errors: count })),
  taskCount: count.describe('processes and threads'),
  tasks: z.array(
    z.object({ pid: z.number().int(), firstLine: line, outcome: z.string().nullable() }),
  ),
  failedAllocations: z
    .array(z.object({ line, bytes: z.number().describe('bytes; may be beyond 2^53') }))
    .describe('where a Rust program says that it got no memory'),
  clock: z.enum(['none', 'time of day', 'epoch', 'relative']),
  durationSeconds: secondsOrUnknown,
  spaceCount: count.describe('address spaces, listed or not'),
  spaces: z.array(space).describe('the 64 with the largest peaks, the largest first'),
  map: mapAtLine.nullable().describe('only with --map-at'),
  spacesNotKept: count,
  assumedThreadCount: count,
  assumedThreads: z.array(z.number().int()),
});

export type CallsResult = z.infer<typeof callsSchema>;

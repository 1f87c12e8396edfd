import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { PlainFile } from '../../input/input.ts';
import { RingWorker } from '../../input/ring-worker.ts';
import { youngSpaceLimit } from '../../input/v8-heap-limits.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import type { ParseContext } from '../format.ts';
import { EventReader } from './event-reader.ts';

/** What the thread is asked to read. */
export interface ReadingTask {
  readonly name: string;
  /** Open descriptor; both threads are one process, so it is valid in the worker too. */
  readonly fd: number;
  /** Bytes already read from the descriptor. */
  readonly opening: Uint8Array;
}

/** What it has read, beside the events. */
export interface ReadingResult {
  readonly trace: SyscallTrace;
  readonly diagnostics: readonly Diagnostic[];
  readonly counts: ReadonlyMap<DiagnosticCode, number>;
}

/** Built programs keep the worker beside the chunk folder; from source, Node runs it as it is. */
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './strace.worker.ts' : '../workers/strace.js',
  import.meta.url,
);

/** Reads a log in a thread of its own; the folds are stepped here. */
export async function parseInWorker(
  { fd, opening, onProgress }: PlainFile,
  name: string,
  { diagnostics, asked }: ParseContext<'syscall-trace'>,
): Promise<SyscallTrace> {
  const worker = await RingWorker.start<ReadingTask, ReadingResult>(WORKER_URL);
  const reader = new EventReader(asked.folds ?? []);
  let result: ReadingResult | undefined;
  const onResult = (words: ReadingResult) => {
    result = words;
  };
  const chunks = worker.chunks({ name, fd, opening }, onProgress, onResult);
  const limitYoungSpace = youngSpaceLimit();
  for await (const chunk of chunks) {
    reader.read(chunk);
    limitYoungSpace();
  }
  reader.finish();
  diagnostics.add(result!.diagnostics, result!.counts);
  return result!.trace;
}

import type { Compression } from './compression.ts';
import type { InputProblem } from './problem.ts';
import { type RingMemory, RingReader, ringMemory } from './ring.ts';

/** What the worker is asked to do. */
export interface DecoderTask {
  readonly compression: Exclude<Compression, 'none'>;
  /** Open descriptor; both threads are one process, so it is valid in the worker too. */
  readonly fd: number;
  /** Bytes already read from the descriptor, to tell the compression by. */
  readonly head: Uint8Array;
  readonly ring: RingMemory;
}

export type DecoderMessage =
  /** The next ring slot holds `length` bytes; `position` compressed bytes were read so far. */
  | { readonly kind: 'chunk'; readonly length: number; readonly position: number }
  | { readonly kind: 'end'; readonly problems: readonly InputProblem[] };

/** Built programs keep the worker beside the chunk folder; from source, Node runs it as it is. */
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './decoder.worker.ts' : '../workers/decoder.js',
  import.meta.url,
);

/**
 * Decodes a file in a worker thread; yields decoded chunks, each valid until the next is asked for.
 *
 * @param onProgress called with the count of compressed bytes read.
 * @param onProblem called for what is wrong with the stream, after the last chunk.
 */
export async function* decodedChunks(
  source: Omit<DecoderTask, 'ring'>,
  onProgress: (position: number) => void,
  onProblem: (problem: InputProblem) => void,
): AsyncGenerator<Uint8Array> {
  const memory = ringMemory();
  const reader = new RingReader(memory);
  const task: DecoderTask = { ...source, ring: memory };
  // Plain captures need no threads; loading the module costs a tenth of a start.
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(WORKER_URL, { workerData: task });

  const inbox: DecoderMessage[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  worker.on('message', (message: DecoderMessage) => {
    inbox.push(message);
    wake();
  });
  worker.on('error', (error: Error) => {
    failure = error;
    wake();
  });

  try {
    for (;;) {
      const message = inbox.shift();
      if (message === undefined) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (message.kind === 'chunk') {
        onProgress(message.position);
        yield reader.chunk(message.length);
        reader.release();
      } else {
        for (const problem of message.problems) onProblem(problem);
        return;
      }
    }
  } finally {
    await worker.terminate();
  }
}

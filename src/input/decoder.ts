import type { Worker } from 'node:worker_threads';
import type { Compression } from './compression.ts';
import type { InputProblem } from './problem.ts';
import { type RingMemory, RingReader, ringMemory } from './ring.ts';

/** What the worker is asked to do, once it runs. */
export interface DecoderTask {
  readonly compression: Exclude<Compression, 'none'>;
  /** Open descriptor; both threads are one process, so it is valid in the worker too. */
  readonly fd: number;
  /** Bytes already read from the descriptor, to tell the compression by. */
  readonly head: Uint8Array;
}

/** The worker's last words: what was wrong with the stream. */
export type DecoderMessage = readonly InputProblem[];

/**
 * Milliseconds that the main thread sleeps for a chunk before it looks for signals, for errors of
 * the worker, and whether the progress has to be shown.
 */
const PATIENCE_MS = 50;

/** Built programs keep the worker beside the chunk folder; from source, Node runs it as it is. */
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './decoder.worker.ts' : '../workers/decoder.js',
  import.meta.url,
);

/** Started before anybody asked, to be used by the first who does. */
let waiting: Promise<Decoder> | undefined;

/**
 * Starts the decoding thread while the program still has other things to load: the thread and its
 * WebAssembly take 50 ms before the first byte. A process that needs none ends without waiting.
 */
export function warmDecoder(): void {
  waiting ??= Decoder.start();
}

/** The decoding thread that was warmed up, or a new one. */
export function openDecoder(): Promise<Decoder> {
  const decoder = waiting ?? Decoder.start();
  waiting = undefined;
  return decoder;
}

/** A thread that decodes one file. */
export class Decoder {
  /** Where the decoded chunks lie. */
  readonly memory: WebAssembly.Memory;
  readonly #worker: Worker;
  readonly #reader: RingReader;

  private constructor(worker: Worker, memory: WebAssembly.Memory, ring: RingMemory) {
    this.memory = memory;
    this.#worker = worker;
    this.#reader = new RingReader(ring);
  }

  static async start(): Promise<Decoder> {
    // Plain captures need no threads; loading the module costs a tenth of a start.
    const { Worker } = await import('node:worker_threads');
    const { memory, ring } = ringMemory();
    const worker = new Worker(WORKER_URL, { workerData: ring });
    worker.unref();
    return new Decoder(worker, memory, ring);
  }

  /**
   * Decodes a file; yields its chunks, each valid until the next is asked for. Once only.
   *
   * @param onProgress called with the count of compressed bytes read.
   * @param onProblem called for what is wrong with the stream, after the last chunk.
   */
  async *chunks(
    task: DecoderTask,
    onProgress: (position: number) => void | Promise<void>,
    onProblem: (problem: InputProblem) => void,
  ): AsyncGenerator<Uint8Array> {
    const worker = this.#worker;
    worker.ref();
    const problems = new Promise<DecoderMessage>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    // Looked at between two chunks; without a handler in the meantime Node would end the process.
    let failure: Error | undefined;
    problems.catch((error: Error) => {
      failure = error;
    });
    worker.postMessage(task);

    try {
      for (;;) {
        const next = this.#reader.next(PATIENCE_MS);
        if (next === 'end') break;
        if (next === 'late') {
          await new Promise(setImmediate);
          if (failure) throw failure;
          continue;
        }
        await onProgress(next.position);
        yield next.bytes;
        this.#reader.release();
      }
      for (const problem of await problems) onProblem(problem);
    } finally {
      await worker.terminate();
    }
  }
}

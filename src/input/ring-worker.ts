import type { Worker } from 'node:worker_threads';
import { type RingMemory, RingReader, ringMemory } from './ring.ts';

/**
 * Milliseconds that the main thread sleeps for a chunk before it looks for signals, for errors of
 * the worker, and whether the progress has to be shown.
 */
const PATIENCE_MS = 50;

/** What the thread makes lives briefly; with V8's own limit its garbage would take 40 MB more. */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

/**
 * A thread that does one task and hands its bytes over through a ring. It is sent the task as a
 * message, and answers with one of its own, its last words, after the last chunk.
 */
export class RingWorker<Task, LastWords> {
  /** Where the chunks lie. */
  readonly memory: WebAssembly.Memory;
  readonly #worker: Worker;
  readonly #reader: RingReader;

  private constructor(worker: Worker, memory: WebAssembly.Memory, ring: RingMemory) {
    this.memory = memory;
    this.#worker = worker;
    this.#reader = new RingReader(ring);
  }

  /** @param url the program of the thread; its `workerData` is the ring. */
  static async start<Task, LastWords>(url: URL): Promise<RingWorker<Task, LastWords>> {
    // Small captures need no threads; loading the module costs a tenth of a start.
    const { Worker } = await import('node:worker_threads');
    const { memory, ring } = ringMemory();
    const worker = new Worker(url, { workerData: ring, resourceLimits: LIMITS });
    worker.unref();
    return new RingWorker(worker, memory, ring);
  }

  /**
   * Has the task done; yields its chunks, each valid until the next is asked for. Once only.
   *
   * @param onProgress called with how many bytes of the file have been read, and waited for.
   * @param onLastWords called after the last chunk.
   * @param interrupted aborted: what the thread has not read by then is not waited for.
   */
  async *chunks(
    task: Task,
    onProgress: (position: number) => void | Promise<void>,
    onLastWords: (words: LastWords) => void,
    interrupted?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const worker = this.#worker;
    worker.ref();
    const lastWords = new Promise<LastWords>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    // Looked at between two chunks; without a handler in the meantime Node would end the process.
    let failure: Error | undefined;
    lastWords.catch((error: Error) => {
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
          if (interrupted?.aborted) return;
          continue;
        }
        await onProgress(next.position);
        yield next.bytes;
        this.#reader.release();
      }
      onLastWords(await lastWords);
    } finally {
      // A thread that waits for a pipe cannot be ended before the pipe gives something.
      const ended = worker.terminate();
      if (!interrupted?.aborted) await ended;
    }
  }
}

import type { Compression } from './compression.ts';
import type { InputProblem } from './problem.ts';
import { RingWorker } from './ring-worker.ts';

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

/** Built programs keep the worker beside the chunk folder; from source, Node runs it as it is. */
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './decoder.worker.ts' : '../workers/decoder.js',
  import.meta.url,
);

/** A thread that decodes one file. */
type Decoder = RingWorker<DecoderTask, DecoderMessage>;

const startDecoder = () => RingWorker.start<DecoderTask, DecoderMessage>(WORKER_URL);

/** Started before anybody asked, to be used by the first who does. */
let waiting: Promise<Decoder> | undefined;

/**
 * Starts the decoding thread while the program still has other things to load: the thread and its
 * WebAssembly take 50 ms before the first byte. A process that needs none ends without waiting.
 */
export function warmDecoder(): void {
  waiting ??= startDecoder();
  // Whoever asks for it is told; where nobody does, it does not matter.
  waiting.catch(() => {});
}

/** The decoding thread that was warmed up, or a new one. */
export function openDecoder(): Promise<Decoder> {
  const decoder = waiting ?? startDecoder();
  waiting = undefined;
  return decoder;
}

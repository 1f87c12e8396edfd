import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import type { Interruption } from './interruption.ts';

/** Where a decoder reads from. */
export interface ByteSource {
  /** How many bytes have been read so far. */
  readonly position: number;
  /** Fills `target` from its start; returns the count of bytes read, 0 at the end. */
  read(target: Uint8Array): number;
  /** The same bytes from their start, where they can be read twice. */
  again?(): ByteSource | undefined;
}

/**
 * The bytes of a file or of standard input as they lie on disk.
 *
 * Files are read synchronously: memtool has nothing else to do while it waits for one, the decoder's
 * worker reads the same way on its own thread, and one read per chunk costs less than the promise of
 * an asynchronous one. A pipe can stay silent for hours, and Ctrl-C must be heard meanwhile.
 */
export class RawBytes implements ByteSource {
  readonly fd: number;
  /** Size on disk; undefined for pipes and /proc files, which do not know it. */
  readonly size: number | undefined;
  /** How many bytes have been read so far. */
  position = 0;

  /** Bytes that somebody read before, to be read once more. */
  #pushedBack: Uint8Array;
  readonly #interruption: Interruption | undefined;

  /** @param interruption ends a pipe early. */
  constructor(fd: number, pushedBack: Uint8Array = new Uint8Array(0), interruption?: Interruption) {
    this.fd = fd;
    this.#pushedBack = pushedBack;
    this.#interruption = interruption;
    const stat = fstatSync(fd);
    this.size = stat.isFile() && stat.size > 0 ? stat.size : undefined;
  }

  static open(path: string): RawBytes {
    return new RawBytes(openSync(path, 'r'));
  }

  /** Aborted once the user has interrupted reading. */
  get interrupted(): AbortSignal | undefined {
    return this.#interruption?.signal;
  }

  read(target: Uint8Array): number {
    const count = this.#readPushedBack(target) || readBlocking(this.fd, target);
    this.position += count;
    return count;
  }

  again(): ByteSource | undefined {
    return this.size === undefined ? undefined : new FileBytes(this.fd);
  }

  /** As `read`; of a pipe that can be interrupted it leaves the thread free while it waits. */
  async next(target: Uint8Array): Promise<number> {
    if (this.#interruption === undefined) return this.read(target);
    const count =
      this.#readPushedBack(target) ||
      (await readUnlessAborted(this.fd, target, this.#interruption.signal));
    this.position += count;
    return count;
  }

  close(): void {
    this.#interruption?.release();
    if (this.fd > 2) closeSync(this.fd);
  }

  #readPushedBack(target: Uint8Array): number {
    const count = Math.min(this.#pushedBack.length, target.length);
    target.set(this.#pushedBack.subarray(0, count));
    this.#pushedBack = this.#pushedBack.subarray(count);
    return count;
  }
}

/** A file from its start; where others read in it stays as it is. */
class FileBytes implements ByteSource {
  position = 0;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  read(target: Uint8Array): number {
    const count = readSync(this.#fd, target, 0, target.length, this.position);
    this.position += count;
    return count;
  }
}

/** How long to sleep when a non-blocking pipe has nothing to give yet. */
const RETRY_MS = 5;

/** One read(2); waits on descriptors that somebody made non-blocking, which inherited pipes can be. */
function readBlocking(fd: number, target: Uint8Array): number {
  for (;;) {
    try {
      return readSync(fd, target, 0, target.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** One read(2) on a thread of Node's; 0 when the signal comes first. */
function readUnlessAborted(fd: number, target: Uint8Array, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(0);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const settle = (error: NodeJS.ErrnoException | null, count: number) => {
      if (error?.code === 'EAGAIN' && !signal.aborted) {
        setTimeout(attempt, RETRY_MS);
        return;
      }
      signal.removeEventListener('abort', stop);
      if (error && error.code !== 'EOF') reject(error);
      else resolve(count);
    };
    const attempt = () => read(fd, target, 0, target.length, null, settle);
    attempt();
  });
}

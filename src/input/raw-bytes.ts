import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The bytes of a file or of standard input as they lie on disk.
 *
 * Reading is synchronous: memtool has nothing else to do while it waits for a local file, the
 * decoder's worker reads the same way on its own thread, and one read per chunk costs less than
 * the promise of an asynchronous one.
 */
export class RawBytes {
  readonly fd: number;
  /** Size on disk; undefined for pipes and /proc files, which do not know it. */
  readonly size: number | undefined;
  /** How many bytes have been read so far. */
  position = 0;

  /** Bytes that somebody read before, to be read once more. */
  #pushedBack: Uint8Array;

  constructor(fd: number, pushedBack: Uint8Array = new Uint8Array(0)) {
    this.fd = fd;
    this.#pushedBack = pushedBack;
    const stat = fstatSync(fd);
    this.size = stat.isFile() && stat.size > 0 ? stat.size : undefined;
  }

  static open(path: string): RawBytes {
    return new RawBytes(openSync(path, 'r'));
  }

  /** Fills `target` from its start; returns the count of bytes read, 0 at the end. */
  read(target: Uint8Array): number {
    let count = Math.min(this.#pushedBack.length, target.length);
    if (count > 0) {
      target.set(this.#pushedBack.subarray(0, count));
      this.#pushedBack = this.#pushedBack.subarray(count);
    } else count = readBlocking(this.fd, target);
    this.position += count;
    return count;
  }

  close(): void {
    if (this.fd > 2) closeSync(this.fd);
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

import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Standard input as a file: it is kept as long as the program runs, because a line can be asked for again,
 * and read beside the keys, because a pipe gives its bytes when it wants to.
 */
export class StdinSpool {
  #fd: number | undefined;
  #whole: Promise<string> | undefined;
  #onProgress: (position: number) => void = () => {};

  /**
   * The file that holds standard input. Callers share one read, which goes on when a caller gives up.
   *
   * @param onProgress receives the number of bytes so far; the latest caller's replaces the others.
   */
  file(onProgress: (position: number) => void): Promise<string> {
    this.#onProgress = onProgress;
    this.#whole ??= this.#keep();
    return this.#whole;
  }

  close(): void {
    process.stdin.destroy();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #keep(): Promise<string> {
    const folder = mkdtempSync(path.join(tmpdir(), 'memtool-'));
    const file = path.join(folder, 'stdin');
    const fd = openSync(file, 'wx+', 0o600);
    this.#fd = fd;
    // A file that has no name any more is gone with the program, however that ends.
    const nameless = `/proc/self/fd/${fd}`;
    const isNameless = existsSync(nameless);
    const remove = () => rmSync(folder, { recursive: true, force: true });
    if (isNameless) remove();
    else process.once('exit', remove);
    let position = 0;
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      writeAll(fd, chunk);
      position += chunk.length;
      this.#onProgress(position);
    }
    return isNameless ? nameless : file;
  }
}

/** A write may take less than it is given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

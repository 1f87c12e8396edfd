import { closeSync } from 'node:fs';
import { openUnlinkedFile, writeAll } from './unlinked-file.ts';

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
    const { fd, path } = openUnlinkedFile();
    this.#fd = fd;
    let position = 0;
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      writeAll(fd, chunk);
      position += chunk.length;
      this.#onProgress(position);
    }
    return path;
  }
}

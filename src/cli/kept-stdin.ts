import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What standard input is called where files have names. */
export const STDIN_NAME = '<stdin>';

/**
 * Standard input as a file: it is kept as long as the program runs, because a line can be asked for again,
 * and read beside the keys, because a pipe gives its bytes when it wants to.
 */
export class KeptStdin {
  #fd: number | undefined;
  #file = '';

  /** Where its bytes lie; reads it when that is asked for the first time. */
  async file(onProgress: (position: number) => void): Promise<string> {
    if (this.#fd !== undefined) return this.#file;
    const folder = mkdtempSync(path.join(tmpdir(), 'memtool-'));
    const file = path.join(folder, 'stdin');
    const fd = openSync(file, 'wx+', 0o600);
    this.#fd = fd;
    // A file that has no name any more is gone with the program, however that ends.
    const nameless = `/proc/self/fd/${fd}`;
    this.#file = existsSync(nameless) ? nameless : file;
    const remove = () => rmSync(folder, { recursive: true, force: true });
    if (this.#file === nameless) remove();
    else process.once('exit', remove);
    let position = 0;
    for await (const chunk of process.stdin) {
      writeSync(fd, chunk as Uint8Array);
      position += (chunk as Uint8Array).length;
      onProgress(position);
    }
    return this.#file;
  }

  close(): void {
    process.stdin.destroy();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** Standard input of a program that is run twice: what the first run read, the second gets as well. */
import type { ChildProcess, StdioNull, StdioPipe } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

const STDIN = 0;

/** Readable by its owner alone. */
const PRIVATE = 0o600;

/** Passed on as it is, or kept on its way. */
export class KeptInput {
  /** Of a file that has no name any more; undefined where nothing needs to be kept. */
  readonly #kept: number | undefined;
  /** Where in a file that is standard input the first run began; undefined for a pipe. */
  readonly #start: number | undefined;

  /** @param folder for the file in which a pipe's bytes are kept: for as long as memtool runs. */
  constructor(folder: string) {
    const input = fstatSync(STDIN);
    if (input.isFile()) this.#start = positionOf(STDIN);
    else if (input.isFIFO() || input.isSocket()) this.#kept = unnamedFile(folder);
  }

  /** How the first run gets its input. */
  get first(): 'inherit' | StdioPipe {
    return this.#kept === undefined ? 'inherit' : 'pipe';
  }

  /** Passes on what comes, and keeps it, until the program reads no more. */
  passTo({ stdin }: ChildProcess): void {
    const kept = this.#kept;
    if (kept === undefined || stdin === null) return;
    const pass = (chunk: Buffer) => {
      writeSync(kept, chunk);
      if (!stdin.write(chunk)) {
        process.stdin.pause();
        stdin.once('drain', () => process.stdin.resume());
      }
    };
    const stop = () => {
      process.stdin.off('data', pass);
      process.stdin.pause();
    };
    process.stdin.on('data', pass);
    process.stdin.once('end', () => stdin.end());
    // A program need not read all that it is given.
    stdin.once('error', stop);
    stdin.once('close', stop);
  }

  /** What the second run gets: a descriptor at the beginning of the same bytes, or nothing. */
  openAgain(): number | StdioNull {
    if (this.#kept !== undefined) return openSync(`/proc/self/fd/${this.#kept}`, 'r');
    if (this.#start !== 0) return 'ignore';
    return openSync(`/proc/self/fd/${STDIN}`, 'r');
  }

  close(): void {
    if (this.#kept === undefined) return;
    closeSync(this.#kept);
    // Whoever writes to it may go on for ever.
    process.stdin.destroy();
  }
}

function unnamedFile(folder: string): number {
  const file = path.join(folder, '.stdin');
  const descriptor = openSync(file, 'wx+', PRIVATE);
  unlinkSync(file);
  return descriptor;
}

/** As /proc tells it; a file that was read from before is not given again. */
function positionOf(descriptor: number): number | undefined {
  const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
  const position = /^pos:\s*(\d+)/m.exec(text)?.[1];
  return position === undefined ? undefined : Number(position);
}

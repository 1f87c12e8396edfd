import { type ChildProcess, spawn } from 'node:child_process';
import { peakOfTree } from './measure.ts';

/** Ink ends each frame with the end of a synchronised update. */
const FRAME_END = '\u001b[?2026l';

/** Longer than all captures take to be read. */
const PATIENCE_MS = 120_000;

/** A key that changes nothing has no frame. */
const UNANSWERED_MS = 1000;

/** A program in a pseudo-terminal, which util-linux's `script` makes. */
export class TerminalProgram {
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  readonly #onExit = () => this.#child.kill();
  #output = '';
  #waiting: (() => void) | undefined;

  constructor(command: string, columns: number, rows: number) {
    const sized = `stty cols ${columns} rows ${rows}; exec ${command}`;
    const { PATH, HOME } = process.env;
    this.#child = spawn('script', ['-qfec', sized, '/dev/null'], {
      env: { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    process.once('exit', this.#onExit);
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#waiting?.();
    });
  }

  /** Milliseconds from the start until a text was drawn. */
  async until(text: string): Promise<number> {
    await this.#wait(() => this.#output.includes(text));
    return performance.now() - this.#started;
  }

  /** Milliseconds from a key to the end of the frame that answers it; undefined where none does. */
  async press(keys: string): Promise<number | undefined> {
    this.#output = '';
    const start = performance.now();
    this.#child.stdin!.write(keys);
    try {
      await this.#wait(() => this.#output.includes(FRAME_END), UNANSWERED_MS);
      return performance.now() - start;
    } catch {
      return undefined;
    }
  }

  /** The most memory that the program, or any that it started, had in RAM so far. */
  get peakBytes(): number {
    return peakOfTree(this.#child.pid!);
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.write('q');
    await ended;
    process.off('exit', this.#onExit);
  }

  #wait(isDone: () => boolean, patience = PATIENCE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const shown = JSON.stringify(this.#output.slice(-400));
        reject(new Error(`nothing came for ${patience} ms; the last was ${shown}`));
      }, patience);
      const look = () => {
        if (!isDone()) return;
        clearTimeout(late);
        this.#waiting = undefined;
        resolve();
      };
      this.#waiting = look;
      look();
    });
  }
}

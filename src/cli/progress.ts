import { formatBytes } from '../views/text/quantity.ts';

const REDRAW_MS = 100;

/** Shorter work than this shows nothing. */
const PATIENCE_MS = 300;

const ERASE_LINE = '\r\u001b[K';

/** One line on stderr that says how far reading is; silent where stderr is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #name: string;
  #nextDraw = performance.now() + PATIENCE_MS;
  #drawn = false;

  constructor(name: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#name = name;
    this.#stream = stream;
  }

  update(position: number, size: number | undefined): void {
    if (!this.#stream.isTTY) return;
    const now = performance.now();
    if (now < this.#nextDraw) return;
    this.#nextDraw = now + REDRAW_MS;
    const done = formatBytes(position, 'human');
    const share = size
      ? ` of ${formatBytes(size, 'human')}, ${Math.floor((100 * position) / size)} %`
      : '';
    this.#draw(`reading ${this.#name}: ${done}${share}`);
  }

  /** What takes its time after reading. */
  say(work: string): void {
    if (this.#stream.isTTY) this.#draw(`${work}: ${this.#name}`);
  }

  #draw(text: string): void {
    this.#drawn = true;
    this.#stream.write(ERASE_LINE + text.slice(0, Math.max(0, this.#stream.columns - 1)));
  }

  clear(): void {
    if (this.#drawn) this.#stream.write(ERASE_LINE);
    this.#drawn = false;
  }
}

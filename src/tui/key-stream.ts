import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { MOUSE_REPORT, type MouseEvent, mouseEvent } from './mouse.ts';

/**
 * The terminal's input as Ink wants it, less the reports of the mouse, which Ink knows nothing of and would
 * drop. Ink says when it wants input by `ref` and `unref`: before and after that the terminal is not read.
 */
export class KeyStream extends PassThrough {
  readonly isTTY = true;
  readonly #terminal: ReadStream;
  readonly #onMouse: (event: MouseEvent) => void;

  constructor(terminal: ReadStream, onMouse: (event: MouseEvent) => void) {
    super();
    this.#terminal = terminal.setEncoding('utf8');
    this.#onMouse = onMouse;
  }

  setRawMode(isRaw: boolean): this {
    this.#terminal.setRawMode(isRaw);
    return this;
  }

  ref(): this {
    this.#terminal.ref();
    this.#terminal.on('data', this.#take);
    this.#terminal.resume();
    return this;
  }

  unref(): this {
    this.#terminal.off('data', this.#take);
    this.#terminal.pause();
    this.#terminal.unref();
    return this;
  }

  readonly #take = (text: string): void => {
    const keys = text.replace(MOUSE_REPORT, (report) => {
      const event = mouseEvent(report);
      if (event !== undefined) this.#onMouse(event);
      return '';
    });
    if (keys !== '') this.write(keys);
  };
}

import { MALFORMED } from './v0-reader.ts';

/** Longer names help nobody; a few kilobytes can stand for gigabytes. */
const MAX_OUTPUT = 1 << 16;

/** Deeper nesting than any type a program has; keeps the stack safe. */
const MAX_DEPTH = 500;

/** The text made so far, and what bounds it. */
export class V0Output {
  #text = '';
  #depth = 0;
  #mutes = 0;

  get text(): string {
    return this.#text;
  }

  get isMuted(): boolean {
    return this.#mutes > 0;
  }

  print(text: string): void {
    if (this.isMuted) return;
    this.#text += text;
    if (this.#text.length > MAX_OUTPUT) throw MALFORMED;
  }

  /** Reads a part of the name that is not shown. */
  muted(read: () => void): void {
    this.#mutes++;
    read();
    this.#mutes--;
  }

  nested(read: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw MALFORMED;
    read();
    this.#depth--;
  }
}

import { type Bytes, parseKib } from '../../model/bytes.ts';
import type { PmapRowFault } from './row.ts';

/** `0fe:00001` */
export const DEVICE = /^[0-9a-f]+:[0-9a-f]+$/;

/** Takes the words of a row one after the other. */
export class RowWords {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next word, if it is as expected; else it stays and the fault says where. */
  take(accepts: RegExp): string | undefined {
    const word = this.peek();
    if (word === undefined || !accepts.test(word)) return undefined;
    this.#at = this.#text.indexOf(word, this.#at) + word.length;
    return word;
  }

  /** The next word as a size in KiB, on the same terms. */
  takeKib(accepts = /^\d+$/): Bytes | undefined {
    const bytes = parseKib(/^\d+/.exec(this.peek() ?? '')?.[0] ?? '');
    return bytes === undefined || this.take(accepts) === undefined ? undefined : bytes;
  }

  peek(): string | undefined {
    return /\S+/.exec(this.#text.slice(this.#at))?.[0];
  }

  fault(expected: string): PmapRowFault {
    const left = this.#text.slice(this.#at);
    return { column: this.#at + left.length - left.trimStart().length + 1, expected };
  }

  /** A size is missing, or it is larger than any. */
  sizeFault(expected: string): PmapRowFault {
    const isTooLarge = /^\d+\D?$/.test(this.peek() ?? '');
    return this.fault(isTooLarge ? `${expected}, less than 8 PiB` : expected);
  }

  /** All that is left. */
  rest(): string {
    return this.#text.slice(this.#at).trim();
  }
}

import { isFollowed, mapFlagsOf, mremapFlagsOf, protectionOf } from './interpret.ts';
import { KIND } from './kinds.ts';
import {
  MAP_FLAGS,
  MREMAP_FLAGS,
  NAME,
  PROTECTION,
  WORD_BYTES,
  WORD_CALLS,
  WORD_CAPACITY,
  WORD_ERRORS,
} from './scan/layout.ts';

/** What the names of calls mean. */
const NAME_KINDS: Readonly<Record<string, number>> = {
  brk: KIND.BRK,
  mmap: KIND.MMAP,
  mmap2: KIND.MMAP,
  munmap: KIND.MUNMAP,
  mremap: KIND.MREMAP,
  mprotect: KIND.MPROTECT,
  pkey_mprotect: KIND.MPROTECT,
  madvise: KIND.MADVISE,
  write: KIND.WRITE,
  open: KIND.OPEN,
  creat: KIND.OPEN,
  openat: KIND.OPENAT,
  openat2: KIND.OPENAT,
  close: KIND.CLOSE,
  execve: KIND.EXECVE,
};

/** The word is not as in plain lines: those that have it are read as text. */
const NOT_PLAIN = -1;

/** Sets of flags without brackets, quotes or commas, which would split the arguments otherwise. */
const PLAIN_FLAGS = /^\w[\w|]*(?: \/\* [\w|]+ \*\/)?$/;
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

export const WORDS_BYTES = WORD_CAPACITY * WORD_BYTES;
const INT_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** The words of scan.as.ts: says what each means, keeps its text, reads how often calls came. */
export class Words {
  readonly #words: Uint32Array;
  readonly #texts: string[] = [];
  readonly #names: number[] = [];

  constructor(memory: ArrayBufferLike, at: number) {
    this.#words = new Uint32Array(memory, at, WORDS_BYTES / INT_BYTES);
  }

  /** Takes a new word. @returns its meaning for the scan. */
  add(index: number, role: number, text: string): number {
    this.#texts[index] = text;
    switch (role) {
      case NAME:
        if (!PLAIN_NAME.test(text)) return NOT_PLAIN;
        this.#names.push(index);
        return NAME_KINDS[text] ?? (isFollowed(text) ? KIND.AS_TEXT : KIND.NOT_FOLLOWED);
      case PROTECTION:
        return flags(text, protectionOf);
      case MAP_FLAGS:
        return flags(text, mapFlagsOf);
      case MREMAP_FLAGS:
        return flags(text, mremapFlagsOf);
      default:
        return PLAIN_FLAGS.test(text) ? 0 : NOT_PLAIN;
    }
  }

  textOf(index: number): string {
    return this.#texts[index]!;
  }

  /** How often calls were completed whose lines the scan took. */
  counts(): { name: string; calls: number; errors: number }[] {
    return this.#names.map((index) => ({
      name: this.#texts[index]!,
      calls: this.#words[(index * WORD_BYTES + WORD_CALLS) / INT_BYTES]!,
      errors: this.#words[(index * WORD_BYTES + WORD_ERRORS) / INT_BYTES]!,
    }));
  }
}

function flags(text: string, read: (text: string) => number | undefined): number {
  const value = PLAIN_FLAGS.test(text) ? (read(text) ?? NOT_PLAIN) : NOT_PLAIN;
  return value <= 0x7fffffff ? value : NOT_PLAIN;
}

import { isFollowed, mapFlagsOf, mremapFlagsOf, protectionOf } from './interpret.ts';
import { KIND } from './kinds.ts';

/** What a word can be; scan-words.as.ts has the same order. */
const ROLES = ['name', 'protection', 'map flags', 'mremap flags', 'advice'] as const;

export const NAME = ROLES.indexOf('name');
export const ADVICE = ROLES.indexOf('advice');

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

export const WORD_CAPACITY = 1024;
const WORD_BYTES = 128;
export const WORDS_BYTES = WORD_CAPACITY * WORD_BYTES;
const CALLS = 2;
const ERRORS = 3;

/** The words of scan.as.ts: says what each means, keeps its text, reads how often calls came. */
export class Words {
  readonly #words: Uint32Array;
  readonly #texts: string[] = [];
  readonly #names: number[] = [];

  constructor(memory: ArrayBufferLike, at: number) {
    this.#words = new Uint32Array(memory, at, WORDS_BYTES / Uint32Array.BYTES_PER_ELEMENT);
  }

  /** Takes a new word. @returns its meaning for the scan. */
  add(index: number, role: number, text: string): number {
    this.#texts[index] = text;
    switch (ROLES[role]) {
      case 'name':
        if (!PLAIN_NAME.test(text)) return NOT_PLAIN;
        this.#names.push(index);
        return NAME_KINDS[text] ?? (isFollowed(text) ? KIND.AS_TEXT : KIND.NOT_FOLLOWED);
      case 'protection':
        return flags(text, protectionOf);
      case 'map flags':
        return flags(text, mapFlagsOf);
      case 'mremap flags':
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
    const wordLength = WORD_BYTES / Uint32Array.BYTES_PER_ELEMENT;
    return this.#names.map((index) => ({
      name: this.#texts[index]!,
      calls: this.#words[index * wordLength + CALLS]!,
      errors: this.#words[index * wordLength + ERRORS]!,
    }));
  }
}

function flags(text: string, read: (text: string) => number | undefined): number {
  const value = PLAIN_FLAGS.test(text) ? (read(text) ?? NOT_PLAIN) : NOT_PLAIN;
  return value <= 0x7fffffff ? value : NOT_PLAIN;
}

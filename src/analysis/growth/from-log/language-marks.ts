import type { Language } from '../../../knowledge/containers.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { MAP, PROT, type SyscallEvent } from '../../../model/syscall-trace.ts';

/**
 * CPython maps arenas of 1 MiB; fewer than this may be buffers. Before 3.10 they had 256 KiB, which
 * V8's have, too.
 */
const FEWEST_ARENAS = 3;
const ARENA = 1024 * 1024;

/** Rust's runtime gives each thread a signal stack of a few pages; nothing else asks for one so. */
const LARGEST_SIGNAL_STACK_PAGES = 32;

/** What the calls of an address space tell of its program's language. */
export class LanguageMarks {
  #arenas = 0;
  #sawStart = false;
  #language: Language | undefined;

  mapped({ length, flags, path, protection }: Extract<SyscallEvent, { call: 'mmap' }>): void {
    if (path !== undefined) this.file(path);
    if ((flags & MAP.ANONYMOUS) === 0) return;
    // glibc's stacks of threads have no rights at first.
    const isStack = (flags & (MAP.STACK | MAP.NORESERVE)) === MAP.STACK && protection !== PROT.NONE;
    if (isStack && pagesOf(length) <= LARGEST_SIGNAL_STACK_PAGES) this.#language ??= 'rust';
    if ((flags & (MAP.FIXED | MAP.STACK | MAP.NORESERVE)) !== 0) return;
    if (length === ARENA && ++this.#arenas >= FEWEST_ARENAS) this.#language ??= 'python';
  }

  /** The log shows how the program began, so that marks of its runtime would be in it. */
  started(): void {
    this.#sawStart = true;
  }

  /** Undefined where nothing tells; without marks of any other it is C or C++. */
  get language(): Language | undefined {
    return this.#language ?? (this.#sawStart ? 'c' : undefined);
  }

  /** The program, or a library that it opened or mapped. */
  file(path: string): void {
    if (/\/libpython|\/python[\d.]+$/.test(path)) this.#language = 'python';
    else if (/\/libstdc\+\+\.so|\/libc\+\+\.so/.test(path)) this.#language ??= 'c++';
  }
}

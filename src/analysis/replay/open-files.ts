/** More descriptors than a process can have by default (RLIMIT_NOFILE's hard limit is 524288). */
const MOST_NAMES = 1 << 16;

/** Descriptors that are copied together. */
const CHUNK = 64;

/** The paths of neighbouring descriptors. Only the table that made it may change it, until it is copied. */
interface Chunk {
  readonly paths: (string | undefined)[];
  readonly writer: object;
}

/**
 * Which file each descriptor of a process names, as far as the log shows open and close. What dup
 * or a socket made has no name, so a mapping of it has none either.
 *
 * A child that fork made, or a program that execve started, holds the same: it is copied as it changes.
 */
export class OpenFiles {
  #chunks = new Map<number, Chunk>();
  #names = 0;
  /** Who may change chunks that are marked with it; another one after each copy. */
  #writer: object = {};
  /** Another table has the same list of chunks. */
  #isListShared = false;

  open(descriptor: number, path: string): void {
    if (this.#names >= MOST_NAMES) return;
    if (this.path(descriptor) === undefined) this.#names++;
    this.#own(descriptor)[descriptor % CHUNK] = path;
  }

  close(descriptor: number): void {
    if (this.path(descriptor) === undefined) return;
    this.#names--;
    this.#own(descriptor)[descriptor % CHUNK] = undefined;
  }

  path(descriptor: number): string | undefined {
    return this.#chunks.get(Math.floor(descriptor / CHUNK))?.paths[descriptor % CHUNK];
  }

  /** What a forked child, or a program that execve started, holds. */
  copy(): OpenFiles {
    const copy = new OpenFiles();
    copy.#chunks = this.#chunks;
    copy.#names = this.#names;
    copy.#isListShared = true;
    this.#isListShared = true;
    this.#writer = {};
    return copy;
  }

  /** The chunk of a descriptor, to be changed. */
  #own(descriptor: number): (string | undefined)[] {
    const index = Math.floor(descriptor / CHUNK);
    const chunk = this.#chunks.get(index);
    if (chunk?.writer === this.#writer) return chunk.paths;
    if (this.#isListShared) this.#chunks = new Map(this.#chunks);
    this.#isListShared = false;
    const own = { paths: chunk?.paths.slice() ?? [], writer: this.#writer };
    this.#chunks.set(index, own);
    return own.paths;
  }
}

/** More descriptors than a process can have by default (RLIMIT_NOFILE's hard limit is 524288). */
const MOST_NAMES = 1 << 16;

/**
 * Which file each descriptor of a process names, as far as the log shows open and close. What dup
 * or a socket made has no name, so a mapping of it has none either.
 */
export class OpenFiles {
  #paths: Map<number, string>;
  /** Another process has the same table, until one of them changes it. */
  #isShared = false;

  constructor(paths = new Map<number, string>()) {
    this.#paths = paths;
  }

  open(descriptor: number, path: string): void {
    if (this.#paths.size < MOST_NAMES) this.#own().set(descriptor, path);
  }

  close(descriptor: number): void {
    if (this.#paths.has(descriptor)) this.#own().delete(descriptor);
  }

  path(descriptor: number): string | undefined {
    return this.#paths.get(descriptor);
  }

  /** What a forked child, or a program that execve started, holds. */
  copy(): OpenFiles {
    const copy = new OpenFiles(this.#paths);
    copy.#isShared = true;
    this.#isShared = true;
    return copy;
  }

  #own(): Map<number, string> {
    if (this.#isShared) this.#paths = new Map(this.#paths);
    this.#isShared = false;
    return this.#paths;
  }
}

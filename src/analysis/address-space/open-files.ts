/** More descriptors than a process can have by default (RLIMIT_NOFILE's hard limit is 524288). */
const MOST_NAMES = 1 << 16;

/**
 * Which file each descriptor of a process names, as far as the log shows open and close. What dup
 * or a socket made has no name, so a mapping of it has none either.
 */
export class OpenFiles {
  readonly #paths: Map<number, string>;

  constructor(paths: ReadonlyMap<number, string> = new Map()) {
    this.#paths = new Map(paths);
  }

  open(descriptor: number, path: string): void {
    if (this.#paths.size < MOST_NAMES) this.#paths.set(descriptor, path);
  }

  close(descriptor: number): void {
    this.#paths.delete(descriptor);
  }

  path(descriptor: number): string | undefined {
    return this.#paths.get(descriptor);
  }

  /** What a forked child, or a program that execve started, holds. */
  copy(): OpenFiles {
    return new OpenFiles(this.#paths);
  }
}

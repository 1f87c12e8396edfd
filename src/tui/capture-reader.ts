import type { Progress, Reading, Session } from './session.ts';

/** Reads the captures beside the screens, which show how far it is. */
export class CaptureReader {
  readonly #session: Session;
  readonly #changed: () => void;
  #abort = new AbortController();
  #reading: Reading | undefined;
  #progress: Progress | undefined;
  #failure: unknown;

  constructor(session: Session, changed: () => void) {
    this.#session = session;
    this.#changed = changed;
    const [file] = session.files;
    if (file !== undefined) this.#progress = { file, position: 0, size: undefined };
  }

  /** Undefined before all is read; while it is read anew, what was read before. */
  get reading(): Reading | undefined {
    return this.#reading;
  }

  /** Undefined when everything was read. */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** What reading ended with, if not well. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Reads all captures; what is being read is given up.
   *
   * @returns what was read; undefined where that failed, or something else was wanted meanwhile.
   */
  async read(): Promise<Reading | undefined> {
    this.cancel();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const report = (progress: Progress) => {
      if (signal.aborted) return;
      this.#progress = progress;
      this.#changed();
    };
    try {
      const reading = await this.#session.read(report, signal);
      if (signal.aborted) return undefined;
      this.#reading = keptOver(this.#reading, reading);
      this.#progress = undefined;
      return this.#reading;
    } catch (error) {
      if (!signal.aborted) this.#failure = error;
      return undefined;
    }
  }

  /** Goes on with another process of what was read. */
  choose(index: number): void {
    const space = this.#reading?.spaces[index];
    if (this.#reading === undefined || space === undefined) return;
    this.#reading = this.#reading.ofSpace(space);
    this.#changed();
  }

  cancel(): void {
    this.#abort.abort();
  }
}

/**
 * What was read anew, or what was read before where a capture of it cannot be read any more: a process
 * has ended, a file is gone. What is wrong is then known all the same.
 */
function keptOver(before: Reading | undefined, now: Reading): Reading {
  const isThere = new Set(now.captures.map(({ name }) => name));
  const gone = (before?.captures ?? [])
    .map(({ name }) => name)
    .filter((name) => !isThere.has(name));
  if (before === undefined || gone.length === 0) return now;
  return { ...before, gone, diagnostics: now.diagnostics };
}

import type { RunningProgram } from './running-program.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
type Interruption = (typeof SIGNALS)[number];

/** The terminal sends these to the program as well. */
const FROM_TERMINAL: readonly Interruption[] = ['SIGINT', 'SIGQUIT'];

/** A wrapper such as npx passes on what the terminal has sent already. */
const SAME_MS = 300;

/** A program that goes on for so long has not understood. */
const PATIENCE_MS = 1000;

const GOES_ON = 'the program goes on; the same once more ends it, and keeps what was captured\n';

/**
 * What asks memtool to end while it records. It stays until the program has ended, to keep what was
 * captured: the first signal is for the program to decide about, the second ends it.
 */
export class Interruptions {
  #program: RunningProgram | undefined;
  #first: number | undefined;
  #hint: NodeJS.Timeout | undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  get happened(): boolean {
    return this.#first !== undefined;
  }

  /** @param program that runs from now on; undefined where it has ended. */
  watch(program: RunningProgram | undefined): void {
    this.#program = program;
    if (program === undefined) clearTimeout(this.#hint);
  }

  close(): void {
    this.watch(undefined);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: Interruption): void => {
    const now = performance.now();
    if (this.#first === undefined) {
      this.#first = now;
      if (!FROM_TERMINAL.includes(signal)) this.#program?.send(signal);
      if (this.#program === undefined) return;
      this.#hint = setTimeout(() => process.stderr.write(GOES_ON), PATIENCE_MS);
    } else if (now - this.#first > SAME_MS) this.#program?.send('SIGKILL');
  };
}

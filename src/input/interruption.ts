/** Whether Ctrl-C has ended a capture early; the program then ends as if it had been ended by it. */
let wasInterrupted = false;

/** Ctrl-C, once, as the end of what is read from a pipe; until it is released, and not of the program. */
export class Interruption {
  readonly #controller = new AbortController();

  constructor() {
    process.once('SIGINT', this.#onSignal);
  }

  /** Aborted when Ctrl-C was pressed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on Ctrl-C ends the program again. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
  }

  readonly #onSignal = () => {
    wasInterrupted = true;
    this.#controller.abort();
  };
}

/**
 * Ends the program by SIGINT where a capture was interrupted, so that whoever started it sees that. To be
 * called when all is written. A thread that still waits for the pipe would hold up any other way out.
 */
export function endIfInterrupted(): void {
  if (wasInterrupted) process.kill(process.pid, 'SIGINT');
}

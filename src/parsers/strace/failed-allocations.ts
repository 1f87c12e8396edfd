import type { FailedAllocation } from '../../model/syscall-trace.ts';

/** Further ones are not kept: a program that goes on after so many says nothing new. */
const KEPT = 16;

const ADDRESS_SPACE_END = 2 ** 64;

/** How many lines of other tasks may stand between two pieces of one message. */
const PATIENCE = 1000;

/** What Rust prints before it aborts, where it stands in the log as the program wrote it. */
const WHOLE = /memory allocation of (\d{1,20}) bytes failed/;

/** It writes in three pieces; this is the first, `write(2, "memory allocation of ", 21)`. */
const OPENING = /^2(?:<.*>)?, "memory allocation of "/;
const WHOLE_OPENING = /^2(?:<.*>)?, "memory allocation of (\d{1,20}) bytes/;
const SIZE = /^2(?:<.*>)?, "(\d{1,20})"/;

/**
 * Finds what Rust's standard library says when an allocation fails: how many bytes it wanted. It
 * says so on standard error, which is in the log as calls of `write`, as text, or both.
 */
export class FailedAllocations {
  readonly all: FailedAllocation[] = [];
  /** The task whose next `write` has the size, and where it said that this comes. */
  #awaited: { readonly pid: number; readonly line: number } | undefined;

  /** Whether the lines after this one have to be looked at. */
  isAwaited(line: number): boolean {
    return this.#awaited !== undefined && line - this.#awaited.line < PATIENCE;
  }

  onWrite(pid: number, args: string, line: number): void {
    if (WHOLE_OPENING.test(args)) this.#add(WHOLE_OPENING.exec(args)?.[1], line);
    else if (OPENING.test(args)) this.#awaited = { pid, line };
    else if (this.#awaited?.pid === pid && this.isAwaited(line)) {
      this.#awaited = undefined;
      this.#add(SIZE.exec(args)?.[1], line);
    }
  }

  /** Takes a line that is no output of strace. */
  onOutput(text: string, line: number): void {
    this.#add(WHOLE.exec(text)?.[1], line);
  }

  #add(size: string | undefined, line: number): void {
    if (size === undefined) return;
    const bytes = Number(size);
    const last = this.all.at(-1);
    // One message can stand in the log twice, as a call and as text.
    if (last?.bytes === bytes && line - last.line < PATIENCE) return;
    // What no double holds is left out, never rounded.
    const isExact = bytes < ADDRESS_SPACE_END && BigInt(bytes) === BigInt(size);
    if (isExact && this.all.length < KEPT) this.all.push({ line, bytes });
  }
}

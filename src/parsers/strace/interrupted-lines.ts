import { parseLine, type StraceLine } from './line.ts';
import type { ScanState } from './scan-state.ts';
import type { TaskTable } from './tasks.ts';

export interface LinePlace {
  readonly line: number;
  readonly text: string;
}

/** The beginning of a call whose line something was written into. */
interface InterruptedCall {
  /** With what the program wrote, if it was the program; it comes behind all arguments. */
  readonly text: string;
  /** The line, unless it was a note of strace, which is known for what it is. */
  readonly start: LinePlace | undefined;
}

/** How much of a call is kept that the program wrote into, in characters. */
const MAX_INTERRUPTED = 16 * 1024;

/**
 * Parses lines, and puts those together that are one call.
 *
 *     write(2, "out of memory\n", 14out of memory        what the program wrote
 *     ) = 14
 *
 *     clone3({…}strace: Process 8 attached               a note of strace
 *      => {parent_tid=[8]}, 88) = 8
 *
 *     8 munmap(0x7f4664be1000, 34547 <unfinished ...>    -z and -e status=…
 *     ) = 0
 */
export class InterruptedLines {
  /** The beginning that the latest line completed, and the one that nothing will complete any more. */
  completed: LinePlace | undefined;
  abandoned: LinePlace | undefined;

  readonly #state: ScanState;
  readonly #tasks: TaskTable;
  #interrupted: InterruptedCall | undefined;

  constructor(state: ScanState, tasks: TaskTable) {
    this.#state = state;
    this.#tasks = tasks;
  }

  /** Whether the next line may be the rest of a call. */
  get isOpen(): boolean {
    return this.#interrupted !== undefined;
  }

  /** Where the call began that may go on. */
  get start(): LinePlace | undefined {
    return this.#interrupted?.start;
  }

  parse(text: string, line: number): StraceLine {
    this.completed = undefined;
    this.abandoned = undefined;
    const parsed = this.#parse(text, line);
    if (parsed.kind === 'note' && parsed.interrupted !== undefined) {
      this.#interrupted = { text: parsed.interrupted, start: undefined };
    }
    return parsed;
  }

  #parse(text: string, line: number): StraceLine {
    const alone = parseLine(text);
    const open = this.#interrupted;
    if (open !== undefined) {
      if (alone.kind === 'note' && alone.interrupted === undefined) return alone;
      this.#interrupted = undefined;
      if (alone.kind === 'unrecognised') {
        const whole = parseLine(open.text + text);
        if (whole.kind !== 'unrecognised') {
          this.completed = open.start;
          return whole;
        }
        // What the program wrote may have several lines.
        if (alone.interrupted === undefined && open.text.length < MAX_INTERRUPTED) {
          this.#interrupted = { text: open.text + text, start: open.start };
          return alone;
        }
      }
      this.abandoned = open.start;
    }
    if (alone.kind !== 'unrecognised') return alone;
    if (alone.interrupted !== undefined) {
      this.#interrupted = { text: alone.interrupted, start: { line, text } };
      return alone;
    }
    if (this.#state.unfinishedLine !== line - 1) return alone;
    return this.#parseRest(text, line) ?? alone;
  }

  /** The rest of a call without a prefix, right behind its first half. */
  #parseRest(text: string, line: number): StraceLine | undefined {
    const pid = this.#state.unfinishedPid;
    const task = this.#tasks.at(pid, line);
    const open = this.#tasks.takeOpen(task);
    if (open === undefined) return undefined;
    this.#tasks.setOpen(task, open);
    const whole = parseLine(`${open.name}(${open.args}${text}`);
    if (whole.kind !== 'call') return undefined;
    const prefix = { pid, stamp: undefined, gap: undefined, end: 0 };
    return { ...whole, kind: 'resumed', prefix, args: whole.args.slice(open.args.length) };
  }
}

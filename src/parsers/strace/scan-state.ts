import type { LineCounts, SyscallTrace } from '../../model/syscall-trace.ts';
import {
  CALLS,
  CLOCK_KIND,
  DUMPS,
  EPOCH,
  EVERY_LINE,
  FRAMES,
  LINE,
  NANO,
  NO_STAMP,
  ORIGIN_NANO,
  ORIGIN_SECOND,
  RECORDS,
  RELATIVE,
  RESUMED,
  SECOND,
  SIGNALS,
  STACK_FRAMES,
  STATE_BYTES,
  TIME_OF_DAY,
  UNFINISHED,
  UNFINISHED_LINE,
  UNFINISHED_PID,
} from './scan/layout.ts';

type ClockKind = SyscallTrace['clock'];

const CLOCK_NUMBERS: Readonly<Record<ClockKind, number>> = {
  none: NO_STAMP,
  'time of day': TIME_OF_DAY,
  epoch: EPOCH,
  relative: RELATIVE,
};
const CLOCK_KINDS = new Map(
  Object.entries(CLOCK_NUMBERS).map(([kind, number]) => [number, kind as ClockKind]),
);

/** Classes of lines that WebAssembly takes, and where it counts them. */
const COUNTED = [
  ['calls', CALLS],
  ['unfinished', UNFINISHED],
  ['resumed', RESUMED],
  ['stackFrames', STACK_FRAMES],
  ['dumps', DUMPS],
  ['signals', SIGNALS],
] as const;

const WORD_SIZE = Uint32Array.BYTES_PER_ELEMENT;
const NUMBER_SIZE = Float64Array.BYTES_PER_ELEMENT;

/** A moment of some clock. */
export interface Stamp {
  readonly second: number;
  /** Nanoseconds of the second. */
  readonly nano: number;
}

/**
 * The memory that both ways of reading a log work on: the WebAssembly of scan.as.ts, which takes
 * plain lines, and TypeScript, which takes all others. scan/layout.ts says what lies in it.
 */
export class ScanState {
  readonly #words: Uint32Array;
  readonly #numbers: Float64Array;

  /** @param at where it lies in the memory, which is zero there. */
  constructor(memory: ArrayBufferLike, at: number) {
    this.#words = new Uint32Array(memory, at, STATE_BYTES / WORD_SIZE);
    this.#numbers = new Float64Array(memory, at, STATE_BYTES / NUMBER_SIZE);
  }

  get line(): number {
    return this.#words[LINE / WORD_SIZE]!;
  }

  set everyLine(value: boolean) {
    this.#words[EVERY_LINE / WORD_SIZE] = Number(value);
  }

  get frames(): number {
    return this.#words[FRAMES / WORD_SIZE]!;
  }

  set frames(count: number) {
    this.#words[FRAMES / WORD_SIZE] = count;
  }

  /** The latest line that was the first half of a call, and the PID before it. */
  get unfinishedLine(): number {
    return this.#words[UNFINISHED_LINE / WORD_SIZE]!;
  }

  set unfinishedLine(line: number) {
    this.#words[UNFINISHED_LINE / WORD_SIZE] = line;
  }

  get unfinishedPid(): number {
    return this.#words[UNFINISHED_PID / WORD_SIZE]!;
  }

  set unfinishedPid(pid: number) {
    this.#words[UNFINISHED_PID / WORD_SIZE] = pid;
  }

  get records(): number {
    return this.#words[RECORDS / WORD_SIZE]!;
  }

  set records(count: number) {
    this.#words[RECORDS / WORD_SIZE] = count;
  }

  get clockKind(): ClockKind {
    return CLOCK_KINDS.get(this.#words[CLOCK_KIND / WORD_SIZE]!)!;
  }

  set clockKind(kind: ClockKind) {
    this.#words[CLOCK_KIND / WORD_SIZE] = CLOCK_NUMBERS[kind];
  }

  get latest(): Stamp {
    return {
      second: this.#numbers[SECOND / NUMBER_SIZE]!,
      nano: this.#numbers[NANO / NUMBER_SIZE]!,
    };
  }

  set latest({ second, nano }: Stamp) {
    this.#numbers[SECOND / NUMBER_SIZE] = second;
    this.#numbers[NANO / NUMBER_SIZE] = nano;
  }

  get origin(): Stamp {
    return {
      second: this.#numbers[ORIGIN_SECOND / NUMBER_SIZE]!,
      nano: this.#numbers[ORIGIN_NANO / NUMBER_SIZE]!,
    };
  }

  set origin({ second, nano }: Stamp) {
    this.#numbers[ORIGIN_SECOND / NUMBER_SIZE] = second;
    this.#numbers[ORIGIN_NANO / NUMBER_SIZE] = nano;
  }

  /** Adds the lines that were taken in WebAssembly. */
  addCounts(lines: LineCounts): void {
    for (const [name, offset] of COUNTED) lines[name] += this.#words[offset / WORD_SIZE]!;
  }
}

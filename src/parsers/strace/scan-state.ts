/**
 * The memory that both ways of reading a log work on: the WebAssembly of scan.as.ts, which takes
 * plain lines, and TypeScript, which takes all others. What one of them changes, the other sees.
 *
 *     bytes   0  line           u32   number of the line that is being read
 *             4  everyLine      u32   not 0: nothing is taken in WebAssembly
 *             8  frames         u32   how many stack frames on the next lines are kept, as those of an event
 *            12  clockKind      u32   index in CLOCK_KINDS
 *            16  second, nano   f64   the latest time stamp
 *            32  originSecond, originNano   f64   the stamp of time 0
 *            48  calls, unfinished, resumed, stackFrames, dumps, signals   u32   lines taken in WebAssembly
 *            72  unfinishedLine, unfinishedPid   u32   the latest line that was a call's first half
 *            80  records        u32   how many records of events wait to be handed over
 */
import type { LineCounts, SyscallTrace } from '../../model/syscall-trace.ts';

/** Kinds of time stamps; scan-prefix.as.ts has the same order. */
export const CLOCK_KINDS: readonly SyscallTrace['clock'][] = [
  'none',
  'time of day',
  'epoch',
  'relative',
];

/** Classes of lines that WebAssembly takes, in the order of their counts. */
const COUNTED = ['calls', 'unfinished', 'resumed', 'stackFrames', 'dumps', 'signals'] as const;

/** Indexes of the 32-bit words, and of the 64-bit numbers. */
const LINE = 0;
const EVERY_LINE = 1;
const FRAMES = 2;
const CLOCK_KIND = 3;
const FIRST_COUNT = 12;
const UNFINISHED_LINE = 18;
const UNFINISHED_PID = 19;
const RECORDS = 20;
const SECOND = 2;
const NANO = 3;
const ORIGIN_SECOND = 4;
const ORIGIN_NANO = 5;

/** A moment of some clock. */
export interface Stamp {
  readonly second: number;
  /** Nanoseconds of the second. */
  readonly nano: number;
}

/** Frames that are kept of a stack; strace itself stops there. scan-records.as.ts has the same. */
export const MOST_FRAMES = 256;

/** What the state takes of the memory. */
export const STATE_BYTES = 128;

export class ScanState {
  readonly #words: Uint32Array;
  readonly #numbers: Float64Array;

  /** @param at where it lies in the memory, which is zero there. */
  constructor(memory: ArrayBufferLike, at: number) {
    this.#words = new Uint32Array(memory, at, STATE_BYTES / Uint32Array.BYTES_PER_ELEMENT);
    this.#numbers = new Float64Array(memory, at, STATE_BYTES / Float64Array.BYTES_PER_ELEMENT);
  }

  get line(): number {
    return this.#words[LINE]!;
  }

  set everyLine(value: boolean) {
    this.#words[EVERY_LINE] = Number(value);
  }

  get frames(): number {
    return this.#words[FRAMES]!;
  }

  set frames(count: number) {
    this.#words[FRAMES] = count;
  }

  /** The latest line that was the first half of a call, and the PID before it. */
  get unfinishedLine(): number {
    return this.#words[UNFINISHED_LINE]!;
  }

  set unfinishedLine(line: number) {
    this.#words[UNFINISHED_LINE] = line;
  }

  get unfinishedPid(): number {
    return this.#words[UNFINISHED_PID]!;
  }

  set unfinishedPid(pid: number) {
    this.#words[UNFINISHED_PID] = pid;
  }

  get records(): number {
    return this.#words[RECORDS]!;
  }

  set records(count: number) {
    this.#words[RECORDS] = count;
  }

  get clockKind(): SyscallTrace['clock'] {
    return CLOCK_KINDS[this.#words[CLOCK_KIND]!]!;
  }

  set clockKind(kind: SyscallTrace['clock']) {
    this.#words[CLOCK_KIND] = CLOCK_KINDS.indexOf(kind);
  }

  get latest(): Stamp {
    return { second: this.#numbers[SECOND]!, nano: this.#numbers[NANO]! };
  }

  set latest({ second, nano }: Stamp) {
    this.#numbers[SECOND] = second;
    this.#numbers[NANO] = nano;
  }

  get origin(): Stamp {
    return { second: this.#numbers[ORIGIN_SECOND]!, nano: this.#numbers[ORIGIN_NANO]! };
  }

  set origin({ second, nano }: Stamp) {
    this.#numbers[ORIGIN_SECOND] = second;
    this.#numbers[ORIGIN_NANO] = nano;
  }

  /** Adds the lines that were taken in WebAssembly. */
  addCounts(lines: LineCounts): void {
    for (const [i, name] of COUNTED.entries()) lines[name] += this.#words[FIRST_COUNT + i]!;
  }
}

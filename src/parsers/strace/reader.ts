import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type {
  EventOrigin,
  LineCounts,
  SyscallTrace,
  TracedTask,
} from '../../model/syscall-trace.ts';
import { CallCounts } from './call-counts.ts';
import { LogClock } from './clock.ts';
import type { EventWriter } from './event-writer.ts';
import { FailedAllocations } from './failed-allocations.ts';
import { interpret, isFollowed } from './interpret.ts';
import { InterruptedLines, type LinePlace } from './interrupted-lines.ts';
import type { CallReturn, StraceLine } from './line.ts';
import type { StracePrefix } from './prefix.ts';
import type { ScanState } from './scan-state.ts';
import type { Birth, TaskTable } from './tasks.ts';

/** `100.00    0.000000           0       135         1 total` ends the -c table. */
const SUMMARY_END = /(?:^|\s)total(?:\s|$)/;

export interface ReaderOptions {
  readonly diagnostics: Diagnostics;
  /** Plain lines, too, are read as text. */
  readonly everyLineAsText: boolean;
}

/**
 * Reads the lines of a log that are not plain, as text, and writes their events among those of the scan.
 *
 * A call that strace prints in two halves (`<unfinished ...>`, `resumed>`) takes effect at its
 * second half: that is when the kernel had done it.
 */
export class StraceReader {
  readonly #diagnostics: Diagnostics;
  readonly #events: EventWriter;
  readonly #state: ScanState;
  readonly #clock: LogClock;
  readonly #tasks: TaskTable;
  readonly #everyLineAsText: boolean;
  readonly calls = new CallCounts();
  readonly #lines: LineCounts = {
    calls: 0,
    unfinished: 0,
    resumed: 0,
    signals: 0,
    exits: 0,
    notes: 0,
    stackFrames: 0,
    dumps: 0,
    summaryRows: 0,
    blank: 0,
    unrecognised: 0,
  };
  #inSummary = false;
  /** After a tip of strace, which is the last that it says. */
  #inTip = false;
  readonly #pieces: InterruptedLines;
  readonly #failedAllocations = new FailedAllocations();
  /** A line that is no output of strace, unless it turns out to be the log's cut last line. */
  #doubtful: LinePlace | undefined;

  constructor(
    { diagnostics, everyLineAsText }: ReaderOptions,
    state: ScanState,
    tasks: TaskTable,
    events: EventWriter,
  ) {
    this.#diagnostics = diagnostics;
    this.#events = events;
    this.#state = state;
    this.#clock = new LogClock(state);
    this.#tasks = tasks;
    this.#pieces = new InterruptedLines(state, tasks);
    this.#everyLineAsText = everyLineAsText;
    state.everyLine = everyLineAsText;
  }

  /** Takes a line of text; its number is in the state. */
  onLine(text: string): void {
    this.#take(text, this.#state.line);
    this.#state.everyLine =
      this.#everyLineAsText ||
      this.#inSummary ||
      this.#inTip ||
      this.#pieces.isOpen ||
      this.#failedAllocations.isAwaited(this.#state.line);
  }

  /** Takes the present line, on which a task exited with a code; the clock has its time. */
  onExit(pid: number, code: number): void {
    this.#lines.exits++;
    this.#end(this.#tasks.at(pid, this.#state.line), `exited with ${code}`);
  }

  /** A task has its first line before the call that made it returns: that is what it would return. */
  onBirth({ child, parent, call }: Birth): void {
    const { line } = this.#state;
    const result = { value: String(child.pid), errno: undefined, outerPid: undefined };
    const origin = { pid: parent, line, time: this.#clock.latest };
    const meaning = interpret(call.name, call.args, result, origin);
    if (meaning.kind === 'effect') this.#events.put(meaning.event);
    // A stack that follows is not that of the birth.
    this.#state.frames = 0;
  }

  /** The line after the present one is longer than a line may be. */
  onCut(): void {
    this.#reportDoubtful();
    const line = this.#state.line + 1;
    this.#diagnostics.report('input/line-too-long', 'the line is too long', { line });
  }

  finish(endsWithNewline: boolean): SyscallTrace {
    this.#events.finish();
    const { line } = this.#state;
    const last = this.#doubtful ?? this.#pieces.start;
    if (!endsWithNewline && last?.line === line) {
      this.#diagnostics.report('strace/cut', 'the last line is cut off', { ...last });
    } else {
      this.#reportUnrecognised(this.#pieces.start);
      this.#reportDoubtful();
    }
    this.#state.addCounts(this.#lines);
    const calls = this.calls.completed;
    if (calls.length === 0 && this.#lines.summaryRows > 0) {
      const message = 'the log holds only the table of `strace -c`, no single calls';
      this.#diagnostics.report('strace/summary-only', message);
    }
    return {
      kind: 'syscall-trace',
      lineCount: line,
      lines: this.#lines,
      calls,
      tasks: this.#tasks.kept,
      taskCount: this.#tasks.count,
      unnamedPid: this.#tasks.unnamedPid,
      failedAllocations: this.#failedAllocations.all,
      clock: this.#state.clockKind,
      duration: this.#clock.latest,
    };
  }

  #take(text: string, line: number): void {
    if (this.#inSummary) {
      this.#reportDoubtful();
      this.#lines.summaryRows++;
      this.#inSummary = !SUMMARY_END.test(text);
      return;
    }
    const parsed = this.#pieces.parse(text, line);
    this.#reportPieces();
    this.#reportDoubtful();
    if (this.#inTip && parsed.kind !== 'unrecognised') this.#inTip = false;
    if (parsed.kind === 'stack-frame') {
      this.#lines.stackFrames++;
      if (this.#state.frames > 0) this.#events.putFrame(parsed.frame);
      return;
    }
    this.#state.frames = 0;
    this.#onParsed(parsed, text, line);
  }

  #onParsed(
    parsed: Exclude<StraceLine, { kind: 'stack-frame' }>,
    text: string,
    line: number,
  ): void {
    switch (parsed.kind) {
      case 'call':
        this.#lines.calls++;
        this.#onCall(parsed.prefix, parsed.name, parsed.args, parsed.result, text, line);
        break;
      case 'unfinished':
        this.#lines.unfinished++;
        this.#tasks.setOpen(this.#tasks.at(parsed.prefix.pid, line), parsed);
        this.#time(parsed.prefix, text, line);
        this.calls.of(parsed.name);
        this.#state.unfinishedLine = line;
        this.#state.unfinishedPid = parsed.prefix.pid;
        break;
      case 'resumed':
        this.#lines.resumed++;
        this.#onResumed(parsed, text, line);
        break;
      case 'signal':
        this.#lines.signals++;
        this.#tasks.at(parsed.prefix.pid, line);
        this.#time(parsed.prefix, text, line);
        break;
      case 'exit':
        this.#lines.exits++;
        this.#onExit(parsed.prefix, parsed.outcome, text, line);
        break;
      case 'note':
        this.#lines.notes++;
        if (parsed.pid !== undefined) this.#tasks.announce(parsed.pid);
        break;
      case 'summary-head':
        this.#lines.summaryRows++;
        this.#inSummary = true;
        break;
      case 'tip-head':
        this.#lines.notes++;
        this.#inTip = true;
        break;
      case 'kvm':
        this.#lines.notes++;
        break;
      case 'dump':
        this.#lines.dumps++;
        break;
      case 'blank':
        this.#lines.blank++;
        break;
      case 'unrecognised':
        if (this.#inTip) {
          this.#lines.notes++;
          break;
        }
        this.#lines.unrecognised++;
        if (parsed.interrupted === undefined) this.#doubtful = { line, text };
        this.#failedAllocations.onOutput(text, line);
        break;
    }
  }

  /** What became of a line that began as a call does. */
  #reportPieces(): void {
    const { completed, abandoned } = this.#pieces;
    if (completed !== undefined) {
      this.#lines.unrecognised--;
      this.#lines.unfinished++;
    }
    this.#reportUnrecognised(abandoned);
  }

  #reportDoubtful(): void {
    this.#reportUnrecognised(this.#doubtful);
    this.#doubtful = undefined;
  }

  #reportUnrecognised(place: LinePlace | undefined): void {
    if (place === undefined) return;
    const message = 'this line is no output of strace';
    this.#diagnostics.report('strace/unrecognised-line', message, { ...place });
  }

  #onResumed(parsed: Extract<StraceLine, { kind: 'resumed' }>, text: string, line: number): void {
    const { prefix, name, result } = parsed;
    const open = this.#tasks.takeOpen(this.#tasks.at(prefix.pid, line));
    if (open?.name === name) {
      this.#onCall(prefix, name, open.args + parsed.args, result, text, line);
      return;
    }
    this.#time(prefix, text, line);
    this.calls.count(name, result);
    const message = `${name} returns here, but its first half is not in the log`;
    this.#diagnostics.report('strace/resumed-without-start', message, { line, text });
  }

  #onCall(
    prefix: StracePrefix,
    name: string,
    args: string,
    result: CallReturn,
    text: string,
    line: number,
  ): void {
    const { pid } = this.#tasks.at(prefix.pid, line);
    const time = this.#time(prefix, text, line);
    this.calls.count(name, result);
    if (name === 'write') this.#failedAllocations.onWrite(pid, args, line);
    if (!isFollowed(name)) return;
    const origin: EventOrigin = { pid, line, time };
    const meaning = interpret(name, args, result, origin);
    if (meaning.kind === 'effect') {
      this.#events.put(meaning.event);
      if (meaning.event.call === 'clone') this.#tasks.created(meaning.event.child);
    } else if (meaning.kind === 'impossible') {
      const message = `${name} cannot have succeeded so: ${meaning.because}`;
      this.#diagnostics.report('strace/impossible-call', message, { line, text });
    } else if (meaning.kind === 'malformed') {
      const message = `the arguments or the result of ${name} cannot be read`;
      this.#diagnostics.report('strace/malformed-call', message, { line, text });
    }
  }

  #onExit(prefix: StracePrefix, outcome: string, text: string, line: number): void {
    const time = this.#time(prefix, text, line);
    const task = this.#tasks.at(prefix.pid, line);
    // A thread that executes takes over the leader's PID; its execve returns under that PID.
    const executing = /^superseded by execve in pid (\d{1,7})$/.exec(outcome);
    if (executing) {
      const thread = this.#tasks.at(Number(executing[1]), line);
      const open = this.#tasks.takeOpen(thread);
      if (open) this.#tasks.setOpen(task, open);
      this.#tasks.end(thread, 'execve');
      this.#events.put({ pid: thread.pid, line, time, call: 'exit', outcome: 'execve' });
      return;
    }
    this.#end(task, outcome);
  }

  #end(task: TracedTask, outcome: string): void {
    this.#tasks.end(task, outcome);
    const { line } = this.#state;
    this.#events.put({ pid: task.pid, line, time: this.#clock.latest, call: 'exit', outcome });
  }

  /** Moves the clock; undefined where the log has no stamps. */
  #time(prefix: StracePrefix, text: string, line: number): number | undefined {
    const behind = this.#clock.move(prefix);
    if (behind > 0) {
      const message = `the clock goes back by ${behind} s`;
      this.#diagnostics.report('strace/clock-goes-back', message, { line, text });
    }
    return this.#clock.latest;
  }
}

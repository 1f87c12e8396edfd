/**
 * strace logs, 4.x to 6.x, of any options: a file from -o, a terminal's output, with or without
 * -f, -t…, -r, -T, -i, -n, -y…, -Y, -k, -X. The grammar is in docs/formats/strace.md.
 *
 * Every line is recognised; only calls that change an address space or the set of processes become
 * events, and only when they succeed. A call that strace prints in two halves (`<unfinished ...>`,
 * `resumed>`) takes effect at its second half: that is when the kernel had done it.
 *
 * Where logs lie: a note of strace itself can be written into the middle of a line; the program's
 * own output can share the file; -t has no date; a log can begin or end anywhere.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import type { Fold } from '../../model/fold.ts';
import type {
  CallCount,
  EventOrigin,
  LineCounts,
  SyscallEvent,
  SyscallTrace,
} from '../../model/syscall-trace.ts';
import { type Format, maybe, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { LogClock } from './clock.ts';
import { interpret, isFollowed } from './interpret.ts';
import { type CallReturn, parseLine, type StraceLine } from './line.ts';
import type { StracePrefix } from './prefix.ts';
import { TaskTable } from './tasks.ts';

/** The first half of a call that has not returned yet. */
interface OpenCall {
  readonly name: string;
  readonly args: string;
}

/** `100.00    0.000000           0       135         1 total` ends the -c table. */
const SUMMARY_END = /\stotal\s*$/;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  const counts: Partial<Record<StraceLine['kind'], number>> = {};
  let lines = 0;
  for (const text of head.lines) {
    const { kind } = parseLine(text);
    if (kind === 'blank') continue;
    lines++;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const calls = (counts.call ?? 0) + (counts.unfinished ?? 0) + (counts.resumed ?? 0);
  const own = calls + (counts['stack-frame'] ?? 0) + (counts.exit ?? 0) + (counts.signal ?? 0);
  if (calls > 0 && own * 2 > lines) return yes('most lines are `name(args) = result`');
  if (counts['summary-head']) return yes('it has the table of `strace -c`');
  if (own > 0) return maybe('some lines are `name(args) = result`, most are something else');
  return no('no line is `name(args) = result`');
}

class StraceReader {
  readonly #diagnostics: Diagnostics;
  readonly #folds: readonly Fold<SyscallEvent, unknown>[];
  readonly #clock = new LogClock();
  readonly #calls = new Map<string, CallCount>();
  readonly #tasks = new TaskTable();
  readonly #open = new Map<number, OpenCall>();
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
  #lineCount = 0;
  #inSummary = false;
  /** The text before a note of strace that was written into its line. */
  #interrupted: string | undefined;
  /** A line that is no output of strace, unless it turns out to be the log's cut last line. */
  #doubtful: { readonly line: number; readonly text: string } | undefined;
  /** The latest event; kept back because under -k its stack follows on the next lines. */
  #pending: SyscallEvent | undefined;

  constructor(context: ParseContext) {
    this.#diagnostics = context.diagnostics;
    this.#folds = context.syscallFolds;
  }

  onLine(text: string, line: number): void {
    this.#lineCount = line;
    this.#reportDoubtful();
    if (this.#inSummary) {
      this.#lines.summaryRows++;
      this.#inSummary = !SUMMARY_END.test(text);
      return;
    }
    let parsed = parseLine(text);
    if (this.#interrupted !== undefined && parsed.kind === 'unrecognised') {
      parsed = parseLine(this.#interrupted + text);
      this.#interrupted = undefined;
    }
    if (parsed.kind !== 'stack-frame') this.#flush();
    this.#onParsed(parsed, text, line);
  }

  onCut(line: number): void {
    this.#diagnostics.report('input/line-too-long', 'the line is too long', { line });
  }

  finish(endsWithNewline: boolean): SyscallTrace {
    this.#flush();
    if (!endsWithNewline && this.#doubtful) {
      const message = 'the last line is cut off';
      this.#diagnostics.report('strace/cut', message, this.#doubtful);
    } else this.#reportDoubtful();
    if (this.#calls.size === 0 && this.#lines.summaryRows > 0) {
      const message = 'the log holds only the table of `strace -c`, no single calls';
      this.#diagnostics.report('strace/summary-only', message);
    }
    return {
      kind: 'syscall-trace',
      lineCount: this.#lineCount,
      lines: this.#lines,
      calls: [...this.#calls.values()],
      tasks: this.#tasks.all,
      unnamedPid: this.#tasks.unnamedPid,
      clock: this.#clock.kind,
      duration: this.#clock.latest,
    };
  }

  #onParsed(parsed: StraceLine, text: string, line: number): void {
    switch (parsed.kind) {
      case 'call':
        this.#lines.calls++;
        this.#onCall(parsed.prefix, parsed.name, parsed.args, parsed.result, text, line);
        break;
      case 'unfinished':
        this.#lines.unfinished++;
        this.#clock.read(parsed.prefix);
        this.#open.set(this.#pid(parsed.prefix, line), { name: parsed.name, args: parsed.args });
        break;
      case 'resumed':
        this.#lines.resumed++;
        this.#onResumed(parsed, text, line);
        break;
      case 'signal':
        this.#lines.signals++;
        this.#pid(parsed.prefix, line);
        this.#clock.read(parsed.prefix);
        break;
      case 'exit':
        this.#lines.exits++;
        this.#onExit(parsed.prefix, parsed.outcome, line);
        break;
      case 'stack-frame':
        this.#lines.stackFrames++;
        this.#onStackFrame(parsed.frame);
        break;
      case 'note':
        this.#lines.notes++;
        if (parsed.pid !== undefined) this.#tasks.announce(parsed.pid);
        this.#interrupted = parsed.interrupted;
        break;
      case 'summary-head':
        this.#lines.summaryRows++;
        this.#inSummary = true;
        break;
      case 'dump':
        this.#lines.dumps++;
        break;
      case 'blank':
        this.#lines.blank++;
        break;
      case 'unrecognised':
        this.#lines.unrecognised++;
        this.#doubtful = { line, text };
        break;
    }
  }

  #reportDoubtful(): void {
    if (this.#doubtful === undefined) return;
    const message = 'this line is no output of strace';
    this.#diagnostics.report('strace/unrecognised-line', message, this.#doubtful);
    this.#doubtful = undefined;
  }

  #onResumed(parsed: Extract<StraceLine, { kind: 'resumed' }>, text: string, line: number): void {
    const { prefix, name, result } = parsed;
    const pid = this.#pid(prefix, line);
    const open = this.#open.get(pid);
    this.#open.delete(pid);
    if (open?.name === name) {
      this.#onCall(prefix, name, open.args + parsed.args, result, text, line);
      return;
    }
    this.#clock.read(prefix);
    this.#count(name, result);
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
    const pid = this.#pid(prefix, line);
    const time = this.#clock.read(prefix);
    this.#count(name, result);
    if (!isFollowed(name)) return;
    const origin: EventOrigin = { pid, line, time };
    const meaning = interpret(name, args, result, origin);
    if (meaning.kind === 'effect') {
      this.#pending = meaning.event;
      if (meaning.event.call === 'clone') this.#tasks.announce(meaning.event.child);
    } else if (meaning.kind === 'malformed') {
      const message = `the arguments or the result of ${name} cannot be read`;
      this.#diagnostics.report('strace/malformed-call', message, { line, text });
    }
  }

  #onExit(prefix: StracePrefix, outcome: string, line: number): void {
    const time = this.#clock.read(prefix);
    const task = this.#tasks.at(prefix.pid, line);
    // A thread that executes takes over the leader's PID; its execve returns under that PID.
    const executing = /^superseded by execve in pid (\d+)$/.exec(outcome);
    if (executing) {
      const thread = this.#tasks.at(Number(executing[1]), line);
      const open = this.#open.get(thread.pid);
      this.#open.delete(thread.pid);
      if (open) this.#open.set(task.pid, open);
      thread.outcome = 'execve';
      this.#pending = { pid: thread.pid, line, time, call: 'exit', outcome: thread.outcome };
      return;
    }
    task.outcome = outcome;
    this.#open.delete(task.pid);
    this.#pending = { pid: task.pid, line, time, call: 'exit', outcome };
  }

  #onStackFrame(frame: string): void {
    if (this.#pending === undefined) return;
    this.#pending.stack = [...(this.#pending.stack ?? []), frame];
  }

  #flush(): void {
    if (this.#pending === undefined) return;
    for (const fold of this.#folds) fold.step(this.#pending);
    this.#pending = undefined;
  }

  #pid(prefix: StracePrefix, line: number): number {
    return this.#tasks.at(prefix.pid, line).pid;
  }

  #count(name: string, result: CallReturn): void {
    let count = this.#calls.get(name);
    if (count === undefined) {
      count = { name, calls: 0, errors: 0 };
      this.#calls.set(name, count);
    }
    count.calls++;
    if (result.errno !== undefined || result.value === '-1') count.errors++;
  }
}

export const strace: Format = {
  id: 'strace',
  title: 'an strace log',
  produces: 'syscall-trace',
  howToCapture: 'strace -f -tt -o strace.log COMMAND',
  detect,
  async parse(input: Input, context: ParseContext): Promise<SyscallTrace> {
    const reader = new StraceReader(context);
    const { endsWithNewline } = await readLines(input.chunks(), reader);
    return reader.finish(endsWithNewline);
  },
};

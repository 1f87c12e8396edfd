/**
 * One line of strace output, recognised but not yet interpreted.
 *
 * Grammar and examples: docs/formats/strace.md. The line is told by the characters after its
 * prefix; what fits nothing is `unrecognised`, which is normal where a program's own output shares
 * the log.
 */
import { parsePrefix, type StracePrefix } from './prefix.ts';

/** How a call ended. */
export interface CallReturn {
  /** As written: `0x7f05bd29a000`, `3`, `-1`, `?`. */
  readonly value: string;
  /** `ENOMEM`; undefined on success, and for `brk`, which has none. */
  readonly errno: string | undefined;
  /** The PID that the log has for a process of another PID namespace (--pidns-translation), as written. */
  readonly outerPid: string | undefined;
}

export type StraceLine =
  | {
      readonly kind: 'call';
      readonly prefix: StracePrefix;
      readonly name: string;
      readonly args: string;
      readonly result: CallReturn;
    }
  | {
      readonly kind: 'unfinished';
      readonly prefix: StracePrefix;
      readonly name: string;
      readonly args: string;
    }
  | {
      readonly kind: 'resumed';
      readonly prefix: StracePrefix;
      readonly name: string;
      readonly args: string;
      readonly result: CallReturn;
    }
  | { readonly kind: 'signal'; readonly prefix: StracePrefix }
  | { readonly kind: 'exit'; readonly prefix: StracePrefix; readonly outcome: string }
  | { readonly kind: 'stack-frame'; readonly frame: string }
  /** `interrupted`: what stood on the line before strace wrote its note into the middle of it. */
  | {
      readonly kind: 'note';
      readonly pid: number | undefined;
      readonly interrupted: string | undefined;
    }
  | { readonly kind: 'kvm' | 'dump' | 'summary-head' | 'tip-head' | 'blank' }
  /** `interrupted`: it begins as a call does; the program may have written into its middle. */
  | { readonly kind: 'unrecognised'; readonly interrupted: string | undefined };

/** `+++ exited with 0 +++`, `+++ killed by SIGABRT (core dumped) +++`. */
const EXIT = /^\+\+\+ (.*) \+\+\+$/;

/** `--- SIGSEGV {si_signo=SIGSEGV, …} ---`, `--- stopped by SIGSTOP ---`. */
const SIGNAL = /^--- .* ---$/;

/** `<... futex resumed>) = 0`; strace before 5.0 puts a space behind the `>`. */
const RESUMED = /^<\.\.\. (\w+) resumed> ?/;

const CALL = /^([A-Za-z_]\w*)\(/;

/** A call that goes on later, or that strace left when it detached. */
const UNFINISHED = / ?<(?:unfinished(?: #\d+)?|detached) \.\.\.>$/;

/** strace about itself; on a shared stderr it can stand in the middle of another line. */
const NOTE =
  /(?:strace: )?(?:Process (\d{1,7}) (?:attached|detached|suspended|resumed)\b.*|\[ Process PID=\d+ runs in .* mode\. \])$/;

/** ` > /path/lib.so(symbol+0x4d) [0x12fed]`, ` > unexpected_backtracing_error [0x…]` under -k. */
const STACK_FRAME = ' > ';

/** ` | 00000  2f 75 73 72 …` under -e read=/write=. */
const DUMP = /^ \| [0-9a-f]{5}/;

/** `% time     seconds  usecs/call     calls    errors syscall`; -U chooses columns and their order. */
const SUMMARY_HEAD =
  /^\s*(?=.*\bsyscall\b)(?:(?:% time|seconds|usecs\/call|longest|shortest|calls|errors|syscall)(?:\s+|$)){2,}$/;

/** The upper edge of the bubble in which --tips says something, and of who says it. */
const TIP_HEAD = /^\s+_{20,}\s+_{4}\s*$/;

/** `VCPU:0> KVM_EXIT_MMIO` under -e kvm=vcpu. */
const KVM = /^ ?VCPU:\d+[<>]/;

/** strace 7.0 can colour its output. */
const COLOUR = /\x1b\[[\d;]*m/g;

/**
 * The end of a completed call: `) = 0x7f05 <0.000014>`, `)   = -1 ENOENT (No such file) <…>`,
 * `) = 3</etc/ld.so.cache>`, `) = ? ERESTARTSYS (To be restarted)`, `) = -1 (errno 524)`,
 * `) = 2 /* 938 in strace's PID NS *\/`.
 */
const RESULT =
  /^\)\s*= (\?|-?\d+|0x[0-9a-f]+)(?:<.*>(?:\(deleted\))?)?(?: (E[A-Z0-9_]+))?(?: \/\* (\S*) in strace's PID NS \*\/)?(?: [(/[<].*)?$/;

const UNRECOGNISED: StraceLine = { kind: 'unrecognised', interrupted: undefined };

/** Text without colours. */
export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOUR, '') : text;
}

export function parseLine(line: string): StraceLine {
  const text = withoutColours(line);
  if (text.startsWith(' ')) {
    if (text.startsWith(STACK_FRAME)) {
      return { kind: 'stack-frame', frame: text.slice(STACK_FRAME.length) };
    }
    if (DUMP.test(text)) return { kind: 'dump' };
  }
  const prefix = parsePrefix(text);
  const event = text.slice(prefix.end);
  if (event === '') return text.trim() === '' ? { kind: 'blank' } : UNRECOGNISED;

  const call = CALL.exec(event);
  if (call) return parseCall(text, prefix, call[1]!, event.slice(call[0].length));
  const resumed = RESUMED.exec(event);
  if (resumed) return parseResumed(prefix, resumed[1]!, event.slice(resumed[0].length));
  const exit = EXIT.exec(event);
  if (exit) return { kind: 'exit', prefix, outcome: exit[1]! };
  if (SIGNAL.test(event)) return { kind: 'signal', prefix };
  const note = NOTE.exec(text);
  if (note) return noteLine(note, undefined);
  if (SUMMARY_HEAD.test(text)) return { kind: 'summary-head' };
  if (KVM.test(event)) return { kind: 'kvm' };
  if (TIP_HEAD.test(text)) return { kind: 'tip-head' };
  return UNRECOGNISED;
}

function parseCall(text: string, prefix: StracePrefix, name: string, rest: string): StraceLine {
  const end = findResult(rest);
  if (end) {
    const args = rest.slice(0, end.index).replace(UNFINISHED, '');
    return { kind: 'call', prefix, name, args, result: end.result };
  }
  const unfinished = UNFINISHED.exec(rest);
  if (unfinished)
    return { kind: 'unfinished', prefix, name, args: rest.slice(0, unfinished.index) };
  const note = NOTE.exec(text);
  if (note) return noteLine(note, text.slice(0, note.index));
  return { kind: 'unrecognised', interrupted: text };
}

function noteLine(note: RegExpExecArray, interrupted: string | undefined): StraceLine {
  return { kind: 'note', pid: note[1] === undefined ? undefined : Number(note[1]), interrupted };
}

function parseResumed(prefix: StracePrefix, name: string, rest: string): StraceLine {
  const end = findResult(rest);
  if (end === undefined) return UNRECOGNISED;
  const args = rest.slice(0, end.index).replace(UNFINISHED, '');
  return { kind: 'resumed', prefix, name, args, result: end.result };
}

/**
 * Finds the `) = value` that ends a call. Arguments can hold the same characters (quoted strings,
 * `WIFEXITED(s) == 0`), and so can a path behind the value, so candidates are tried from the right
 * until everything behind one reads as a result.
 */
function findResult(text: string): { index: number; result: CallReturn } | undefined {
  for (let at = text.lastIndexOf(')'); at !== -1; at = text.lastIndexOf(')', at - 1)) {
    const match = RESULT.exec(text.slice(at));
    if (match) {
      const [, value, errno, outerPid] = match;
      return { index: at, result: { value: value!, errno, outerPid } };
    }
    if (at === 0) return undefined;
  }
  return undefined;
}

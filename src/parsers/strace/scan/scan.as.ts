/**
 * The hot loop of reading a log, in AssemblyScript: TypeScript's syntax, WebAssembly's speed.
 *
 * Nine lines of ten say nothing about memory, and those that do have one plain form. Both are told
 * here from their bytes, and no string is made:
 *
 *     4711  23:44:20.233456 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7ffff7fc0000
 *     └────── prefix ─────┘ name number word      word                   ) result, from the right
 *
 * Names and flags are words (words.as.ts): TypeScript says once what each means, so that this
 * file knows no flag, and of system calls only the order of their arguments. Whatever is not plain,
 * or not surely, goes to TypeScript as a line; nothing has been changed until then. line.ts and
 * interpret.ts stay the only definition of the format, and a test holds both ways equal.
 *
 * Both sides work on one block of memory: layout.ts describes it.
 *
 * `npm run scan` compiles this file into scan-wasm.ts.
 */
import { decimal, digitsEnd, isDigit, isPlain, MINUS, NEWLINE, nextOf, SPACE } from './bytes.as';
import { takeEvent } from './events.as';
import {
  AS_TEXT,
  CALLS,
  DUMPS,
  EVERY_LINE,
  FRAMES,
  LINE,
  NAME,
  NOT_FOLLOWED,
  OPEN_ARGUMENTS,
  OPEN_ELSEWHERE,
  OPEN_LENGTH,
  RESUMED,
  SIGNALS,
  STACK_FRAMES,
  UNFINISHED,
  UNFINISHED_LINE,
  UNFINISHED_PID,
  WRITE,
} from './layout';
import { pid, readPrefix } from './prefix.as';
import { findResult, isError, isFailed, NONE, UNSURE } from './result.as';
import { countLine, state, takeStamp } from './state.as';
import { joined, MAX_OPEN_ARGUMENTS, openOf, taskOf } from './tasks.as';
import { countCall, meaningOf, UNKNOWN, wordAt } from './words.as';

export {
  closeFile,
  copyDescriptors,
  openFile,
  openings,
  passAll,
  passDescriptor,
  passTask,
} from './opens.as';
export { records } from './records.as';
export { state } from './state.as';
export { joined, opens, tasks } from './tasks.as';
export { words } from './words.as';

/** Takes a line that is not plain, without its newline. */
declare function onLine(at: usize, end: usize): void;
/** The present line is a call of a task that is not in the table. */
declare function onTask(pid: u32): void;
/** Ends the task of the present line, which exited with a code. */
declare function onExit(pid: u32, code: u32): void;

/** Beginnings of lines and events, as little-endian numbers. */
const FRAME: u32 = 0x203e20; // ` > `
const DUMP: u32 = 0x207c20; // ` | `
const DOTS: u32 = 0x2e2e2e3c; // `<...`
const SIGNAL_START: u32 = 0x202d2d2d; // `--- `
const SIGNAL_END: u32 = 0x2d2d2d20; // ` ---`
const RESUMED_WORD: u64 = 0x64656d7573657220; // ` resumed`
const WRITTEN: u64 = 0x6f6d656d22202c32; // `2, "memo`
const DESCRIPTOR_2: u16 = 0x3c32; // `2<`

/** ` <unfinished ...>` in two halves, of which one byte is in both. */
const UNFINISHED_HEAD: u64 = 0x73696e69666e753c; // `<unfinis`
const UNFINISHED_TAIL: u64 = 0x3e2e2e2e20646568; // `hed ...>`

/** `+++ exited with 0 +++` in pieces. */
const EXIT_START: u64 = 0x74697865202b2b2b; // `+++ exit`
const EXIT_WORDS: u64 = 0x2068746977206465; // `ed with `
const EXIT_END: u32 = 0x2b2b2b20; // ` +++`

const PLUS: u32 = 43;
const ZERO: u32 = 48;
const MAX_CODE_DIGITS: usize = 3;
const LESS: u32 = 60;
const GREATER: u32 = 62;
const LEFT_ROUND: u32 = 40;
const CARRIAGE_RETURN: u32 = 13;

/** Blocks of 16 bytes are looked at from the right, so nothing is read this close to address 0. */
const FIRST_ADDRESS: usize = 64;

/** Takes whole lines; `end` lies behind a newline. */
export function scan(start: usize, end: usize): void {
  let at = start;
  while (at < end) {
    const newline = nextOf(at, end, <i8>NEWLINE);
    let lineEnd = newline;
    if (lineEnd > at && load<u8>(lineEnd - 1) == CARRIAGE_RETURN) lineEnd--;
    store<u32>(state, load<u32>(state, LINE) + 1, LINE);
    if (load<u32>(state, EVERY_LINE) != 0 || at < FIRST_ADDRESS || !takeLine(at, lineEnd)) {
      onLine(at, lineEnd);
    }
    at = newline + 1;
  }
}

/** @returns false, with nothing changed, for a line that is not plain. */
function takeLine(start: usize, end: usize): bool {
  if (load<u8>(start) == SPACE) {
    const opening = load<u32>(start) & 0xffffff;
    if (opening == FRAME) return takeFrame();
    if (opening == DUMP) return takeDump(start);
  }
  const at = readPrefix(start);
  if (at == 0) return false;
  if (load<u8>(at) == LESS) return takeResumed(at, end);
  if (load<u8>(at) == MINUS) return takeSignal(at, end);
  if (load<u8>(at) == PLUS) return takeExit(at, end);
  const nameEnd = nextOf(at, end, <i8>LEFT_ROUND);
  if (nameEnd == end) return false;

  const bracket = findResult(nameEnd + 1, end);
  if (bracket == UNSURE) return false;
  if (bracket == NONE) return takeUnfinished(at, nameEnd, end);

  const name = wordAt(NAME, at, nameEnd);
  const meaning = meaningOf(name);
  if (meaning < 0) return false;
  if (meaning == WRITE && isOfInterest(nameEnd + 1)) return false;
  const task = taskOfCall();
  if (task == 0) return false;
  if (meaning == NOT_FOLLOWED || meaning == WRITE || isFailed) {
    if (!takeStamp()) return false;
  } else if (!takeEvent(task, meaning, nameEnd + 1, bracket)) return false;
  countCall(name, isError);
  countLine(CALLS);
  return true;
}

/** The task of a line that is surely a call: it may be the first that is heard of it. */
function taskOfCall(): usize {
  const task = taskOf(pid);
  if (task != 0) return task;
  onTask(pid);
  return taskOf(pid);
}

/** Whether a program may be saying that it has no memory. Under -y the descriptor has a path. */
function isOfInterest(written: usize): bool {
  return load<u64>(written) == WRITTEN || load<u16>(written) == DESCRIPTOR_2;
}

/** A frame of a stack; it matters where it belongs to an event. */
function takeFrame(): bool {
  if (load<u32>(state, FRAMES) != 0) return false;
  countLine(STACK_FRAMES);
  return true;
}

function takeDump(start: usize): bool {
  for (let at = start + 3; at < start + 8; at++) {
    const char = <u32>load<u8>(at);
    if (!isDigit(char) && char - 97 >= 6) return false;
  }
  store<u32>(state, 0, FRAMES);
  countLine(DUMPS);
  return true;
}

/** The first half of a call: kept until it returns. */
function takeUnfinished(nameStart: usize, nameEnd: usize, end: usize): bool {
  if (end < nameEnd + 17) return false;
  if (load<u64>(end - 8) != UNFINISHED_TAIL || load<u64>(end - 16) != UNFINISHED_HEAD) return false;
  const start = nameEnd + 1;
  let length = end - 16 - start;
  if (length > 0 && load<u8>(start + length - 1) == SPACE) length--;
  if (length > MAX_OPEN_ARGUMENTS) return false;
  const name = wordAt(NAME, nameStart, nameEnd);
  const meaning = meaningOf(name);
  // TypeScript wants to know who is in a call that makes tasks.
  if (meaning < 0 || meaning == AS_TEXT) return false;
  const task = taskOfCall();
  if (task == 0) return false;
  const open = openOf(task);
  if (load<u32>(open) == OPEN_ELSEWHERE || !takeStamp()) return false;
  store<u32>(open, name + 1);
  store<u32>(open, <u32>length, OPEN_LENGTH);
  memory.copy(open + OPEN_ARGUMENTS, start, length);
  store<u32>(state, load<u32>(state, LINE), UNFINISHED_LINE);
  store<u32>(state, pid, UNFINISHED_PID);
  countLine(UNFINISHED);
  return true;
}

/** `<... futex resumed>) = 0`: the second half of a call whose first was taken here. */
function takeResumed(start: usize, end: usize): bool {
  if (load<u32>(start) != DOTS || load<u8>(start, 4) != SPACE) return false;
  const nameStart = start + 5;
  const nameEnd = nextOf(nameStart, end, <i8>SPACE);
  if (load<u64>(nameEnd) != RESUMED_WORD || load<u8>(nameEnd, 8) != GREATER) return false;
  // strace before 5.0 puts a space behind the `>`.
  const rest = nameEnd + (load<u8>(nameEnd, 9) == SPACE ? 10 : 9);
  const bracket = findResult(rest, end);
  if (bracket == UNSURE || bracket == NONE) return false;
  const task = taskOf(pid);
  if (task == 0) return false;
  const open = openOf(task);
  if (load<u32>(open) == 0 || load<u32>(open) == OPEN_ELSEWHERE) return false;
  const name = wordAt(NAME, nameStart, nameEnd);
  if (name == UNKNOWN || load<u32>(open) != name + 1) return false;
  const meaning = meaningOf(name);
  if (meaning == WRITE && isOfInterest(open + OPEN_ARGUMENTS)) return false;
  if (meaning == NOT_FOLLOWED || meaning == WRITE || isFailed) {
    if (!takeStamp()) return false;
  } else {
    const length = <usize>load<u32>(open, OPEN_LENGTH);
    const restLength = bracket + 1 - rest;
    if (length + restLength > MAX_OPEN_ARGUMENTS) return false;
    memory.copy(joined, open + OPEN_ARGUMENTS, length);
    memory.copy(joined + length, rest, restLength);
    if (!takeEvent(task, meaning, joined, joined + length + restLength - 1)) return false;
  }
  store<u32>(open, 0);
  countCall(name, isError);
  countLine(RESUMED);
  return true;
}

/** `+++ exited with 0 +++` */
function takeExit(start: usize, end: usize): bool {
  if (load<u64>(start) != EXIT_START || load<u64>(start, 8) != EXIT_WORDS) return false;
  const code = start + 16;
  const codeEnd = digitsEnd(code);
  if (codeEnd == code || codeEnd > code + MAX_CODE_DIGITS || end != codeEnd + 4) return false;
  // The text of the line is kept; one that is not the usual writing of its number is read as such.
  if (load<u8>(code) == ZERO && codeEnd != code + 1) return false;
  if (load<u32>(codeEnd) != EXIT_END || taskOf(pid) == 0 || !takeStamp()) return false;
  onExit(pid, <u32>decimal(code, codeEnd));
  return true;
}

/** `--- SIGURG {si_signo=SIGURG, …} ---` */
function takeSignal(start: usize, end: usize): bool {
  if (load<u32>(start) != SIGNAL_START || load<u32>(end - 4) != SIGNAL_END) return false;
  if (end < start + 8 || !isPlain(start, end)) return false;
  if (taskOf(pid) == 0 || !takeStamp()) return false;
  countLine(SIGNALS);
  return true;
}

/**
 * The hot loop of reading a log, in AssemblyScript: TypeScript's syntax, WebAssembly's speed.
 *
 * Nine lines of ten say nothing about memory, and those that do have one plain form. Both are told
 * here from their bytes, and no string is made:
 *
 *     4711  23:44:20.233456 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7ffff7fc0000
 *     └────── prefix ─────┘ name number word      word                   ) result, from the right
 *
 * Names and flags are words (scan-words.as.ts): TypeScript says once what each means, so that this
 * file knows no flag, and of system calls only the order of their arguments. Whatever is not plain,
 * or not surely, goes to TypeScript as a line; nothing has been changed until then. line.ts and
 * interpret.ts stay the only definition of the format, and a test holds both ways equal.
 *
 * Both sides work on one block of memory, `state`: scan-state.ts describes it.
 *
 * build.ts compiles this file into scan-wasm.ts.
 */
import { isDigit, isPlain, NEWLINE, nextOf, number, readNumber, SPACE } from './scan-bytes.as';
import { NO_STAMP, nano, pid, RELATIVE, readPrefix, second, stampKind } from './scan-prefix.as';
import {
  findResult,
  isError,
  isFailed,
  NONE,
  UNSURE,
  valueEnd,
  valueStart,
} from './scan-result.as';
import {
  ADVICE,
  countCall,
  MAP_FLAGS,
  MREMAP_FLAGS,
  meaningOf,
  NAME,
  PROTECTION,
  UNKNOWN,
  wordAt,
} from './scan-words.as';

export { words } from './scan-words.as';

/** Takes a line that is not plain, without its newline. */
declare function onLine(at: usize, end: usize): void;

/** Take the calls that changed memory. `time` is NaN in a log without stamps. */
declare function onBrk(task: u32, time: f64, requested: f64, result: f64): void;
declare function onMmap(
  task: u32,
  time: f64,
  length: f64,
  protection: i32,
  flags: i32,
  result: f64,
): void;
declare function onMunmap(task: u32, time: f64, start: f64, length: f64): void;
declare function onMremap(
  task: u32,
  time: f64,
  oldStart: f64,
  oldLength: f64,
  newLength: f64,
  flags: i32,
  result: f64,
): void;
declare function onMprotect(
  task: u32,
  time: f64,
  start: f64,
  length: f64,
  protection: i32,
): void;
declare function onMadvise(task: u32, time: f64, start: f64, length: f64, advice: u32): void;

/** Offsets in the state. */
export let state: usize = 0;
const LINE: usize = 0;
const EVERY_LINE: usize = 4;
const TAKES_FRAMES: usize = 8;
const CLOCK_KIND: usize = 12;
const SECOND: usize = 16;
const NANO: usize = 24;
const ORIGIN_SECOND: usize = 32;
const ORIGIN_NANO: usize = 40;
const CALLS: usize = 48;
const UNFINISHED: usize = 52;
const RESUMED: usize = 56;
const STACK_FRAMES: usize = 60;
const DUMPS: usize = 64;
const SIGNALS: usize = 68;
const UNFINISHED_LINE: usize = 72;
const UNFINISHED_PID: usize = 76;

/** The tasks that are known and live, a hash table; task-slots.ts fills it and says how. */
export let tasks: usize = 0;
const TASK_SHIFT: usize = 4;
const TASK_KEY: usize = 4;
const TASK_OPEN: usize = 8;
const TASK_MASK: u32 = 0xffff;

/**
 * For each task the call that it has not returned from: 0 none, OPEN_ELSEWHERE where TypeScript
 * keeps it, else the index of the call's name + 1; then the length of its arguments as far as they
 * were printed, and their bytes.
 */
export let opens: usize = 0;
const OPEN_SHIFT: usize = 8;
const OPEN_ELSEWHERE: u32 = 0xffffffff;
const OPEN_LENGTH: usize = 4;
const OPEN_ARGUMENTS: usize = 8;
const MAX_OPEN_ARGUMENTS: usize = 248;

/** Where the two halves of a call's arguments are put together. */
export let joined: usize = 0;

/** What the names of calls mean, in the order of NAME_KINDS in scanner.ts. */
const NOT_FOLLOWED: i32 = 0;
const BRK: i32 = 1;
const MMAP: i32 = 2;
const MUNMAP: i32 = 3;
const MREMAP: i32 = 4;
const MPROTECT: i32 = 5;
const MADVISE: i32 = 6;
const WRITE: i32 = 8;

/** Beginnings of lines and events, as little-endian numbers. */
const FRAME: u32 = 0x203e20; // ` > `
const DUMP: u32 = 0x207c20; // ` | `
const DOTS: u32 = 0x2e2e2e3c; // `<...`
const SIGNAL_START: u32 = 0x202d2d2d; // `--- `
const SIGNAL_END: u32 = 0x2d2d2d20; // ` ---`
const RESUMED_WORD: u64 = 0x64656d7573657220; // ` resumed`
const WRITTEN: u64 = 0x6f6d656d22202c32; // `2, "memo`
const DESCRIPTOR_2: u16 = 0x3c32; // `2<`
const SEPARATOR: u16 = 0x202c; // `, `

/** ` <unfinished ...>` in two halves, of which one byte is in both. */
const UNFINISHED_HEAD: u64 = 0x73696e69666e753c; // `<unfinis`
const UNFINISHED_TAIL: u64 = 0x3e2e2e2e20646568; // `hed ...>`

const LESS: u32 = 60;
const GREATER: u32 = 62;
const LEFT_ROUND: u32 = 40;
const CARRIAGE_RETURN: u32 = 13;
const MINUS: u32 = 45;

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
  const nameEnd = nextOf(at, end, <i8>LEFT_ROUND);
  if (nameEnd == end) return false;

  const bracket = findResult(nameEnd + 1, end);
  if (bracket == UNSURE) return false;
  const task = taskOf(pid);
  if (task == 0) return false;
  if (bracket == NONE) return takeUnfinished(task, at, nameEnd, end);

  const name = wordAt(NAME, at, nameEnd);
  const meaning = meaningOf(name);
  if (meaning < 0) return false;
  if (meaning == WRITE && isOfInterest(nameEnd + 1)) return false;
  if (meaning == NOT_FOLLOWED || meaning == WRITE || isFailed) {
    if (!takeStamp()) return false;
  } else if (!takeEvent(task, meaning, nameEnd + 1, bracket)) return false;
  countCall(name, isError);
  countLine(CALLS);
  return true;
}

/** Whether a program may be saying that it has no memory. Under -y the descriptor has a path. */
function isOfInterest(written: usize): bool {
  return load<u64>(written) == WRITTEN || load<u16>(written) == DESCRIPTOR_2;
}

/** A frame of a stack; it matters where it belongs to an event. */
function takeFrame(): bool {
  if (load<u32>(state, TAKES_FRAMES) != 0) return false;
  countLine(STACK_FRAMES);
  return true;
}

function takeDump(start: usize): bool {
  for (let at = start + 3; at < start + 8; at++) {
    const char = <u32>load<u8>(at);
    if (!isDigit(char) && char - 97 >= 6) return false;
  }
  store<u32>(state, 0, TAKES_FRAMES);
  countLine(DUMPS);
  return true;
}

/** The first half of a call: kept until it returns. */
function takeUnfinished(task: usize, nameStart: usize, nameEnd: usize, end: usize): bool {
  if (end < nameEnd + 17) return false;
  if (load<u64>(end - 8) != UNFINISHED_TAIL || load<u64>(end - 16) != UNFINISHED_HEAD) return false;
  const open = openOf(task);
  if (load<u32>(open) == OPEN_ELSEWHERE) return false;
  const start = nameEnd + 1;
  let length = end - 16 - start;
  if (length > 0 && load<u8>(start + length - 1) == SPACE) length--;
  if (length > MAX_OPEN_ARGUMENTS) return false;
  const name = wordAt(NAME, nameStart, nameEnd);
  if (meaningOf(name) < 0 || !takeStamp()) return false;
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
  if (meaning == WRITE) return false;
  if (meaning == NOT_FOLLOWED || isFailed) {
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

/** `--- SIGURG {si_signo=SIGURG, …} ---` */
function takeSignal(start: usize, end: usize): bool {
  if (load<u32>(start) != SIGNAL_START || load<u32>(end - 4) != SIGNAL_END) return false;
  if (end < start + 8 || !isPlain(start, end)) return false;
  if (taskOf(pid) == 0 || !takeStamp()) return false;
  countLine(SIGNALS);
  return true;
}

// @ts-ignore: decorator
@inline
function countLine(counter: usize): void {
  store<u32>(state + counter, load<u32>(state + counter) + 1);
}

/** Where a task lies in the table; 0 where it is not in it. */
function taskOf(pid: u32): usize {
  const id = pid + 1;
  let slot = (id * 0x9e3779b1) >>> 16;
  let task = tasks + (<usize>slot << TASK_SHIFT);
  while (load<u32>(task) != id) {
    if (load<u32>(task) == 0) return 0;
    slot = (slot + 1) & TASK_MASK;
    task = tasks + (<usize>slot << TASK_SHIFT);
  }
  return task;
}

/** Where the call that a task has not returned from is kept. */
// @ts-ignore: decorator
@inline
function openOf(task: usize): usize {
  return opens + (<usize>load<u32>(task, TASK_OPEN) << OPEN_SHIFT);
}

/**
 * Moves the clock to the line's stamp.
 *
 * @returns false, with nothing changed, where it is of another kind or goes back.
 */
function takeStamp(): bool {
  // Calls come by here once they are sure to be taken: stacks that follow are of no earlier event.
  if (stampKind == NO_STAMP) {
    store<u32>(state, 0, TAKES_FRAMES);
    return true;
  }
  if (stampKind != load<u32>(state, CLOCK_KIND)) return false;
  const before = load<f64>(state, SECOND);
  const nanoBefore = load<f64>(state, NANO);
  let now = second;
  let nanoNow = nano;
  if (stampKind == RELATIVE) {
    now += before;
    nanoNow += nanoBefore;
    if (nanoNow >= 1e9) {
      nanoNow -= 1e9;
      now += 1;
    }
  } else if (now < before || (now == before && nanoNow < nanoBefore)) return false;
  store<f64>(state, now, SECOND);
  store<f64>(state, nanoNow, NANO);
  store<u32>(state, 0, TAKES_FRAMES);
  return true;
}

/** Seconds since the first stamp, if there was one. */
function timeOfLine(): f64 {
  if (load<u32>(state, CLOCK_KIND) == NO_STAMP) return NaN;
  const seconds = load<f64>(state, SECOND) - load<f64>(state, ORIGIN_SECOND);
  return seconds + (load<f64>(state, NANO) - load<f64>(state, ORIGIN_NANO)) / 1e9;
}

/** Reads the arguments of a call that changed memory; false where they are not plain. */
function takeEvent(task: usize, call: i32, start: usize, bracket: usize): bool {
  if (readNumber(valueStart) != valueEnd) return false;
  const result = number;
  const key = load<u32>(task, TASK_KEY);

  // The first argument: NULL or a number, for all of them.
  let at = readNumber(start);
  if (at == 0) return false;
  const first = number;
  if (call == BRK) {
    if (at != bracket || !takeStamp()) return false;
    onBrk(key, timeOfLine(), first, result);
    return true;
  }
  at = readNext(at);
  if (at == 0) return false;
  const second = number;
  if (call != MMAP && !isAligned(first)) return false;
  if (call == MUNMAP) {
    if (at != bracket || second == 0 || !takeStamp()) return false;
    onMunmap(key, timeOfLine(), first, second);
    return true;
  }
  if (call == MMAP) return takeMmap(key, at, bracket, second, result);
  if (call == MREMAP) return takeMremap(key, at, bracket, first, second, result);

  if (load<u16>(at) != SEPARATOR) return false;
  if (call == MPROTECT) {
    const end = nextOf(at + 2, bracket, 44);
    const protection = meaningOf(wordAt(PROTECTION, at + 2, end));
    if (protection < 0 || !takeStamp()) return false;
    onMprotect(key, timeOfLine(), first, second, protection);
    return true;
  }
  if (call != MADVISE) return false;
  const advice = wordAt(ADVICE, at + 2, bracket);
  if (meaningOf(advice) < 0 || !takeStamp()) return false;
  onMadvise(key, timeOfLine(), first, second, advice);
  return true;
}

function takeMmap(key: u32, start: usize, bracket: usize, length: f64, result: f64): bool {
  if (load<u16>(start) != SEPARATOR) return false;
  const protectionEnd = nextOf(start + 2, bracket, 44);
  const protection = meaningOf(wordAt(PROTECTION, start + 2, protectionEnd));
  if (protection < 0 || load<u16>(protectionEnd) != SEPARATOR) return false;
  const flagsStart = protectionEnd + 2;
  const flagsEnd = nextOf(flagsStart, bracket, 44);
  const flags = meaningOf(wordAt(MAP_FLAGS, flagsStart, flagsEnd));
  if (flags < 0 || load<u16>(flagsEnd) != SEPARATOR) return false;
  // A descriptor without a path, and an offset that nobody asks for.
  let at = flagsEnd + 2;
  if (load<u8>(at) == MINUS) at++;
  at = readNumber(at);
  if (at == 0 || load<u16>(at) != SEPARATOR) return false;
  if (readNumber(at + 2) != bracket || length == 0 || !isAligned(result)) return false;
  if (!takeStamp()) return false;
  onMmap(key, timeOfLine(), length, protection, flags, result);
  return true;
}

function takeMremap(
  key: u32,
  start: usize,
  bracket: usize,
  oldStart: f64,
  oldLength: f64,
  result: f64,
): bool {
  const at = readNext(start);
  if (at == 0 || load<u16>(at) != SEPARATOR) return false;
  const newLength = number;
  const end = nextOf(at + 2, bracket, 44);
  const flags = meaningOf(wordAt(MREMAP_FLAGS, at + 2, end));
  if (flags < 0) return false;
  // MREMAP_FIXED and MREMAP_DONTUNMAP have an address behind them, which is the result as well.
  if (end != bracket && (load<u16>(end) != SEPARATOR || readNumber(end + 2) != bracket)) {
    return false;
  }
  if (newLength == 0 || !isAligned(result) || !takeStamp()) return false;
  onMremap(key, timeOfLine(), oldStart, oldLength, newLength, flags, result);
  return true;
}

/** Whether an address is that of a page, as the kernel wants it. */
// @ts-ignore: decorator
@inline
function isAligned(address: f64): bool {
  return (<u64>address & 0xfff) == 0;
}

/** Reads `, ` and a number; returns where it ends, 0 where there is none. */
function readNext(at: usize): usize {
  return load<u16>(at) == SEPARATOR ? readNumber(at + 2) : 0;
}

/** From the arguments of a call that changed memory, in their plain form, to its event. */
import { isPlain, MINUS, nextOf, number, readNumber } from './scan-bytes.as';
import { valueEnd, valueStart } from './scan-result.as';
import { takeStamp, timeOfLine } from './scan-state.as';
import { TASK_KEY } from './scan-tasks.as';
import { ADVICE, MAP_FLAGS, MREMAP_FLAGS, meaningOf, PROTECTION, wordAt } from './scan-words.as';

/** Take the calls that changed memory. `time` is NaN in a log without stamps. */
declare function onBrk(task: u32, time: f64, requested: f64, result: f64): void;
declare function onMmap(
  task: u32,
  time: f64,
  length: f64,
  protection: i32,
  flags: i32,
  descriptor: i32,
  offset: f64,
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
declare function onOpen(task: u32, time: f64, path: usize, length: u32, descriptor: i32): void;
declare function onClose(task: u32, time: f64, descriptor: i32): void;
declare function onMadvise(task: u32, time: f64, start: f64, length: f64, advice: u32): void;

/** What the names of calls mean, in the order of NAME_KINDS in words.ts. */
const BRK: i32 = 1;
const MMAP: i32 = 2;
const MUNMAP: i32 = 3;
const MREMAP: i32 = 4;
const MPROTECT: i32 = 5;
const MADVISE: i32 = 6;
const OPEN: i32 = 9;
const OPENAT: i32 = 10;
const CLOSE: i32 = 11;

const SEPARATOR: u16 = 0x202c; // `, `
const COMMA: i8 = 44;
const QUOTE: u8 = 34;
const BACKSLASH: i8 = 92;

/** The largest that is positive in 32 bits. */
const MAX_DESCRIPTOR: f64 = 0x7fffffff;

/** Reads the arguments of a call that changed memory; false where they are not plain. */
export function takeEvent(task: usize, call: i32, start: usize, bracket: usize): bool {
  if (readNumber(valueStart) != valueEnd) return false;
  const result = number;
  const key = load<u32>(task, TASK_KEY);
  if (call == OPEN) return takeOpen(key, start, bracket, result);
  if (call == OPENAT) return takeOpen(key, pastComma(start, bracket), bracket, result);
  if (call == CLOSE) {
    // A descriptor with a path (-y) is told by the calls that use it.
    if (readNumber(start) != bracket || !takeStamp()) return false;
    onClose(key, timeOfLine(), <i32>number);
    return true;
  }

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
    const end = nextOf(at + 2, bracket, COMMA);
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
  const protectionEnd = nextOf(start + 2, bracket, COMMA);
  const protection = meaningOf(wordAt(PROTECTION, start + 2, protectionEnd));
  if (protection < 0 || load<u16>(protectionEnd) != SEPARATOR) return false;
  const flagsStart = protectionEnd + 2;
  const flagsEnd = nextOf(flagsStart, bracket, COMMA);
  const flags = meaningOf(wordAt(MAP_FLAGS, flagsStart, flagsEnd));
  if (flags < 0 || load<u16>(flagsEnd) != SEPARATOR) return false;
  // A descriptor without a path; without a sign it may be a number of 32 bits, as under -e raw.
  let at = flagsEnd + 2;
  const isNegative = load<u8>(at) == MINUS;
  at = readNumber(isNegative ? at + 1 : at);
  if (at == 0 || load<u16>(at) != SEPARATOR || number > MAX_DESCRIPTOR) return false;
  const descriptor = isNegative ? -(<i32>number) : <i32>number;
  if (readNumber(at + 2) != bracket || length == 0 || !isAligned(result)) return false;
  const offset = number;
  if (!takeStamp()) return false;
  onMmap(key, timeOfLine(), length, protection, flags, descriptor, offset, result);
  return true;
}

/** Behind the first argument of a call; `end` where it is the only one. */
function pastComma(start: usize, end: usize): usize {
  const comma = nextOf(start, end, COMMA);
  return comma == end ? end : comma + 2;
}

/** `"/etc/ld.so.cache", O_RDONLY|O_CLOEXEC`: a path without escapes, given whole. */
function takeOpen(key: u32, start: usize, bracket: usize, descriptor: f64): bool {
  if (start >= bracket || load<u8>(start) != QUOTE) return false;
  const path = start + 1;
  const pathEnd = nextOf(path, bracket, <i8>QUOTE);
  if (pathEnd == bracket || load<u8>(pathEnd, 1) != COMMA) return false;
  if (nextOf(path, pathEnd, BACKSLASH) != pathEnd) return false;
  if (!isPlain(path, pathEnd) || !takeStamp()) return false;
  onOpen(key, timeOfLine(), path, <u32>(pathEnd - path), <i32>descriptor);
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
  const end = nextOf(at + 2, bracket, COMMA);
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

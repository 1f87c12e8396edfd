/** From the arguments of a call that changed memory, in their plain form, to its event. */
import { MINUS, nextOf, number, readNumber } from './scan-bytes.as';
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

/** What the names of calls mean, in the order of NAME_KINDS in words.ts. */
const BRK: i32 = 1;
const MMAP: i32 = 2;
const MUNMAP: i32 = 3;
const MREMAP: i32 = 4;
const MPROTECT: i32 = 5;
const MADVISE: i32 = 6;

const SEPARATOR: u16 = 0x202c; // `, `
const COMMA: i8 = 44;

/** Reads the arguments of a call that changed memory; false where they are not plain. */
export function takeEvent(task: usize, call: i32, start: usize, bracket: usize): bool {
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

/** From the arguments of a call that changed memory, in their plain form, to its event. */
import { isPlain, MINUS, nextOf, number, readNumber } from './bytes.as';
import {
  BRK,
  CLOSE,
  FLAGS_FACTOR,
  MADVISE,
  MAX_RIGHTS,
  MMAP,
  MPROTECT,
  MREMAP,
  MUNMAP,
  RIGHTS_FACTOR,
} from '../../../model/record-layout';
import { ADVICE, EXECVE, MAP_FLAGS, MAX_PATH, MREMAP_FLAGS, OPEN, OPENAT, PROTECTION, TASK_KEY } from './layout';
import { closeFile, openFile, passDescriptor, passTask } from './opens.as';
import { putEvent, putText } from './records.as';
import { valueEnd, valueStart } from './result.as';
import { takeStamp } from './state.as';
import { meaningOf, wordAt } from './words.as';

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
  if (call == EXECVE) return takeExecve(key, start, bracket);
  if (call == CLOSE) {
    // A descriptor with a path (-y) is told by the calls that use it.
    if (readNumber(start) != bracket || number > MAX_DESCRIPTOR || !takeStamp()) return false;
    closeFile(key, <i32>number);
    return true;
  }

  // The first argument: NULL or a number, for all of them.
  let at = readNumber(start);
  if (at == 0) return false;
  const first = number;
  if (call == BRK) {
    if (at != bracket || !takeStamp()) return false;
    putEvent(BRK, key, first, result);
    return true;
  }
  at = readNext(at);
  if (at == 0) return false;
  const second = number;
  if (call != MMAP && !isAligned(first)) return false;
  if (call == MUNMAP) {
    if (at != bracket || second == 0 || !takeStamp()) return false;
    putEvent(MUNMAP, key, first, second);
    return true;
  }
  if (call == MMAP) return takeMmap(key, at, bracket, second, result);
  if (call == MREMAP) return takeMremap(key, at, bracket, first, second, result);

  if (load<u16>(at) != SEPARATOR) return false;
  if (call == MPROTECT) {
    const end = nextOf(at + 2, bracket, COMMA);
    const protection = meaningOf(wordAt(PROTECTION, at + 2, end));
    if (protection < 0 || !takeStamp()) return false;
    putEvent(MPROTECT, key, first, second, <f64>protection);
    return true;
  }
  if (call != MADVISE) return false;
  const advice = wordAt(ADVICE, at + 2, bracket);
  if (meaningOf(advice) < 0 || !takeStamp()) return false;
  putEvent(MADVISE, key, first, second, <f64>advice);
  return true;
}

function takeMmap(key: u32, start: usize, bracket: usize, length: f64, result: f64): bool {
  if (load<u16>(start) != SEPARATOR) return false;
  const protectionEnd = nextOf(start + 2, bracket, COMMA);
  const protection = meaningOf(wordAt(PROTECTION, start + 2, protectionEnd));
  if (protection < 0 || protection > MAX_RIGHTS) return false;
  if (load<u16>(protectionEnd) != SEPARATOR) return false;
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
  passDescriptor(descriptor);
  const head = <f64>MMAP + <f64>RIGHTS_FACTOR * <f64>protection + <f64>FLAGS_FACTOR * <f64>flags;
  putEvent(head, key, length, <f64>descriptor, offset, result);
  return true;
}

/** Behind the first argument of a call; `end` where it is the only one. */
function pastComma(start: usize, end: usize): usize {
  const comma = nextOf(start, end, COMMA);
  return comma == end ? end : comma + 2;
}

/** Where a path ends that has no escapes and is given whole; 0 where it is not such. */
function plainPathEnd(start: usize, bracket: usize): usize {
  if (start >= bracket || load<u8>(start) != QUOTE) return 0;
  const path = start + 1;
  const end = nextOf(path, bracket, <i8>QUOTE);
  if (end == bracket || load<u8>(end, 1) != COMMA || end - path > <usize>MAX_PATH) return 0;
  return nextOf(path, end, BACKSLASH) == end && isPlain(path, end) ? end : 0;
}

/** `"/etc/ld.so.cache", O_RDONLY|O_CLOEXEC` */
function takeOpen(key: u32, start: usize, bracket: usize, descriptor: f64): bool {
  const end = plainPathEnd(start, bracket);
  if (end == 0 || descriptor > MAX_DESCRIPTOR || !takeStamp()) return false;
  openFile(key, <i32>descriptor, start + 1, <u32>(end - start - 1));
  return true;
}

/** `"/usr/bin/make", ["make", "-j8"], 0x7ffd7a3d7b10 /* 23 vars *\/` */
function takeExecve(key: u32, start: usize, bracket: usize): bool {
  const end = plainPathEnd(start, bracket);
  if (end == 0 || !takeStamp()) return false;
  passTask(key);
  const length = end - start - 1;
  putEvent(EXECVE, key, 0, <f64>length);
  putText(start + 1, length);
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
  const head = <f64>MREMAP + <f64>FLAGS_FACTOR * <f64>flags;
  putEvent(head, key, oldStart, oldLength, newLength, result);
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

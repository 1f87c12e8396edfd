/** What stands before the event; prefix.ts says what there can be. */
import { decimal, digitsEnd, isDigit, SPACE, skipSpaces } from './bytes.as';
import { EPOCH, NO_STAMP, RELATIVE, TIME_OF_DAY } from './layout';

/** What `readPrefix` read: the PID, 0 for none. */
export let pid: u32 = 0;

/** The time stamp: its kind, whole seconds, nanoseconds of the second. */
export let stampKind: u32 = 0;
export let second: f64 = 0;
export let nano: f64 = 0;

/** `[pid` as a little-endian number. */
const BRACKET_PID: u32 = 0x6469705b;

const MAX_PID_DIGITS: usize = 7;
const MIN_EPOCH_DIGITS: usize = 9;
const MAX_EPOCH_DIGITS: usize = 12;

/** Characters. */
const LEFT_ROUND: u32 = 40;
const RIGHT_ROUND: u32 = 41;
const PLUS: u32 = 43;
const POINT: u32 = 46;
const COLON: u32 = 58;
const LESS: u32 = 60;
const GREATER: u32 = 62;
const QUESTION: u32 = 63;
const LEFT_SQUARE: u32 = 91;
const BACKSLASH: u32 = 92;
const RIGHT_SQUARE: u32 = 93;

/** Reads the prefix of a line; returns where the event begins, 0 where it is not sure. */
export function readPrefix(start: usize): usize {
  pid = 0;
  stampKind = NO_STAMP;
  let at = readPid(start);
  if (at == 0) return 0;
  if (isDigit(load<u8>(at))) at = readStamp(at);
  if (at == 0) return 0;
  const char = <u32>load<u8>(at);
  if (char == LEFT_ROUND || char == SPACE || isDigit(char)) at = readGap(at);
  if (at == 0) return 0;
  if (load<u8>(at) != LEFT_SQUARE) return at;
  return skipBrackets(at);
}

function readPid(start: usize): usize {
  let at = start;
  if (load<u32>(at) == BRACKET_PID) {
    if (load<u8>(at, 4) != SPACE) return 0;
    at = skipSpaces(at + 5);
    const end = digitsEnd(at);
    if (end == at || end > at + MAX_PID_DIGITS) return 0;
    pid = <u32>decimal(at, end);
    at = skipCommand(end);
    if (load<u8>(at) != RIGHT_SQUARE || load<u8>(at, 1) != SPACE) return 0;
    return skipSpaces(at + 2);
  }
  const end = digitsEnd(at);
  if (end == at || end > at + MAX_PID_DIGITS) return at;
  const next = <u32>load<u8>(end);
  if (next != SPACE && next != LESS) return at;
  pid = <u32>decimal(at, end);
  at = skipCommand(end);
  return load<u8>(at) == SPACE ? skipSpaces(at) : 0;
}

/** The command's name that -Y puts behind a PID; names with escapes are left to TypeScript. */
function skipCommand(start: usize): usize {
  if (load<u8>(start) != LESS) return start;
  let at = start + 1;
  let char = <u32>load<u8>(at);
  while (char != GREATER && char != BACKSLASH && char >= SPACE) char = load<u8>(++at);
  return char == GREATER ? at + 1 : at;
}

/** Which of the 16 bytes of `23:44:20.233033 ` are digits, from the first on, and which are not. */
const DIGITS_OF_TIME: u32 = 0x7edb;
const OTHERS_OF_TIME: u32 = 0x8124;

/** What -tt writes, all digits at once; false for anything else. */
function readMicroseconds(start: usize): bool {
  const bytes = v128.load(start);
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10));
  if (<u32>i8x16.bitmask(digits) != DIGITS_OF_TIME) return false;
  const others = i8x16.eq(bytes, i8x16(0, 0, 58, 0, 0, 58, 0, 0, 46, 0, 0, 0, 0, 0, 0, 32));
  if (<u32>i8x16.bitmask(others) != OTHERS_OF_TIME) return false;

  // A digit's value is its lower half.
  const time = load<u64>(start) & 0x0f0f0f0f0f0f0f0f;
  const hours = (time & 0xff) * 10 + ((time >> 8) & 0xff);
  const minutes = ((time >> 24) & 0xff) * 10 + ((time >> 32) & 0xff);
  second = <f64>(hours * 3600 + minutes * 60 + ((time >> 48) & 0xff) * 10 + (time >> 56));
  // Six digits behind two zeros; neighbours are joined to pairs, fours, and all eight.
  const ones = (load<u64>(start, 9) << 16) & 0x0f0f0f0f0f0f0000;
  const pairs = (ones * 10 + (ones >> 8)) & 0x00ff00ff00ff00ff;
  const fours = (pairs * 100 + (pairs >> 16)) & 0x0000ffff0000ffff;
  nano = <f64>((fours * 10000 + (fours >> 32)) & 0xffffffff) * 1000;
  stampKind = TIME_OF_DAY;
  return true;
}

/** `23:44:20.233033 ` or `1795217762.929420 `; a bare gap is left where it is. */
function readStamp(start: usize): usize {
  if (readMicroseconds(start)) return skipSpaces(start + 16);
  let at = digitsEnd(start);
  const digits = at - start;
  const next = <u32>load<u8>(at);
  if (digits == 2 && next == COLON) {
    if (!isDigit(load<u8>(at, 1)) || !isDigit(load<u8>(at, 2))) return 0;
    if (!isDigit(load<u8>(at, 4)) || !isDigit(load<u8>(at, 5))) return 0;
    if (load<u8>(at, 3) != COLON) return 0;
    const minutes = decimal(start, at) * 60 + decimal(at + 1, at + 3);
    second = <f64>(minutes * 60 + decimal(at + 4, at + 6));
    stampKind = TIME_OF_DAY;
    at += 6;
  } else if (digits >= MIN_EPOCH_DIGITS && digits <= MAX_EPOCH_DIGITS) {
    second = <f64>decimal(start, at);
    stampKind = EPOCH;
  } else return next == POINT && digits < MIN_EPOCH_DIGITS - 1 ? start : 0;
  at = readFraction(at);
  if (at == 0 || load<u8>(at) != SPACE) return 0;
  return skipSpaces(at);
}

/** `(+     0.000245) `, or `     0.000321 ` where there is no other stamp. */
function readGap(start: usize): usize {
  let at = start;
  const isBracketed = load<u8>(at) == LEFT_ROUND;
  if (isBracketed) {
    if (load<u8>(at, 1) != PLUS) return 0;
    at += 2;
  } else if (stampKind != NO_STAMP) return 0;
  at = skipSpaces(at);
  const end = digitsEnd(at);
  if (end == at || end > at + MAX_PID_DIGITS || load<u8>(end) != POINT) return 0;
  if (stampKind == NO_STAMP) {
    second = <f64>decimal(at, end);
    stampKind = RELATIVE;
    at = readFraction(end);
  } else at = digitsEnd(end + 1);
  if (at == 0) return 0;
  if (isBracketed) {
    if (load<u8>(at) != RIGHT_ROUND) return 0;
    at++;
  }
  return load<u8>(at) == SPACE ? skipSpaces(at) : 0;
}

/** `.233033`, or nothing. */
function readFraction(start: usize): usize {
  nano = 0;
  if (load<u8>(start) != POINT) return start;
  const end = digitsEnd(start + 1);
  const digits = end - start - 1;
  if (digits == 0 || digits > 9) return 0;
  let value = decimal(start + 1, end);
  for (let i = digits; i < 9; i++) value *= 10;
  nano = <f64>value;
  return end;
}

/** `[  59] ` and `[00007f05bd29ac47] `. */
function skipBrackets(start: usize): usize {
  let at = skipSpaces(start + 1);
  let end = digitsEnd(at);
  if (end != at && end <= at + 4 && load<u8>(end) == RIGHT_SQUARE) {
    if (load<u8>(end, 1) != SPACE) return 0;
    at = skipSpaces(end + 1);
    if (load<u8>(at) != LEFT_SQUARE) return at;
    start = at;
  }
  at = start + 1;
  end = at;
  if (load<u8>(at) == QUESTION) while (load<u8>(end) == QUESTION) end++;
  else while (isDigit(load<u8>(end)) || <u32>load<u8>(end) - 97 < 6) end++;
  if (end < at + 8 || end > at + 16) return 0;
  if (load<u8>(end) != RIGHT_SQUARE || load<u8>(end, 1) != SPACE) return 0;
  return skipSpaces(end + 1);
}

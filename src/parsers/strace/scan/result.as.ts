/** What a call returned; RESULT in line.ts is the rule. */
import { digitsEnd, isDigit, isPlain, lastOf, MINUS, SPACE } from './bytes.as';

/** What `findResult` found: where the value begins and ends. */
export let valueStart: usize = 0;
export let valueEnd: usize = 0;
/** `-1` or an error's name: counts as an error. */
export let isError: bool = false;
/** An error, a negative number or `?`: the call changed nothing. */
export let isFailed: bool = false;

/** Instead of the place of a bracket. */
export const NONE: usize = 0;
export const UNSURE: usize = 1;

const RIGHT_ROUND: u32 = 41;
const LEFT_ROUND: u32 = 40;
const SLASH: u32 = 47;
const LESS: u32 = 60;
const EQUALS: u32 = 61;
const GREATER: u32 = 62;
const QUESTION: u32 = 63;
const CAPITAL_E: u32 = 69;
const LEFT_SQUARE: u32 = 91;
const UNDERLINE: u32 = 95;
const HEX: u16 = 0x7830;

/** Brackets that are tried; arguments that end in many are left to TypeScript. */
const MAX_TRIES: u32 = 4;

/** Finds the bracket that closes the arguments: the last one that a result stands behind. */
export function findResult(start: usize, end: usize): usize {
  let limit = end;
  for (let tries: u32 = 0; tries < MAX_TRIES; tries++) {
    const at = lastOf(start, limit, <i8>RIGHT_ROUND);
    if (at == 0) return NONE;
    const fits = readResult(at + 1, end);
    if (fits != NONE) return fits == UNSURE ? UNSURE : at;
    limit = at;
  }
  return UNSURE;
}

/** Returns NONE or UNSURE, or else anything. */
function readResult(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u8>(at) == SPACE) at++;
  if (at == end) return NONE;
  if (load<u8>(at) != EQUALS) return load<u8>(at) < SPACE || load<u8>(at) > 126 ? UNSURE : NONE;
  if (load<u8>(at, 1) != SPACE) return NONE;
  at += 2;
  valueStart = at;
  const first = <u32>load<u8>(at);
  isFailed = first == QUESTION || first == MINUS;
  isError = false;
  if (first == QUESTION) at++;
  else if (load<u16>(at) == HEX) {
    at += 2;
    while (isDigit(load<u8>(at)) || <u32>load<u8>(at) - 97 < 6) at++;
    if (at == valueStart + 2) return NONE;
  } else {
    const digits = first == MINUS ? at + 1 : at;
    at = digitsEnd(digits);
    if (at == digits) return NONE;
    isError = first == MINUS && at == digits + 1 && load<u8>(digits) == 49;
  }
  valueEnd = at;
  if (at == end) return at;

  let char = <u32>load<u8>(at);
  if (char == LESS) {
    // `3</etc/ld.so.cache>`: what is between the first `<` and the last `>` says nothing here.
    return load<u8>(end - 1) == GREATER && isPlain(at, end) ? at : UNSURE;
  }
  if (char != SPACE) return char < SPACE || char > 126 ? UNSURE : NONE;
  char = load<u8>(++at);
  if (char == CAPITAL_E) {
    const name = at++;
    for (;;) {
      char = load<u8>(at);
      if (char - 65 >= 26 && !isDigit(char) && char != UNDERLINE) break;
      at++;
    }
    if (at == name + 1) return NONE;
    isError = true;
    isFailed = true;
    if (at == end) return at;
    if (char != SPACE) return NONE;
    char = load<u8>(++at);
  }
  if (at >= end) return NONE;
  const isRemark = char == LEFT_ROUND || char == SLASH || char == LESS || char == LEFT_SQUARE;
  if (!isRemark) return NONE;
  return isPlain(at, end) ? at : UNSURE;
}

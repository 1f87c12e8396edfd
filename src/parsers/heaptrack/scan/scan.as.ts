/**
 * The hot loop of reading a recording, in AssemblyScript: TypeScript's syntax, WebAssembly's speed.
 *
 * Tens of millions of lines are `+ 3f2` or `- 3f2`. Reading them character by character costs more
 * than the accounting: where a line ends is a branch that no processor can predict, and the next
 * line cannot begin before it is known. So 64 bytes are looked at together:
 *
 *     + 3f2␊- 3f2␊+ 11␊a 18 4␊…     the bytes, from the start of a line
 *     .....1.....1....1.....1     newlines
 *     1.....1.....1....1          where lines begin: the bits behind them
 *     1.....1.....1.......        `+` and `-`: all equal until the first line that is no event
 *
 * One comparison of such masks says how many whole events there are, well-formed to the last digit;
 * the loop over them has no branch on their text. What else a line can be (strings, the clock,
 * damage) goes to JavaScript, `onRecord`, but for `a` and `t`, of which there are many: their two
 * numbers are read here.
 *
 * What was live at the global maximum is known without copying anything when a new maximum comes:
 * maxima are numbered, and the first change of a record after one saves its old value under that
 * number. Maxima are looked for before an event is applied: while the heap grows, many events in a
 * row make a new maximum, but only the last of them has to be noticed.
 *
 * `npm run scan` compiles this file into scan-wasm.ts.
 */

import {
  CALLS_AT,
  COPIED,
  EPOCH_AT,
  LIVE_AT,
  RECORD_BYTES,
  SAVED_AT,
  STEP_BYTES,
  TEMPORARY_AT,
  TRACE_AT,
} from './layout';
import { areDigits, areSigns, digitOf, equal, hexOf, mask, shortHexOf } from './text.as';

/** Takes the record at `at`; returns where the next one starts, 0 if it goes on beyond `end`. */
declare function onRecord(at: usize, end: usize): usize;

/** Takes the record `t`, a call stack. */
declare function onTrace(ip: u32, parent: u32): void;

/** Makes room for more records than `capacity`. */
declare function onFull(): void;

/** Empties the list of `steps`. */
declare function onSteps(): void;

/** Two characters as one little-endian number: `a `, `t `. */
const INFO: u16 = 0x2061;
const TRACE: u16 = 0x2074;

/** More digits than this do not fit an index of 32 bits. */
const MAX_INDEX_DIGITS: usize = 8;

/** Where the records lie, how many there are, and how many fit. */
export let records: usize = 0;
export let count: u32 = 0;
export let capacity: u32 = 0;

/** How many code addresses and call stacks are known; records that name later ones are damaged. */
export let ipCount: u32 = 1;
export let traceCount: u32 = 1;

export let allocations: f64 = 0;
export let deallocations: f64 = 0;
/** `a` and `t` records taken here. */
export let tableRecords: f64 = 0;

/** Frees directly after the allocation of the same info. */
export let temporaries: f64 = 0;

/** Bytes not freed yet; the most since it was last set back; and the most of all, and when. */
export let live: f64 = 0;
export let crest: f64 = 0;
export let peak: f64 = 0;
export let peakTime: f64 = 0;
/** Number of the last maximum. Wraps at 2^32; a stale value would have to be as old. */
export let epoch: i32 = 1;
/** Milliseconds. */
export let time: f64 = 0;

/** Set where growth steps are wanted; they cost a third more time. */
export let wantsSteps: boolean = false;

/**
 * Steps in which a block made place for a larger one from the same call stack, with nothing between:
 * freed before it (`realloc`) or after (a copy). Two indexes each: the larger, the smaller.
 */
export let steps: usize = 0;
export let stepCount: u32 = 0;
export let stepCapacity: u32 = 0;

/** Equal to no info, and to no call stack. */
const NO_INDEX: u32 = 0xffffffff;
const NO_TRACE: u32 = 0xffffffff;

/** The last event: its info, that one's call stack, and whether it was an allocation. */
let lastIndex: u32 = 0;
let lastTrace: u32 = NO_TRACE;
let lastWasAllocation: u32 = 0;

/** Begins a window: both halves of a temporary allocation, or of a growth step, must lie in it. */
export function forgetLast(): void {
  // After a free the next free of info 0 would count.
  lastIndex = NO_INDEX;
  lastTrace = NO_TRACE;
  lastWasAllocation = 1;
}

/**
 * Scans whole lines from `start` to `end`, which lies behind a newline. Up to 64 bytes behind `end`
 * are loaded too, and ignored.
 *
 * @returns where it stopped: `end`, or the start of a record that goes on beyond it.
 */
export function scan(start: usize, end: usize): usize {
  let at = start;
  while (at < end) {
    at = wantsSteps ? scanEvents<boolean>(at, end) : scanEvents<void>(at, end);
    if (at >= end) return at;
    notice();
    let next = takeTableRecord(at);
    if (next == 0) next = onRecord(at, end);
    if (next == 0) return at;
    at = next;
  }
  return at;
}

/**
 * Takes events up to the first line that is none; returns where that begins. Compiled twice, as
 * `boolean` with growth steps and as `void` without.
 */
function scanEvents<Steps>(start: usize, end: usize): usize {
  // Globals lie in memory; as locals these stay in registers.
  const base = records;
  const limit = count;
  let heap = live;
  let most = crest;
  let number = epoch;
  let index = lastIndex;
  let trace = lastTrace;
  let wasAllocation = lastWasAllocation;
  let allocated: u32 = 0;
  let temporary: u32 = 0;
  let events: u64 = 0;

  let at = start;
  for (;;) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    let newlines = mask(equal(a, 10), equal(b, 10), equal(c, 10), equal(d, 10));
    const left = end - at;
    if (left < 64) newlines &= ((<u64>1) << left) - 1;
    if (newlines == 0) break;

    const starts = (newlines << 1) | 1;
    const signs = mask(areSigns(a), areSigns(b), areSigns(c), areSigns(d));
    const spaces = mask(equal(a, 32), equal(b, 32), equal(c, 32), equal(d, 32));
    const digits = mask(areDigits(a), areDigits(b), areDigits(c), areDigits(d));
    const rest = ~(newlines | starts | (starts << 1));
    const wrong =
      (signs ^ starts) | (spaces ^ (starts << 1)) | (digits ^ rest) | (newlines & (starts << 2));
    // The lines before the first wrong character. Behind the last newline all may look wrong.
    let good = newlines & ((wrong & (0 - wrong)) - 1);
    if (good == 0) break;

    events += popcnt(good);
    const block = at;
    do {
      const newline = block + <usize>ctz(good);
      const length = newline - at - 2;
      // Digits move to the top of the word, so that the last one is its highest byte.
      const previous = index;
      index =
        length <= 4
          ? shortHexOf(load<u32>(at, 2) << (32 - (<u32>length << 3)))
          : hexOf(load<u64>(at, 2) << (64 - (<u64>length << 3)));
      if (index >= limit || length > MAX_INDEX_DIGITS) {
        index = previous;
        break;
      }

      if (heap > most) {
        most = heap;
        if (heap > peak) {
          peak = heap;
          peakTime = time;
          number++;
        }
      }
      const record = base + <usize>index * RECORD_BYTES;
      const present = load<i32>(record, LIVE_AT);
      if (load<i32>(record, EPOCH_AT) != number) {
        store<i32>(record, number, EPOCH_AT);
        store<i32>(record, present, SAVED_AT);
      }
      // `+` is 43 and `-` is 45: 1 and 1, 0 and -1.
      const sign = 44 - <i32>load<u8>(at);
      const isAllocation = <u32>(sign + 1) >> 1;
      store<i32>(record, present + sign, LIVE_AT);
      // heaptrack's rule: the last event must have allocated this info; after a free, info 0 counts.
      const allocatedBefore = previous & (0 - wasAllocation);
      const isTemporary = u32(index == allocatedBefore) & (isAllocation ^ 1);
      store<u64>(record, load<u64>(record, CALLS_AT) + (<u64>isAllocation | (<u64>isTemporary << 32)), CALLS_AT);
      heap += <f64>sign * load<f64>(record);

      if (isBoolean<Steps>()) {
        const before = trace;
        trace = load<u32>(record, TRACE_AT);
        // Two sizes of one call stack, one allocated and one freed.
        if (u32(trace == before) & u32(index != previous) & (wasAllocation ^ isAllocation)) {
          addStep(previous, index, isAllocation);
        }
      }

      wasAllocation = isAllocation;
      allocated += isAllocation;
      temporary += isTemporary;
      at = newline + 1;
      good &= good - 1;
    } while (good != 0);
    events -= popcnt(good);
    if (good != 0 || at >= end) break;
  }

  live = heap;
  crest = most;
  epoch = number;
  lastIndex = index;
  lastTrace = trace;
  lastWasAllocation = wasAllocation;
  temporaries += <f64>temporary;
  allocations += <f64>allocated;
  deallocations += <f64>(events - <u64>allocated);
  return at;
}

/** Notes a maximum; call before anything changes, and at the end. */
export function notice(): void {
  if (live > crest) crest = live;
  if (live > peak) {
    peak = live;
    peakTime = time;
    epoch++;
  }
}

/** Applies an event that was read elsewhere; it is no part of a growth step. */
export function apply(index: u32, isAllocation: boolean): void {
  notice();
  const record = records + <usize>index * RECORD_BYTES;
  const present = load<i32>(record, LIVE_AT);
  if (load<i32>(record, EPOCH_AT) != epoch) {
    store<i32>(record, epoch, EPOCH_AT);
    store<i32>(record, present, SAVED_AT);
  }
  if (isAllocation) {
    store<u32>(record, load<u32>(record, CALLS_AT) + 1, CALLS_AT);
    store<i32>(record, present + 1, LIVE_AT);
    live += load<f64>(record);
    allocations++;
  } else {
    if (index == (lastIndex & (0 - lastWasAllocation))) {
      store<u32>(record, load<u32>(record, TEMPORARY_AT) + 1, TEMPORARY_AT);
      temporaries++;
    }
    store<i32>(record, present - 1, LIVE_AT);
    live -= load<f64>(record);
    deallocations++;
  }
  lastIndex = index;
  lastTrace = NO_TRACE;
  lastWasAllocation = u32(isAllocation);
}

/** Keeps the step if, of the one allocation and the one free, the allocation is the larger. */
function addStep(previous: u32, index: u32, isAllocation: u32): void {
  const larger = isAllocation ? index : previous;
  const smaller = isAllocation ? previous : index;
  const more =
    load<f64>(records + <usize>larger * RECORD_BYTES) -
    load<f64>(records + <usize>smaller * RECORD_BYTES);
  if (more <= 0) return;
  const step = steps + <usize>stepCount * STEP_BYTES;
  store<u32>(step, isAllocation ? larger : larger | COPIED);
  store<u32>(step, smaller, 4);
  if (++stepCount == stepCapacity) onSteps();
}

/** Appends an allocation info. */
export function add(size: f64, trace: u32): void {
  if (count == capacity) onFull();
  const record = records + <usize>count * RECORD_BYTES;
  store<f64>(record, size);
  store<u32>(record, trace, TRACE_AT);
  count++;
}

/** What `readPair` read. */
let first: u64 = 0;
let second: u32 = 0;

/** Takes `a SIZE TRACE` and `t IP PARENT`; returns where the next record starts, 0 for all others. */
function takeTableRecord(at: usize): usize {
  const head = load<u16>(at);
  if (head != INFO && head != TRACE) return 0;
  const next = readPair(at + 2);
  if (next == 0 || second >= traceCount) return 0;
  if (head == INFO) add(<f64>first, second);
  else if (first < <u64>ipCount) onTrace(<u32>first, second);
  else return 0;
  tableRecords++;
  return next;
}

/** Reads two numbers up to a newline; returns where the next line starts, 0 where they are not in order. */
function readPair(start: usize): usize {
  let at = start;
  first = 0;
  let char = <u32>load<u8>(at);
  while (char != 32) {
    const value = digitOf(char);
    if (value < 0) return 0;
    first = (first << 4) | <u64>value;
    char = load<u8>(++at);
  }
  // Twelve digits are 48 bits, exact in an f64; longer numbers are read elsewhere.
  if (at == start || at > start + 12) return 0;
  const secondStart = ++at;
  second = 0;
  char = load<u8>(at);
  while (char != 10) {
    const value = digitOf(char);
    if (value < 0) return 0;
    second = (second << 4) | <u32>value;
    char = load<u8>(++at);
  }
  return at == secondStart || at > secondStart + 7 ? 0 : at + 1;
}

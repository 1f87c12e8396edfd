/** Events as records of eight doubles; packed-event.ts and kinds.ts say what they hold. */
import { RECORD_BYTES } from '../../../model/record-layout';
import { FRAMES, LINE, MOST_FRAMES, RECORD_CAPACITY, RECORDS } from './layout';
import { countLine, state, timeOfLine } from './state.as';

/** Takes all records; there is room again then. */
declare function onRecords(): void;

/** Where the records lie; there is room for RECORD_CAPACITY. */
export let records: usize = 0;

/** An event of the present line. */
export function putEvent(
  head: f64,
  task: u32,
  a: f64,
  b: f64 = 0,
  c: f64 = 0,
  d: f64 = 0,
): void {
  putRecord(head, task, load<u32>(state, LINE), timeOfLine(), a, b, c, d);
  // Stack frames on the next lines belong to it.
  store<u32>(state, MOST_FRAMES, FRAMES);
}

export function putRecord(
  head: f64,
  task: u32,
  line: u32,
  time: f64,
  a: f64,
  b: f64,
  c: f64,
  d: f64,
): void {
  const at = nextRecord();
  store<f64>(at, head);
  store<f64>(at, <f64>task, 8);
  store<f64>(at, <f64>line, 16);
  store<f64>(at, time, 24);
  store<f64>(at, a, 32);
  store<f64>(at, b, 40);
  store<f64>(at, c, 48);
  store<f64>(at, d, 56);
  takeRecord();
}

/** A text behind a record, filled up to whole records. */
export function putText(start: usize, length: usize): void {
  for (let done: usize = 0; done < length; done += RECORD_BYTES) {
    memory.copy(nextRecord(), start + done, min<usize>(RECORD_BYTES, length - done));
    takeRecord();
  }
}

// @ts-ignore: decorator
@inline
function nextRecord(): usize {
  return records + <usize>load<u32>(state, RECORDS) * RECORD_BYTES;
}

// @ts-ignore: decorator
@inline
function takeRecord(): void {
  countLine(RECORDS);
  if (load<u32>(state, RECORDS) == RECORD_CAPACITY) onRecords();
}

/**
 * Keeps back which files are opened until it matters: most are read and closed, and never mapped.
 *
 * What opened a file is passed on before the mmap that names its descriptor, and before the tables of
 * descriptors change hands: at clone, execve and exit. A file that is closed before is never heard of.
 *
 *     heads, one per descriptor   0  first   u32   of the openings that wait: index + 1; 0: none
 *                                 4  passed  u32   how many processes have yet to close what was passed on
 *
 *     openings                    0  next    u32   of the same descriptor, or the next free one; as `first`
 *                                 4  task    u32
 *                                 8  line    u32
 *                                12  length  u32   of the path
 *                                16  time    f64
 *                                24  path
 */
import { CLOSE } from '../../../model/record-layout';
import {
  DESCRIPTORS,
  HEAD_BYTES,
  LINE,
  MAX_PATH,
  MOST_WAITING,
  OPEN,
  OPENING_HEAD_BYTES,
} from './layout';
import { putEvent, putRecord, putText } from './records.as';
import { state, timeOfLine } from './state.as';

/** Where they lie. */
export let openings: usize = 0;

const FIRST: usize = 0;
const PASSED: usize = 4;

const HEADS_BYTES: usize = DESCRIPTORS * HEAD_BYTES;
const NEXT: usize = 0;
const TASK: usize = 4;
const OPEN_LINE: usize = 8;
const PATH_LENGTH: usize = 12;
const TIME: usize = 16;
const PATH: usize = OPENING_HEAD_BYTES;
const OPENING_BYTES: usize = PATH + MAX_PATH;

/** The first opening that nobody has, and how many were ever used. */
let free: u32 = 0;
let used: u32 = 0;
let waiting: u32 = 0;
/** Beyond the highest descriptor that ever had a head. */
let limit: u32 = 0;

// @ts-ignore: decorator
@inline
function headOf(descriptor: u32): usize {
  return openings + <usize>descriptor * HEAD_BYTES;
}

// @ts-ignore: decorator
@inline
function openingAt(index: u32): usize {
  return openings + HEADS_BYTES + <usize>(index - 1) * OPENING_BYTES;
}

/** A file was opened on the present line. */
export function openFile(task: u32, descriptor: i32, path: usize, length: u32): void {
  const number = <u32>descriptor;
  if (number >= <u32>DESCRIPTORS) {
    putEvent(<f64>OPEN, task, <f64>descriptor, <f64>length);
    putText(path, length);
    return;
  }
  drop(task, number);
  if (waiting == MOST_WAITING) passFirst();
  limit = max(limit, number + 1);
  const index = takeFree();
  const opening = openingAt(index);
  store<u32>(opening, 0, NEXT);
  store<u32>(opening, task, TASK);
  store<u32>(opening, load<u32>(state, LINE), OPEN_LINE);
  store<u32>(opening, length, PATH_LENGTH);
  store<f64>(opening, timeOfLine(), TIME);
  memory.copy(opening + PATH, path, length);
  store<u32>(lastLink(headOf(number)), index);
}

/**
 * A descriptor was closed on the present line. What was passed on before is closed even where a later opening waited: a log
 * may lack the close between the two. It then still counts as passed, since it may be another process's; a close
 * too many changes nothing.
 */
export function closeFile(task: u32, descriptor: i32): void {
  const number = <u32>descriptor;
  if (number < <u32>DESCRIPTORS) {
    const waited = drop(task, number);
    const head = headOf(number);
    const passed = load<u32>(head, PASSED);
    if (passed == 0) return;
    if (!waited) store<u32>(head, passed - 1, PASSED);
  }
  putEvent(<f64>CLOSE, task, <f64>descriptor);
}

/** A descriptor is mapped. Threads share descriptors: whoever opened it may be meant. */
export function passDescriptor(descriptor: i32): void {
  if (<u32>descriptor >= limit) return;
  const head = headOf(descriptor);
  let index = load<u32>(head, FIRST);
  store<u32>(head, 0, FIRST);
  while (index != 0) {
    const next = load<u32>(openingAt(index), NEXT);
    pass(index, descriptor);
    index = next;
  }
}

/** A task forks, executes, or ends. */
export function passTask(task: u32): void {
  for (let descriptor: u32 = 0; descriptor < limit && waiting > 0; descriptor++) {
    const link = linkTo(task, headOf(descriptor));
    const index = load<u32>(link);
    if (index == 0) continue;
    store<u32>(link, load<u32>(openingAt(index), NEXT));
    pass(index, descriptor);
  }
}

/** A table of descriptors was copied: what was passed on has to be closed once more. */
export function copyDescriptors(): void {
  for (let descriptor: u32 = 0; descriptor < limit; descriptor++) {
    if (load<u32>(headOf(descriptor), PASSED) > 0) passOn(descriptor);
  }
}

/** The log ends: what is open is told. */
export function passAll(): void {
  for (let descriptor: u32 = 0; descriptor < limit; descriptor++) passDescriptor(descriptor);
}

/** Makes room. */
function passFirst(): void {
  for (let descriptor: u32 = 0; waiting == MOST_WAITING; descriptor++) passDescriptor(descriptor);
}

function passOn(descriptor: u32): void {
  const head = headOf(descriptor);
  store<u32>(head, load<u32>(head, PASSED) + 1, PASSED);
}

/** Passes an opening on that is in no list any more. */
function pass(index: u32, descriptor: u32): void {
  const opening = openingAt(index);
  const length = load<u32>(opening, PATH_LENGTH);
  const line = load<u32>(opening, OPEN_LINE);
  const time = load<f64>(opening, TIME);
  putRecord(<f64>OPEN, load<u32>(opening, TASK), line, time, <f64>descriptor, <f64>length, 0, 0);
  putText(opening + PATH, length);
  passOn(descriptor);
  give(index);
}

/** Forgets what a task opened under a descriptor; false where nothing waits. */
function drop(task: u32, descriptor: u32): bool {
  if (descriptor >= limit) return false;
  const link = linkTo(task, headOf(descriptor));
  const index = load<u32>(link);
  if (index == 0) return false;
  store<u32>(link, load<u32>(openingAt(index), NEXT));
  give(index);
  return true;
}

/** Where the index of a task's opening stands, or the 0 behind the last. */
function linkTo(task: u32, head: usize): usize {
  let link = head + FIRST;
  let index = load<u32>(link);
  while (index != 0 && load<u32>(openingAt(index), TASK) != task) {
    link = openingAt(index) + NEXT;
    index = load<u32>(link);
  }
  return link;
}

function lastLink(head: usize): usize {
  let link = head + FIRST;
  let index = load<u32>(link);
  while (index != 0) {
    link = openingAt(index) + NEXT;
    index = load<u32>(link);
  }
  return link;
}

function takeFree(): u32 {
  waiting++;
  if (free == 0) return ++used;
  const index = free;
  free = load<u32>(openingAt(index), NEXT);
  return index;
}

function give(index: u32): void {
  waiting--;
  store<u32>(openingAt(index), free, NEXT);
  free = index;
}

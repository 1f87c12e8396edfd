/** The tasks of the log, and the calls that they have not returned from. */

import {
  OPEN_ARGUMENTS,
  OPEN_BYTES,
  TASK_BYTES,
  TASK_FACTOR,
  TASK_PLACE,
  TASK_SLOTS,
} from './layout';

/** The tasks that are known and live: a hash table, which task-slots.ts fills. */
export let tasks: usize = 0;

/** For each task the call that it has not returned from. */
export let opens: usize = 0;
export const MAX_OPEN_ARGUMENTS: usize = OPEN_BYTES - OPEN_ARGUMENTS;

/** Where the two halves of a call's arguments are put together. */
export let joined: usize = 0;

/** Where a task lies in the table; 0 where it is not in it. */
export function taskOf(pid: u32): usize {
  const id = pid + 1;
  let slot = (id * TASK_FACTOR) >>> 16;
  let task = tasks + <usize>slot * TASK_BYTES;
  while (load<u32>(task) != id) {
    if (load<u32>(task) == 0) return 0;
    slot = (slot + 1) & (TASK_SLOTS - 1);
    task = tasks + <usize>slot * TASK_BYTES;
  }
  return task;
}

/** Where the call that a task has not returned from is kept. */
// @ts-ignore: decorator
@inline
export function openOf(task: usize): usize {
  return opens + <usize>load<u32>(task, TASK_PLACE) * OPEN_BYTES;
}

/** The tasks of the log, and the calls that they have not returned from. */

/** The tasks that are known and live, a hash table; task-slots.ts fills it and says how. */
export let tasks: usize = 0;
export const TASK_SHIFT: usize = 4;
export const TASK_KEY: usize = 4;
export const TASK_OPEN: usize = 8;
export const TASK_MASK: u32 = 0xffff;

/**
 * For each task the call that it has not returned from: 0 none, OPEN_ELSEWHERE where TypeScript
 * keeps it, else the index of the call's name + 1; then the length of its arguments as far as they
 * were printed, and their bytes.
 */
export let opens: usize = 0;
export const OPEN_SHIFT: usize = 8;
export const OPEN_ELSEWHERE: u32 = 0xffffffff;
export const OPEN_LENGTH: usize = 4;
export const OPEN_ARGUMENTS: usize = 8;
export const MAX_OPEN_ARGUMENTS: usize = 248;

/** Where the two halves of a call's arguments are put together. */
export let joined: usize = 0;

/** Where a task lies in the table; 0 where it is not in it. */
export function taskOf(pid: u32): usize {
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
export function openOf(task: usize): usize {
  return opens + (<usize>load<u32>(task, TASK_OPEN) << OPEN_SHIFT);
}

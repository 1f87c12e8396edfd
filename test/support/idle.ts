import { readdirSync, readFileSync } from 'node:fs';

const LOOK_MS = 50;
/** A busy machine may make a program wait between two reads; not for so many looks. */
const LOOKS = 10;

/** Waits until a process has nothing to do but to wait: all of its threads sleep. */
export async function idle(pid: number): Promise<void> {
  for (let quiet = 0; quiet < LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    quiet = sleeps(pid) ? quiet + 1 : 0;
  }
}

function sleeps(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((task) => {
    // The state is the field behind the name (proc_pid_stat(5)), which may hold anything.
    const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    return stat.split(') ').at(-1)!.startsWith('S');
  });
}

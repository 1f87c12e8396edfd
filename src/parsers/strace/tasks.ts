import type { TracedTask } from '../../model/syscall-trace.ts';

/**
 * The processes and threads of a log, by PID.
 *
 * On a terminal strace names the PID only while several processes live: `[pid 7733]` begins to
 * stand before lines of the process whose lines had none until then. Lines without a PID count as
 * those of task 0; the first PID that nobody created is then task 0 under its name.
 */
export class TaskTable {
  readonly #tasks = new Map<number, TracedTask>();
  readonly #created = new Set<number>();
  #unnamed: number | undefined;

  /** The PID of the lines that have none; undefined where the log never tells. */
  get unnamedPid(): number | undefined {
    return this.#unnamed;
  }

  get all(): readonly TracedTask[] {
    return [...this.#tasks.values()];
  }

  /** The task that a line belongs to. @param pid as the line has it, 0 for none. */
  at(pid: number, line: number): TracedTask {
    const key = pid === 0 ? this.#withoutPid() : this.#named(pid);
    let task = this.#tasks.get(key);
    if (task === undefined) {
      task = { pid: key, firstLine: line, outcome: undefined };
      this.#tasks.set(key, task);
    }
    return task;
  }

  /** A PID that strace or a clone announced: it is not the process that was there before. */
  announce(pid: number): void {
    if (pid !== this.#unnamed) this.#created.add(pid);
  }

  /** When only one process is left, its lines have no PID again, whichever it is. */
  #withoutPid(): number {
    if (this.#tasks.get(0)?.outcome === undefined) return 0;
    const left = [...this.#tasks.values()].filter((task) => task.outcome === undefined);
    return left.length === 1 ? left[0]!.pid : 0;
  }

  #named(pid: number): number {
    const isFirstName =
      this.#unnamed === undefined && this.#tasks.has(0) && !this.#created.has(pid);
    if (isFirstName) this.#unnamed = pid;
    return pid === this.#unnamed ? 0 : pid;
  }
}

import type { SyscallEvent } from '../../model/syscall-trace.ts';

type Open = Extract<SyscallEvent, { call: 'open' }>;

/** Files that are open and were not asked for; of more, the first are passed on. */
const MOST_WAITING = 4096;

/** Descriptors that are remembered as passed on; with more than that, all that is closed is told. */
const MOST_PASSED = 1 << 16;

/**
 * Keeps back which files are opened until it matters: most are read and closed, and never mapped. What
 * opens them is passed on before the mmap that names their descriptor, and before the tables of
 * descriptors change hands: at clone, execve and exit. A file that is closed before is never heard of.
 */
export class DelayedOpens {
  readonly #pass: (event: SyscallEvent) => void;
  /** By descriptor: of each process or thread at most one, in the order of their lines. */
  readonly #waiting = new Map<number, Open[]>();
  #count = 0;
  /** Of a descriptor whose opening was passed on: how many processes have yet to close it. */
  readonly #passed = new Map<number, number>();

  constructor(pass: (event: SyscallEvent) => void) {
    this.#pass = pass;
  }

  step(event: SyscallEvent): void {
    switch (event.call) {
      case 'open':
        this.#open(event);
        return;
      case 'close':
        if (this.#take(event.descriptor, event.pid)) return;
        if (!this.#isHeard(event.descriptor)) return;
        break;
      case 'mmap':
        if (event.descriptor >= 0) this.#passAll(event.descriptor);
        break;
      case 'clone':
        this.#passOf(event.pid);
        // A copy of the table has to be closed once more.
        if (!event.sharesMemory)
          for (const descriptor of this.#passed.keys()) this.#remember(descriptor);
        break;
      case 'execve':
      case 'exit':
        if (this.#count > 0) this.#passOf(event.pid);
        break;
    }
    this.#pass(event);
  }

  /** What is open when the log ends, is told. */
  finish(): void {
    for (const descriptor of [...this.#waiting.keys()]) this.#passAll(descriptor);
  }

  #open(event: Open): void {
    this.#take(event.descriptor, event.pid);
    const { descriptor } = event;
    const same = this.#waiting.get(descriptor);
    if (same) same.push(event);
    else this.#waiting.set(descriptor, [event]);
    if (++this.#count > MOST_WAITING) this.#passAll(this.#waiting.keys().next().value!);
  }

  /** @returns whether the descriptor was waiting. */
  #take(descriptor: number, pid: number): boolean {
    const same = this.#waiting.get(descriptor);
    const at = same?.findIndex((open) => open.pid === pid) ?? -1;
    if (same === undefined || at === -1) return false;
    this.#remove(descriptor, same, at);
    return true;
  }

  #remove(descriptor: number, same: Open[], at: number): Open {
    const [open] = same.splice(at, 1);
    if (same.length === 0) this.#waiting.delete(descriptor);
    this.#count--;
    return open!;
  }

  /** Threads share descriptors: whoever opened it may be meant. */
  #passAll(descriptor: number): void {
    const same = this.#waiting.get(descriptor);
    if (same === undefined) return;
    this.#waiting.delete(descriptor);
    this.#count -= same.length;
    this.#remember(descriptor);
    for (const open of same) this.#pass(open);
  }

  #passOf(pid: number): void {
    for (const [descriptor, same] of this.#waiting) {
      const at = same.findIndex((open) => open.pid === pid);
      if (at === -1) continue;
      this.#remember(descriptor);
      this.#pass(this.#remove(descriptor, same, at));
    }
  }

  #remember(descriptor: number): void {
    const count = this.#passed.get(descriptor) ?? 0;
    if (count > 0 || this.#passed.size < MOST_PASSED) this.#passed.set(descriptor, count + 1);
  }

  /** Whether a close concerns a file that was passed on. */
  #isHeard(descriptor: number): boolean {
    const count = this.#passed.get(descriptor);
    if (count === undefined) return this.#passed.size >= MOST_PASSED;
    if (count > 1) this.#passed.set(descriptor, count - 1);
    else this.#passed.delete(descriptor);
    return true;
  }
}

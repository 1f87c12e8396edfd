/**
 * Watches a running process and all that descend from it: how much of each is resident, and its
 * memory map when that was most and when it is about to end.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { familyOf } from './children.ts';

/** What a process looked like at one moment. */
export interface Snapshot {
  /** Seconds since the program was started. */
  readonly time: number;
  readonly smaps: string;
  readonly status: string;
  /** Of `pmap -x`; undefined where there is none, or not asked for. */
  readonly pmap: string | undefined;
  /** What malloc has of it, as JSON; undefined where that is not known. */
  readonly heap: string | undefined;
}

/** What is done at a look beside reading /proc. */
export interface Looks {
  /** The program pmap, where its output is wanted as well. */
  readonly pmap: string | undefined;
  /** Reads what malloc has of a process; takes a second for each GiB. */
  readonly heapOf: (pid: number) => string | undefined;
  /** Called for a process that is about to end, or may be, and had more in RAM than any before. */
  readonly atEnd: (pid: number) => void;
  /** Runs something while no process of the program gets on. */
  readonly whileHeld: <T>(run: () => T) => T;
}

export interface Sample {
  readonly time: number;
  readonly residentBytes: number;
}

/** exit_group and exit, by architecture (asm/unistd.h): the process holds still in them. */
const EXIT_CALLS: Readonly<Record<string, readonly number[]>> = {
  x64: [231, 60],
  arm64: [94, 93],
  riscv64: [94, 93],
  ia32: [252, 1],
};

/** A new maximum by less than this part is not worth a look at all pages. */
const WORTH_A_LOOK = 1.02;

/** Looking at the map may take this part of the time at most. */
const MOST_OF_TIME = 0.1;

/** Even where nothing grows, what was seen last is at most this old. */
const LAST_LOOK_MS = 250;

/** After a signal a program ends within that time, or it goes on. */
const ENDING_MS = 2000;

/** Samples kept of a long run; every second one is dropped when there are more. */
const MOST_SAMPLES = 4096;

/** A process that has ended between two reads shows no map, or a status without a word of memory. */
export const isWhole = ({ smaps, status }: Pick<Snapshot, 'smaps' | 'status'>): boolean =>
  smaps !== '' && /^VmRSS:/m.test(status);

/** One process. */
export class ProcessWatch {
  /** The map when most was resident, as far as looks came in time. */
  peak: Snapshot | undefined;
  /** The last look at it; at the entry of its exit where `sawExit`. */
  last: Snapshot | undefined;
  sawExit = false;
  samples: Sample[] = [];

  readonly pid: number;
  readonly #started: number;
  readonly #looks: Looks;
  peakBytes = 0;
  #sampleEvery = 1;
  #ticks = 0;
  #nextLook = 0;
  #nextHeap = 0;
  readonly #pageBytes: number;

  constructor(pid: number, started: number, pageBytes: number, looks: Looks) {
    this.pid = pid;
    this.#started = started;
    this.#pageBytes = pageBytes;
    this.#looks = looks;
  }

  /**
   * @param largestBytes of the other processes of the program.
   * @param mayEnd whether it is about to get a signal, which ends most programs.
   * @returns false where the process has ended.
   */
  tick(largestBytes: number, mayEnd = false): boolean {
    try {
      this.#look(largestBytes, mayEnd);
      return true;
    } catch {
      // It ended between two reads; what was seen before stays.
      return false;
    }
  }

  #look(largestBytes: number, mayEnd: boolean): void {
    if (this.sawExit) return;
    const now = performance.now();
    const residentBytes = Number(this.#read('statm').split(' ')[1]) * this.#pageBytes;
    this.#keepSample({ time: (now - this.#started) / 1000, residentBytes });
    const isExiting = this.#isExiting();
    const isLastLook = isExiting || mayEnd;
    const isPeak = residentBytes > this.peakBytes * WORTH_A_LOOK && now >= this.#nextLook;
    const isDue = now - (this.last?.time ?? 0) * 1000 - this.#started > LAST_LOOK_MS;
    if (!isLastLook && !isPeak && !(isDue && now >= this.#nextLook)) return;

    const isOfInterest = (isLastLook || isPeak) && residentBytes >= largestBytes;
    const withHeap = isOfInterest && (isLastLook || now >= this.#nextHeap);
    // A map and the account of its heap are only of one moment where nothing goes on meanwhile.
    const snapshot = this.#looks.whileHeld(() => {
      const taken = this.#take(now, isLastLook, withHeap);
      if (isLastLook && isOfInterest && isWhole(taken)) this.#looks.atEnd(this.pid);
      return taken;
    });
    if (!isWhole(snapshot)) return;
    this.last = snapshot;
    // What the end has hardly more of was already there when the program still used it.
    const isMore = residentBytes > this.peakBytes * (isLastLook ? WORTH_A_LOOK : 1);
    // Nor does a map tell more than one of nearly the same with the account of its heap.
    const isAccounted = snapshot.heap !== undefined && this.peak?.heap === undefined;
    if (isMore || (isAccounted && residentBytes * WORTH_A_LOOK >= this.peakBytes)) {
      this.peak = snapshot;
      this.peakBytes = Math.max(this.peakBytes, residentBytes);
    }
    this.sawExit = isExiting;
    // A map without an account of its moment would replace this one while the program ends.
    if (mayEnd) this.#nextLook = Math.max(this.#nextLook, now + ENDING_MS);
  }

  #take(now: number, isLastLook: boolean, withHeap: boolean): Snapshot {
    const { pmap, heapOf } = this.#looks;
    const snapshot = {
      time: (now - this.#started) / 1000,
      smaps: this.#read('smaps'),
      status: this.#read('status'),
      pmap: isLastLook && pmap ? pmapOutput(pmap, this.pid) : undefined,
    };
    // Each kind of look waits for its own cost: the heap of a large process takes seconds.
    const lookEnd = performance.now();
    this.#nextLook = lookEnd + (lookEnd - now) / MOST_OF_TIME;
    if (!withHeap) return { ...snapshot, heap: undefined };
    const heap = heapOf(this.pid);
    const heapEnd = performance.now();
    this.#nextHeap = heapEnd + (heapEnd - lookEnd) / MOST_OF_TIME;
    return { ...snapshot, heap };
  }

  /** The kernel shows the number of the call that a stopped or waiting process is in. */
  #isExiting(): boolean {
    const [call] = this.#read('syscall').split(' ');
    return (EXIT_CALLS[process.arch] ?? []).includes(Number(call));
  }

  #read(name: string): string {
    return readFileSync(`/proc/${this.pid}/${name}`, 'utf8');
  }

  #keepSample(sample: Sample): void {
    if (this.#ticks++ % this.#sampleEvery !== 0) return;
    this.samples.push(sample);
    if (this.samples.length < MOST_SAMPLES) return;
    this.samples = this.samples.filter((_, i) => i % 2 === 0);
    this.#sampleEvery *= 2;
  }
}

/** Ended processes that are remembered: those that were largest. */
const KEPT_PROCESSES = 16;

/** What `pmap -x` says of a process; undefined where it fails. */
export function pmapOutput(pmap: string, pid: number): string | undefined {
  const { status, stdout } = spawnSync(pmap, ['-x', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** A program and the processes that it starts. */
export class FamilyWatch {
  readonly #root: number;
  readonly #started: number;
  readonly #pageBytes = pageBytes();
  readonly #looks: Looks;
  readonly #timer: NodeJS.Timeout;
  readonly #live = new Map<number, ProcessWatch>();
  #ended: ProcessWatch[] = [];
  #count = 0;

  constructor(root: number, started: number, intervalMs: number, looks: Looks) {
    this.#root = root;
    this.#started = started;
    this.#looks = looks;
    this.#timer = setInterval(() => this.#tick(), intervalMs);
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks at all processes, the largest last: one of them may be about to end. */
  beforeSignal(): void {
    const bySize = [...this.#live.values()].sort((a, b) => a.peakBytes - b.peakBytes);
    for (const watch of bySize) watch.tick(this.#largestBytes(watch), true);
  }

  /** How many processes were seen. */
  get count(): number {
    return this.#count;
  }

  /** The process of which most was resident at one time; the first of those that are alike. */
  get largest(): ProcessWatch | undefined {
    return [...this.#ended, ...this.#live.values()]
      .filter(({ last }) => last !== undefined)
      .toSorted((a, b) => b.peakBytes - a.peakBytes || a.pid - b.pid)[0];
  }

  /** The most that any process had, but for one. */
  #largestBytes(except: ProcessWatch): number {
    let most = 0;
    for (const watch of [...this.#ended, ...this.#live.values()]) {
      if (watch !== except) most = Math.max(most, watch.peakBytes);
    }
    return most;
  }

  #tick(): void {
    for (const pid of familyOf(this.#root)) {
      if (this.#live.has(pid)) continue;
      this.#count++;
      this.#live.set(pid, new ProcessWatch(pid, this.#started, this.#pageBytes, this.#looks));
    }
    for (const [pid, watch] of this.#live) {
      if (watch.tick(this.#largestBytes(watch))) continue;
      this.#live.delete(pid);
      this.#ended.push(watch);
    }
    if (this.#ended.length <= 2 * KEPT_PROCESSES) return;
    this.#ended.sort((a, b) => b.peakBytes - a.peakBytes);
    this.#ended = this.#ended.slice(0, KEPT_PROCESSES);
  }
}

/** AT_PAGESZ of this process (getauxval(3)): pairs of words, its key is 6. */
function pageBytes(): number {
  const words = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer);
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === 6n) return Number(words[i + 1]);
  return 4096;
}

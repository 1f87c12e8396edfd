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
  readonly #pmap: string | undefined;
  peakBytes = 0;
  #sampleEvery = 1;
  #ticks = 0;
  #nextLook = 0;
  readonly #pageBytes: number;

  /** @param pmap the program, where its output is wanted as well. */
  constructor(pid: number, started: number, pageBytes: number, pmap: string | undefined) {
    this.pid = pid;
    this.#started = started;
    this.#pageBytes = pageBytes;
    this.#pmap = pmap;
  }

  /** @returns false where the process has ended. */
  tick(): boolean {
    try {
      this.#look();
      return true;
    } catch {
      // It ended between two reads; what was seen before stays.
      return false;
    }
  }

  #look(): void {
    if (this.sawExit) return;
    const now = performance.now();
    const residentBytes = Number(this.#read('statm').split(' ')[1]) * this.#pageBytes;
    this.#keepSample({ time: (now - this.#started) / 1000, residentBytes });
    const isExiting = this.#isExiting();
    const isPeak = residentBytes > this.peakBytes * WORTH_A_LOOK && now >= this.#nextLook;
    const isDue = now - (this.last?.time ?? 0) * 1000 - this.#started > LAST_LOOK_MS;
    if (!isExiting && !isPeak && !(isDue && now >= this.#nextLook)) return;

    const pmap = isExiting && this.#pmap ? this.#pmapOutput(this.#pmap) : undefined;
    const snapshot = {
      time: (now - this.#started) / 1000,
      smaps: this.#read('smaps'),
      status: this.#read('status'),
      pmap,
    };
    if (!isWhole(snapshot)) return;
    this.last = snapshot;
    // What the end has hardly more of was already there when the program still used it.
    if (residentBytes > this.peakBytes * (isExiting ? WORTH_A_LOOK : 1)) {
      this.peak = snapshot;
      this.peakBytes = residentBytes;
    }
    this.sawExit = isExiting;
    const cost = performance.now() - now;
    this.#nextLook = now + cost / MOST_OF_TIME;
  }

  /** The kernel shows the number of the call that a stopped or waiting process is in. */
  #isExiting(): boolean {
    const [call] = this.#read('syscall').split(' ');
    return (EXIT_CALLS[process.arch] ?? []).includes(Number(call));
  }

  #pmapOutput(pmap: string): string | undefined {
    const { status, stdout } = spawnSync(pmap, ['-x', String(this.pid)], { encoding: 'utf8' });
    return status === 0 ? stdout : undefined;
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

/** A program and the processes that it starts. */
export class FamilyWatch {
  readonly #root: number;
  readonly #started: number;
  readonly #pageBytes = pageBytes();
  readonly #pmap: string | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #live = new Map<number, ProcessWatch>();
  #ended: ProcessWatch[] = [];
  #count = 0;

  constructor(root: number, started: number, intervalMs: number, pmap: string | undefined) {
    this.#root = root;
    this.#started = started;
    this.#pmap = pmap;
    this.#timer = setInterval(() => this.#tick(), intervalMs);
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
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

  #tick(): void {
    for (const pid of familyOf(this.#root)) {
      if (this.#live.has(pid)) continue;
      this.#count++;
      this.#live.set(pid, new ProcessWatch(pid, this.#started, this.#pageBytes, this.#pmap));
    }
    for (const [pid, watch] of this.#live) {
      if (watch.tick()) continue;
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

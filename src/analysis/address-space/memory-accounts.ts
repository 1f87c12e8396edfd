import { MEMORY_USES, type MemoryUse } from '../../knowledge/memory-uses.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type LogTime, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { Region } from './regions.ts';

/** Bytes of a space by kind. */
export interface SpaceBytes {
  /** The brk heap, in whole pages. */
  heap: Bytes;
  /** Anonymous memory with any right. */
  anonymous: Bytes;
  /** Anonymous address space without any right (PROT_NONE): reserved, not usable. */
  reserved: Bytes;
  /** Files and shared memory. */
  files: Bytes;
}

/** The moment when heap and usable anonymous memory together were largest. */
export interface SpacePeak extends Readonly<SpaceBytes> {
  readonly line: number;
  readonly time: LogTime | undefined;
}

/** How much memory of one use there is and was. */
export interface UseAccount {
  readonly use: MemoryUse;
  /** Now, with any right. */
  readonly usable: Bytes;
  /** Now, without any right. */
  readonly reserved: Bytes;
  /** The most that was ever usable, and the call that made it so. */
  readonly peak: Bytes;
  readonly peakLine: number;
  readonly peakTime: LogTime | undefined;
  /** What was usable when the whole space was at its peak. */
  readonly atPeak: Bytes;
}

/** Sums over the regions of a space, by kind and by use, kept up with each change. */
export class MemoryAccounts {
  readonly bytes: SpaceBytes;
  peak: SpacePeak;

  readonly #usable: number[];
  readonly #reserved: number[];
  readonly #peaks: number[];
  readonly #peakLines: number[];
  readonly #peakTimes: (LogTime | undefined)[];
  #atPeak: number[];

  /** @param parent what a fork starts from. */
  constructor(parent?: { accounts: MemoryAccounts; fork: SyscallEvent }) {
    const { accounts, fork } = parent ?? {};
    this.bytes = { heap: 0, anonymous: 0, reserved: 0, files: 0, ...accounts?.bytes };
    this.peak = { ...this.bytes, line: fork?.line ?? 0, time: fork?.time };
    this.#usable = accounts ? accounts.#usable.slice() : MEMORY_USES.map(() => 0);
    this.#reserved = accounts ? accounts.#reserved.slice() : MEMORY_USES.map(() => 0);
    this.#peaks = this.#usable.slice();
    this.#atPeak = this.#usable.slice();
    this.#peakLines = MEMORY_USES.map(() => fork?.line ?? 0);
    this.#peakTimes = MEMORY_USES.map(() => fork?.time);
  }

  /** By use, those that there ever were, in their usual order. */
  get uses(): readonly UseAccount[] {
    return MEMORY_USES.map((use, i) => ({
      use,
      usable: this.#usable[i]!,
      reserved: this.#reserved[i]!,
      peak: this.#peaks[i]!,
      peakLine: this.#peakLines[i]!,
      peakTime: this.#peakTimes[i],
      atPeak: this.#atPeak[i]!,
    })).filter(({ peak, reserved }) => peak > 0 || reserved > 0);
  }

  /** Heap and usable anonymous memory. */
  get total(): Bytes {
    return this.bytes.heap + this.bytes.anonymous;
  }

  /** @param sign 1 for a region that comes, -1 for one that goes. */
  count({ kind, use, protection, start, end }: Region, sign: 1 | -1): void {
    const bytes = sign * (end - start);
    if (kind === 'unknown') return;
    if (kind === 'file' || kind === 'shared') {
      this.bytes.files += bytes;
      return;
    }
    const isUsable = kind === 'heap' || protection !== PROT.NONE;
    if (kind === 'heap') this.bytes.heap += bytes;
    else if (isUsable) this.bytes.anonymous += bytes;
    else this.bytes.reserved += bytes;
    const sums = isUsable ? this.#usable : this.#reserved;
    sums[use!.index] = sums[use!.index]! + bytes;
  }

  /** Remembers what is larger than ever, after a call took effect. */
  settle({ line, time }: SyscallEvent): void {
    const usable = this.#usable;
    const peaks = this.#peaks;
    for (let i = 0; i < usable.length; i++) {
      if (usable[i]! <= peaks[i]!) continue;
      peaks[i] = usable[i]!;
      this.#peakLines[i] = line;
      this.#peakTimes[i] = time;
    }
    if (this.total <= this.peak.heap + this.peak.anonymous) return;
    this.peak = { ...this.bytes, line, time };
    this.#atPeak = usable.slice();
  }
}

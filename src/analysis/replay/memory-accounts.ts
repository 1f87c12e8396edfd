import { MEMORY_USES, type MemoryUse } from '../../knowledge/memory-uses.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type LogTime, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { Region } from './region.ts';

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

  readonly #usable: number[];
  readonly #reserved: number[];
  readonly #peaks: number[];
  readonly #peakLines: number[];
  readonly #peakTimes: (LogTime | undefined)[];
  /** Uses of which more came since the last call, a bit for each. */
  #grown = 0;

  #peakTotal: Bytes;
  #peakLine: number;
  #peakTime: LogTime | undefined;
  /** What there was at the peak; only written when that is over. */
  readonly #peakBytes: SpaceBytes;
  readonly #atPeak: number[];
  /** Everything is as it was at the peak, or larger. */
  #isPeak = true;

  /** @param parent what a fork starts from. */
  constructor(parent?: { accounts: MemoryAccounts; fork: SyscallEvent }) {
    const { accounts, fork } = parent ?? {};
    this.bytes = { heap: 0, anonymous: 0, reserved: 0, files: 0, ...accounts?.bytes };
    this.#usable = accounts ? accounts.#usable.slice() : MEMORY_USES.map(() => 0);
    this.#reserved = accounts ? accounts.#reserved.slice() : MEMORY_USES.map(() => 0);
    this.#peaks = this.#usable.slice();
    this.#peakLines = MEMORY_USES.map(() => fork?.line ?? 0);
    this.#peakTimes = MEMORY_USES.map(() => fork?.time);
    this.#peakTotal = this.total;
    this.#peakLine = fork?.line ?? 0;
    this.#peakTime = fork?.time;
    this.#peakBytes = { ...this.bytes };
    this.#atPeak = this.#usable.slice();
  }

  /** By use, those that there ever were, in their usual order. */
  get uses(): readonly UseAccount[] {
    const atPeak = this.#isPeak ? this.#usable : this.#atPeak;
    return MEMORY_USES.map((use, i) => ({
      use,
      usable: this.#usable[i]!,
      reserved: this.#reserved[i]!,
      peak: this.#peaks[i]!,
      peakLine: this.#peakLines[i]!,
      peakTime: this.#peakTimes[i],
      atPeak: atPeak[i]!,
    })).filter(({ peak, reserved }) => peak > 0 || reserved > 0);
  }

  get peak(): SpacePeak {
    const bytes = this.#isPeak ? this.bytes : this.#peakBytes;
    return { ...bytes, line: this.#peakLine, time: this.#peakTime };
  }

  /** Heap and usable anonymous memory at the peak. */
  get peakTotal(): Bytes {
    return this.#peakTotal;
  }

  /** Heap and usable anonymous memory. */
  get total(): Bytes {
    return this.bytes.heap + this.bytes.anonymous;
  }

  /**
   * What goes in a call is counted before what comes: that is how the peak is known to be over.
   *
   * @param sign 1 for a region that comes, -1 for one that goes.
   */
  count({ kind, use, protection, start, end }: Region, sign: 1 | -1): void {
    const bytes = sign * (end - start);
    if (kind === 'unknown') return;
    const isHeap = kind === 'heap';
    const isUsable = isHeap || (kind === 'anonymous' && protection !== PROT.NONE);
    if (this.#isPeak && !(isUsable && sign > 0)) this.#keepPeak();
    if (kind === 'file' || kind === 'shared') {
      this.bytes.files += bytes;
      return;
    }
    if (isHeap) this.bytes.heap += bytes;
    else if (isUsable) this.bytes.anonymous += bytes;
    else this.bytes.reserved += bytes;
    const sums = isUsable ? this.#usable : this.#reserved;
    const { index } = use!;
    sums[index] = sums[index]! + bytes;
    if (isUsable && sign > 0) this.#grown |= 1 << index;
  }

  /** Remembers what is larger than ever, after a call took effect. */
  settle({ line, time }: SyscallEvent): void {
    let grown = this.#grown;
    if (grown === 0) return;
    this.#grown = 0;
    for (; grown !== 0; grown &= grown - 1) {
      const index = 31 - Math.clz32(grown & -grown);
      const usable = this.#usable[index]!;
      if (usable <= this.#peaks[index]!) continue;
      this.#peaks[index] = usable;
      this.#peakLines[index] = line;
      this.#peakTimes[index] = time;
    }
    const { total } = this;
    if (total <= this.#peakTotal) return;
    this.#peakTotal = total;
    this.#peakLine = line;
    this.#peakTime = time;
    this.#isPeak = true;
  }

  #keepPeak(): void {
    this.#isPeak = false;
    const { heap, anonymous, reserved, files } = this.bytes;
    const kept = this.#peakBytes;
    kept.heap = heap;
    kept.anonymous = anonymous;
    kept.reserved = reserved;
    kept.files = files;
    for (let i = 0; i < this.#usable.length; i++) this.#atPeak[i] = this.#usable[i]!;
  }
}

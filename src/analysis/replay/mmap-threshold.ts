import {
  GLIBC_MMAP_THRESHOLD,
  GLIBC_MMAP_THRESHOLD_MAX,
} from '../../knowledge/allocators/glibc.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { LogTime } from '../../model/syscall-trace.ts';

/** With this in the environment the threshold stays where it was, and large blocks show. */
export const FIXED_THRESHOLD = `GLIBC_TUNABLES=glibc.malloc.mmap_threshold=${GLIBC_MMAP_THRESHOLD}`;

/** One time that free gave a mapping back and malloc learned from it. */
export interface ThresholdRaise {
  /** The threshold from then on: the size of the mapping that was freed. */
  readonly threshold: Bytes;
  readonly line: number;
  readonly time: LogTime | undefined;
}

/**
 * glibc's dynamic mmap threshold. When a block with a mapping of its own is freed, malloc takes its
 * size for usual: requests up to that come from the heap from then on, and the heap is trimmed only
 * above twice that. So containers that grow later may leave no trace but steps of brk.
 */
export class MmapThreshold {
  current: Bytes = GLIBC_MMAP_THRESHOLD;
  raises = 0;
  first: ThresholdRaise | undefined;
  last: ThresholdRaise | undefined;
  /** By how much the brk heap grew after the first raise, and in how many steps. */
  readonly grownSince = { bytes: 0, steps: 0 };

  /** free() unmapped a block. */
  freed(mapped: Bytes, line: number, time: LogTime | undefined): void {
    if (mapped <= this.current || mapped > GLIBC_MMAP_THRESHOLD_MAX) return;
    this.current = mapped;
    this.raises++;
    this.last = { threshold: mapped, line, time };
    this.first ??= this.last;
  }

  heapGrew(bytes: Bytes): void {
    if (this.raises === 0) return;
    this.grownSince.bytes += bytes;
    this.grownSince.steps++;
  }

  /** What free trims the heap's top to: twice the threshold, once that was raised. */
  get trimThreshold(): Bytes {
    return this.raises === 0 ? GLIBC_MMAP_THRESHOLD : 2 * this.current;
  }

  fork(): MmapThreshold {
    const threshold = new MmapThreshold();
    threshold.current = this.current;
    threshold.raises = this.raises;
    threshold.first = this.first;
    threshold.last = this.last;
    Object.assign(threshold.grownSince, this.grownSince);
    return threshold;
  }
}

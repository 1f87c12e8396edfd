import type { SeenMapping } from '../../../knowledge/allocators/allocator.ts';
import type { Address } from '../../../model/address.ts';
import { type Bytes, roundUpToPage } from '../../../model/bytes.ts';
import type { EventOrigin, LogTime } from '../../../model/syscall-trace.ts';
import { StepHistory } from '../../replay/step-history.ts';

/** How a buffer came to its length. */
export type GrowthStepKind =
  /** mmap made it. */
  | 'mapped'
  /** The log begins after it was made; its length is known from the first call on it. */
  | 'found'
  /** mremap gave it another length at the same address. */
  | 'resized'
  /** mremap gave it another length and address: page tables move, bytes are not copied. */
  | 'moved'
  /** A new mapping was made, then the old one was unmapped: bytes were copied in between. */
  | 'copied';

export interface GrowthStep extends SeenMapping {
  readonly kind: GrowthStepKind;
  readonly start: Address;
  /** Whole pages. */
  readonly mapped: Bytes;
  readonly pid: number;
  readonly line: number;
  readonly time: LogTime | undefined;
  /** The brk heap after the step; 0 where the log does not tell. */
  readonly heap: Bytes;
  /** Of the call, under `strace -k`. */
  readonly stack: readonly string[] | undefined;
}

/** A buffer that has kept its length so far. Most end so; logs hold millions, thus it is one flat object. */
export class FreshMapping implements GrowthStep {
  readonly kind = 'mapped';
  readonly isFresh = true;
  readonly start: Address;
  readonly length: Bytes;
  readonly mapped: Bytes;
  readonly pid: number;
  readonly line: number;
  readonly time: LogTime | undefined;
  readonly heap: Bytes;
  readonly stack: readonly string[] | undefined;
  /** glibc's threshold when it was made: smaller blocks stay in the heap. */
  readonly threshold: Bytes;
  /** By how much the heap shrank beside it: what was there before moved here. */
  leftHeap: Bytes = 0;

  constructor(start: Address, length: Bytes, origin: EventOrigin, heap: Bytes, threshold: Bytes) {
    this.start = start;
    this.length = length;
    this.mapped = roundUpToPage(length);
    this.pid = origin.pid;
    this.line = origin.line;
    this.time = origin.time;
    this.stack = origin.stack;
    this.heap = heap;
    this.threshold = threshold;
  }
}

/** The history of one buffer that malloc kept in mappings of its own, through mremap and copies. */
export class GrowthChain extends StepHistory<GrowthStep> {
  /** Most bytes that old and new mapping took together during a copy; 0 where none was made. */
  peakTogether: Bytes = 0;
  /** By how much the heap shrank beside the first step. */
  readonly leftHeap: Bytes;
  /** glibc's threshold when the first mapping was made. */
  readonly threshold: Bytes;
  /** The line of the munmap; undefined while it is mapped. */
  endLine: number | undefined;
  /** When that was; undefined without a clock. */
  endTime: LogTime | undefined;

  constructor(first: GrowthStep, threshold: Bytes, leftHeap: Bytes = 0) {
    super();
    this.threshold = threshold;
    this.leftHeap = leftHeap;
    this.add(first);
  }

  protected get keptAtEnd(): number {
    return 64;
  }

  override add(step: GrowthStep): void {
    if (step.kind === 'copied') {
      this.peakTogether = Math.max(this.peakTogether, this.last.mapped + step.mapped);
    }
    super.add(step);
  }
}

export function growthStep(step: Omit<GrowthStep, 'mapped' | 'isFresh'>): GrowthStep {
  const isFresh = step.kind === 'mapped' || step.kind === 'copied';
  return { ...step, isFresh, mapped: roundUpToPage(step.length) };
}

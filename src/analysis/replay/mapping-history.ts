import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import type { EventOrigin, LogTime } from '../../model/syscall-trace.ts';
import { StepHistory } from './step-history.ts';

/** What a step did to a mapping. */
export type StepKind =
  /** mmap made it. */
  | 'mapped'
  /** The log begins after it was made; its size is known from the first call on it. */
  | 'found'
  /** It came over from the parent process at fork. */
  | 'inherited'
  /** mremap gave it another size at the same address. */
  | 'resized'
  /** mremap gave it another address: page tables move, bytes are not copied. */
  | 'moved'
  /** munmap or an overlay took a part of it. */
  | 'trimmed';

export interface ChainStep {
  readonly kind: StepKind;
  readonly start: Address;
  /** What is mapped after the step, whole pages. */
  readonly mapped: Bytes;
  readonly line: number;
  readonly time: LogTime | undefined;
}

/** How a mapping went away. */
export interface ChainEnd {
  readonly kind: 'unmapped' | 'overlaid';
  readonly line: number;
  readonly time: LogTime | undefined;
}

/**
 * The history of one anonymous mapping: mmap → mremap* → munmap. A growing Vec that malloc keeps in
 * a mapping of its own is one chain.
 */
export class Chain extends StepHistory<ChainStep> {
  /** Bytes mapped now. */
  mapped: Bytes = 0;
  end: ChainEnd | undefined;
  /** Whether there was ever a time when the mapping was several regions. */
  wasSplit = false;
  /** Whose history it is: a forked space has those of its parent until it changes something. */
  readonly owner: object;

  constructor(owner: object) {
    super();
    this.owner = owner;
  }

  protected get keptAtEnd(): number {
    return 256;
  }

  override add(step: ChainStep): void {
    this.mapped = step.mapped;
    super.add(step);
  }
}

/** The history of a mapping that covers a range. */
export function startedChain(
  kind: StepKind,
  { start, end }: AddressRange,
  { line, time }: EventOrigin,
  owner: object,
): Chain {
  const chain = new Chain(owner);
  chain.add({ kind, start, mapped: end - start, line, time });
  return chain;
}

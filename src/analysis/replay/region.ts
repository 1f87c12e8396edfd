import type { MemoryUse } from '../../knowledge/memory-uses.ts';
import { areFlagsAlike } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import type { Chain } from './mapping-history.ts';

/**
 * What the log knows of a region: the brk heap, private anonymous memory, shared memory, a file, or
 * `unknown`: it is there, because mprotect or madvise worked on it, but what made it is not in the
 * log (the kernel at exec, or calls before the log begins).
 */
export type RegionKind = 'heap' | 'anonymous' | 'shared' | 'file' | 'unknown';

/** What is the same for every page of a region, and keeps it apart from neighbours. */
export interface RegionNature {
  readonly kind: RegionKind;
  readonly protection: number;
  /** What mmap flags and madvise set for good (see vma-flags.ts). */
  readonly flags: number;
  /** The mapped file, where the log shows it. */
  readonly path: string | undefined;
  /** Tells files and shared memory without a path apart; 0 for private anonymous memory. */
  readonly object: number;
  /** What anonymous memory is for, by the call that made it. */
  readonly use: MemoryUse | undefined;
  /** The mapping's history; private anonymous regions only. */
  readonly chain: Chain | undefined;
}

/** A stretch of address space of one history and one nature throughout. */
export class Region implements AddressRange, RegionNature {
  readonly start: Address;
  readonly end: Address;
  /**
   * Where the region begins in its file or shared memory. For anonymous memory the address at which
   * its pages were made, which mremap does not change: the kernel's vm_pgoff.
   */
  readonly offset: Bytes;
  /** Parts of one mapping share it. */
  readonly nature: RegionNature;

  constructor(start: Address, end: Address, offset: Bytes, nature: RegionNature) {
    this.start = start;
    this.end = end;
    this.offset = offset;
    this.nature = nature;
  }

  get kind(): RegionKind {
    return this.nature.kind;
  }

  get protection(): number {
    return this.nature.protection;
  }

  get flags(): number {
    return this.nature.flags;
  }

  get path(): string | undefined {
    return this.nature.path;
  }

  get object(): number {
    return this.nature.object;
  }

  get use(): MemoryUse | undefined {
    return this.nature.use;
  }

  get chain(): Chain | undefined {
    return this.nature.chain;
  }

  /** The part of it that lies in a range. */
  cut(start: Address, end: Address): Region {
    if (this.start >= start && this.end <= end) return this;
    const from = Math.max(this.start, start);
    return new Region(from, Math.min(this.end, end), this.offset + from - this.start, this.nature);
  }

  /** The same up to another end. */
  upTo(end: Address): Region {
    return new Region(this.start, end, this.offset, this.nature);
  }

  withRights(protection: number, flags: number): Region {
    const { kind, path, object, use, chain } = this.nature;
    const nature = { kind, protection, flags, path, object, use, chain };
    return new Region(this.start, this.end, this.offset, nature);
  }

  withFlags(flags: number): Region {
    return flags === this.flags ? this : this.withRights(this.protection, flags);
  }

  withChain(chain: Chain | undefined): Region {
    const { kind, protection, flags, path, object, use } = this.nature;
    const nature = { kind, protection, flags, path, object, use, chain };
    return new Region(this.start, this.end, this.offset, nature);
  }
}

/** Whether the kernel would hold two neighbours as one mapping, and show them in one row. */
export function isOneMapping(left: Region, right: Region): boolean {
  if (left.end !== right.start || left.offset + (left.end - left.start) !== right.offset)
    return false;
  const a = left.nature;
  const b = right.nature;
  return (
    a === b ||
    (a.protection === b.protection &&
      areFlagsAlike(a.flags, b.flags) &&
      isOneKind(a.kind, b.kind) &&
      a.object === b.object &&
      a.path === b.path)
  );
}

/** Whether two neighbours are one mapping with one history. */
export function isContinuedBy(left: Region, right: Region): boolean {
  const a = left.nature;
  const b = right.nature;
  return (
    (a === b || (a.chain === b.chain && a.use === b.use && a.flags === b.flags)) &&
    isOneMapping(left, right)
  );
}

/** The brk heap is anonymous memory like any other. */
function isOneKind(left: RegionKind, right: RegionKind): boolean {
  const isPrivateMemory = (kind: RegionKind) => kind === 'heap' || kind === 'anonymous';
  return left === right || (isPrivateMemory(left) && isPrivateMemory(right));
}

export function bytesOf(regions: readonly AddressRange[]): Bytes {
  let total = 0;
  for (const { start, end } of regions) total += end - start;
  return total;
}

import type { Address } from '../model/address.ts';
import type { Bytes } from '../model/bytes.ts';

/** An mmap call of private anonymous memory. */
export interface AnonymousMapping {
  readonly start: Address;
  /** As the program gave it. */
  readonly length: Bytes;
  readonly protection: number;
  readonly flags: number;
  /** Whether it is laid over a part of the brk heap. */
  readonly isInHeap: boolean;
}

/** Which mappings a rule is about. What is left out may be anything. */
export interface MappingPattern {
  /** Exactly these rights. */
  readonly protection?: number | undefined;
  /** At least these flags. */
  readonly flags?: number | undefined;
  readonly fits?: ((mapping: AnonymousMapping) => boolean) | undefined;
}

/** A pattern with all its fields: objects of one shape are looked into faster. */
export function wholePattern({ protection, flags, fits }: MappingPattern): MappingPattern {
  return { protection, flags, fits };
}

/** Whether a pattern is about a mapping; the cheap questions come first. */
export function isOf(pattern: MappingPattern, mapping: AnonymousMapping): boolean {
  const { protection, flags, fits } = pattern;
  return (
    (protection === undefined || protection === mapping.protection) &&
    (flags === undefined || (mapping.flags & flags) === flags) &&
    (fits === undefined || fits(mapping))
  );
}

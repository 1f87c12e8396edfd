import type { Address } from './address.ts';
import type { Bytes } from './bytes.ts';

/**
 * Access rights in the kernel's notation, four characters: `r` `w` `x` or `-`, then `p` (private)
 * or `s` (shared). Example: `rw-p`.
 */
export type Permissions = string;

/** What the capture itself says stands behind a mapping; nothing here is a guess. */
export type Backing =
  | { readonly kind: 'file'; readonly path: string; readonly deleted: boolean }
  | { readonly kind: 'anonymous'; readonly name: string | undefined }
  | { readonly kind: 'heap' }
  | { readonly kind: 'stack' }
  | { readonly kind: 'kernel'; readonly name: string }
  | { readonly kind: 'shared-memory'; readonly name: string };

/** One row of a memory map: a stretch of address space with one backing and one set of rights. */
export interface Mapping {
  readonly start: Address;
  readonly size: Bytes;
  /** Bytes in RAM. Undefined where the capture has no such column. */
  readonly resident: Bytes | undefined;
  /** Bytes written since they were mapped, private and shared together. */
  readonly dirty: Bytes | undefined;
  readonly permissions: Permissions;
  readonly backing: Backing;
  /** The line of the capture where the row stands, from 1. */
  readonly line: number;
}

/** Sums over rows; a column is undefined where a row of the sum has none. */
export interface Footprint {
  readonly size: Bytes;
  readonly resident: Bytes | undefined;
  readonly dirty: Bytes | undefined;
}

/** The address space of one process at one moment, in address order as captured. */
export interface MemoryMap {
  readonly pid: number | undefined;
  readonly command: string | undefined;
  /** Path of the program, where the system itself said it; a command line may say anything. */
  readonly executable: string | undefined;
  readonly mappings: readonly Mapping[];
  /** The capture's own total, where it has one. */
  readonly stated: (Footprint & { readonly line: number }) | undefined;
}

/** What a capture of memory maps holds: one map per process, in capture order. */
export interface MemoryMaps {
  readonly kind: 'memory-maps';
  readonly maps: readonly MemoryMap[];
}

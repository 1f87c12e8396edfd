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

/**
 * How much of an address space lies where. All but `size` are undefined where a capture has no such
 * column, and in sums where a part has none.
 */
export interface Footprint {
  readonly size: Bytes;
  /** In RAM. */
  readonly resident: Bytes | undefined;
  /** Written since it was mapped, private and shared together. */
  readonly dirty: Bytes | undefined;
  /** Resident, each page divided by the number of processes that map it. */
  readonly pss: Bytes | undefined;
  /** Resident in this process alone: what would be free if it ended. */
  readonly uss: Bytes | undefined;
  readonly swap: Bytes | undefined;
  /** Resident and of no file, copies of a file's pages included. */
  readonly anonymous: Bytes | undefined;
  /** Resident in huge pages of 2 MiB that the kernel made by itself (THP). */
  readonly hugePages: Bytes | undefined;
  /** Resident, but given up by MADV_FREE: the kernel takes it when it needs memory. */
  readonly lazyFree: Bytes | undefined;
}

/** The columns of a footprint that a capture may lack. */
export type FootprintColumn = Exclude<keyof Footprint, 'size'>;

/** A footprint of which nothing but the size is known. */
export const UNKNOWN_FOOTPRINT: Readonly<Record<FootprintColumn, undefined>> = {
  resident: undefined,
  dirty: undefined,
  pss: undefined,
  uss: undefined,
  swap: undefined,
  anonymous: undefined,
  hugePages: undefined,
  lazyFree: undefined,
};

/** One row of a memory map: a stretch of address space with one backing and one set of rights. */
export interface Mapping extends Footprint {
  readonly start: Address;
  readonly permissions: Permissions;
  /** Where in its file it begins; undefined where the capture does not say. */
  readonly offset: Bytes | undefined;
  readonly backing: Backing;
  /** The line of the capture where the row stands, from 1. */
  readonly line: number;
}

/** One of the kernel's sums over a whole process, under the kernel's own name. */
export interface AccountEntry {
  /** `VmRSS` of /proc/PID/status, `Pss_Anon` of smaps_rollup. */
  readonly name: string;
  readonly bytes: Bytes;
  /** 0 where it was read beside a live process's map. */
  readonly line: number;
}

/** The system whose rules all formats of /proc follow. */
export const LINUX = 'Linux';

/** The address space of one process at one moment, in address order as captured. */
export interface MemoryMap {
  /** Where it was taken: `Linux`, `macOS`. What rows are for is inferred by the rules of that system. */
  readonly system: string;
  readonly pid: number | undefined;
  readonly command: string | undefined;
  /** Path of the program, where the system itself said it; a command line may say anything. */
  readonly executable: string | undefined;
  /** None where the capture has sums only. */
  readonly mappings: readonly Mapping[];
  /** The capture's own total, where it has one. */
  readonly stated: (Footprint & { readonly line: number }) | undefined;
  /** What /proc/PID/status or smaps_rollup say of the process as a whole. */
  readonly account: readonly AccountEntry[];
}

/** What a capture of memory maps holds: one map per process, in capture order. */
export interface MemoryMaps {
  readonly kind: 'memory-maps';
  readonly maps: readonly MemoryMap[];
}

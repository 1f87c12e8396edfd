import type { Address } from './address.ts';
import type { Bytes } from './bytes.ts';
import type { Backing, Permissions } from './memory-map.ts';
import type { AddressRange } from './range.ts';

/** One mapping of a process whose contents can be read. */
export interface ImageRow extends AddressRange {
  readonly permissions: Permissions;
  readonly backing: Backing;
  /** Where in its file it begins. */
  readonly offset: Bytes | undefined;
  /** How many bytes from its start can be read. */
  readonly known: Bytes;
  /** How many bytes from its start whoever made the image wrote: more than are known where it is cut. */
  readonly dumped: Bytes;
}

export interface ImageThread {
  readonly tid: number;
  /** Undefined for a processor whose registers are not known. */
  readonly stackPointer: Address | undefined;
}

/** The memory of a process at one moment: of a core file, or of a living process. */
export interface ProcessImage {
  /** By address, apart. */
  readonly rows: readonly ImageRow[];
  readonly pageBytes: Bytes;
  readonly threads: readonly ImageThread[];
  /**
   * Fills a buffer from an address on.
   *
   * @returns how many bytes it could: fewer than asked for where a row ends or was not dumped.
   */
  read(address: Address, target: Uint8Array): number;
  /** Looks again at what is mapped, of a process that goes on. */
  refresh?(): void;
  /**
   * Which pages of a range lie in RAM or in swap, as far as the system says it; where it does not, only a
   * look at the contents tells.
   *
   * @param into one byte for each page: 1 where it does.
   * @returns false where that is not known.
   */
  presence(range: AddressRange, into: Uint8Array): boolean;
}

/** What the files of a process's program and libraries tell beside its memory. */
export interface ProgramFacts {
  /** Whether rustc compiled the program, as far as that is known. */
  readonly isRust: boolean;
  /** The name of the static data that lies at an address; undefined where its file does not say. */
  staticAt(address: Address, file: string): string | undefined;
}

/** The row at an address. */
export function rowAt(rows: readonly ImageRow[], address: Address): ImageRow | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.end <= address) low = middle + 1;
    else high = middle;
  }
  const row = rows[low];
  return row !== undefined && row.start <= address ? row : undefined;
}

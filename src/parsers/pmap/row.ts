import { type Address, parseAddress } from '../../model/address.ts';
import { type Bytes, KIB } from '../../model/bytes.ts';
import type { Permissions } from '../../model/memory-map.ts';

/** One row of `pmap -x`, its name still as written. */
export interface PmapRow {
  readonly start: Address;
  readonly size: Bytes;
  readonly resident: Bytes;
  readonly dirty: Bytes;
  readonly permissions: Permissions;
  readonly name: string;
}

/** A line that starts like a row and is none: what was expected in which column (from 1). */
export interface PmapRowFault {
  readonly column: number;
  readonly expected: string;
}

/**
 * Rows begin with an address of 8 digits (32-bit) or 16. The Georgian catalogue pads it to 27.
 * Nothing else in a capture begins with that many hex digits.
 */
const STARTS_LIKE_ROW = /^\s*[0-9a-f]{8,}\s/;

/** `r-x--`, `rw-s-`, `-----`; the fifth character was `R` on old systems. */
const MODE = /^[r-][w-][x-][sp-][R-]?$/;

const COUNT = /^\d+$/;

const FIELDS = [
  { expected: 'an address', accepts: (text: string) => parseAddress(text) !== undefined },
  { expected: 'the size in KiB', accepts: (text: string) => COUNT.test(text) },
  { expected: 'the resident size in KiB', accepts: (text: string) => COUNT.test(text) },
  { expected: 'the dirty size in KiB', accepts: (text: string) => COUNT.test(text) },
  { expected: 'a mode such as rw---', accepts: (text: string) => MODE.test(text) },
];

/**
 * Reads a row by its tokens, never by columns: localised captures drift, because procps pads by
 * bytes.
 *
 *     00007ffff7d1f000     388     292     292 rw---   [ anon ]
 *     address              size    RSS     dirty mode  name, which may hold spaces
 *
 * @returns undefined for a line that is no row at all.
 */
export function parsePmapRow(text: string): PmapRow | PmapRowFault | undefined {
  if (!STARTS_LIKE_ROW.test(text)) return undefined;
  const tokens: string[] = [];
  const pattern = /\S+/g;
  for (const field of FIELDS) {
    const token = pattern.exec(text);
    if (token === null) return { column: text.length + 1, expected: field.expected };
    if (!field.accepts(token[0])) return { column: token.index + 1, expected: field.expected };
    tokens.push(token[0]);
  }
  const [address, size, resident, dirty, mode] = tokens as [string, string, string, string, string];
  return {
    start: parseAddress(address)!,
    size: Number(size) * KIB,
    resident: Number(resident) * KIB,
    dirty: Number(dirty) * KIB,
    permissions: mode.slice(0, 3) + (mode[3] === 's' ? 's' : 'p'),
    name: text.slice(pattern.lastIndex).trimStart(),
  };
}

import { type Address, parseAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import {
  type Footprint,
  type FootprintColumn,
  type Permissions,
  UNKNOWN_FOOTPRINT,
} from '../../model/memory-map.ts';
import { KERNEL_MODE, kernelRow } from './kernel-row.ts';
import { DEVICE, RowWords } from './row-words.ts';

/** Which of pmap's tables a row belongs to. */
export type PmapShape =
  /** `-x`: size, RSS, dirty, mode; procps before 3.3.2 and busybox have one column more. */
  | 'extended'
  /** No option: size with a K, mode. */
  | 'plain'
  /** `-d`: size, mode, offset, device. */
  | 'device'
  /** `-X`, `-XX`: the kernel's columns of smaps. */
  | 'kernel';

/** One row, its name still as written. */
export interface PmapRow extends Footprint {
  readonly shape: PmapShape;
  readonly start: Address;
  readonly permissions: Permissions;
  readonly offset: Bytes | undefined;
  readonly name: string;
  /** How many numbers stand in it, which all rows of a table have alike. */
  readonly numbers: number;
}

/** A line that starts like a row and is none: what was expected in which column (from 1). */
export interface PmapRowFault {
  readonly column: number;
  readonly expected: string;
}

/** What a header says of the rows below it. */
export interface PmapColumns {
  /** What the numbers behind the size are. */
  readonly numbers: readonly (FootprintColumn | undefined)[];
  /** How many of these a row has at least: all, where there is a header. */
  readonly fewest: number;
  /** Names of smaps' fields, in the order of `-X`. */
  readonly fields: readonly string[];
}

/** Of rows without a header. Those of old procps and of busybox have a third number. */
export const NO_COLUMNS: PmapColumns = {
  numbers: ['resident', 'dirty', undefined],
  fewest: 2,
  fields: [],
};

/**
 * Rows begin with an address of 8 digits (32-bit) or 16; `-X` pads with spaces. The Georgian catalogue
 * pads it to 27. Nothing else in a capture begins with that many hex digits.
 */
const STARTS_LIKE_ROW = /^\s*[0-9a-f]{8,}\s/;

/** `r-x--`, `rw-s-`, `-----`; the fifth character was `R` on old systems; `rw-p` under -X. */
const MODE = /^[r-][w-][x-][sp-][R-]?$/;

/** `132K`; in some languages another letter. */
const PLAIN_SIZE = /^\d+[KkКк]$/;

/** procps before 3.3.2 has one for what the kernel does not say. */
const DASH = /^-$/;

const MISSING: Partial<Record<FootprintColumn, string>> = {
  resident: 'the resident size in KiB',
  dirty: 'the dirty size in KiB',
  pss: 'the proportional size in KiB',
  swap: 'the swapped size in KiB',
  anonymous: 'the anonymous size in KiB',
};

/**
 * Reads a row of any of pmap's tables by its words, never by columns: localised captures drift,
 * because procps pads by bytes.
 *
 *     00007ffff7d1f000     388     292     292 rw---   [ anon ]      -x
 *     00007ffff7d1f000    388K rw---   [ anon ]                      no option
 *     00007ffff7d1f000     388 rw--- 0000000000000000 000:00000 …    -d
 *         7ffff7d1f000 rw-p 00000000  00:00       0   388  292 …     -X
 *
 * @param columns of the header above; rows of -q have none.
 * @returns undefined for a line that is no row at all.
 */
export function parsePmapRow(
  text: string,
  columns: PmapColumns,
): PmapRow | PmapRowFault | undefined {
  if (!STARTS_LIKE_ROW.test(text)) return undefined;
  const words = new RowWords(text);
  const start = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
  if (start === undefined) return words.fault('an address');
  const kernelMode = words.take(KERNEL_MODE);
  if (kernelMode !== undefined) return kernelRow(words, start, kernelMode, columns);
  if (PLAIN_SIZE.test(words.peek() ?? '')) return plainRow(words, start);
  return numberedRow(words, start, columns);
}

function plainRow(words: RowWords, start: Address): PmapRow | PmapRowFault {
  const size = words.takeKib(PLAIN_SIZE);
  if (size === undefined) return words.sizeFault('the size in KiB');
  const mode = words.take(MODE);
  if (mode === undefined) return words.fault('a mode such as rw---');
  return {
    ...UNKNOWN_FOOTPRINT,
    shape: 'plain',
    start,
    size,
    permissions: permissions(mode),
    offset: undefined,
    name: words.rest(),
    numbers: 1,
  };
}

function numberedRow(
  words: RowWords,
  start: Address,
  columns: PmapColumns,
): PmapRow | PmapRowFault {
  const size = words.takeKib();
  if (size === undefined) return words.sizeFault('the size in KiB');
  const footprint: Partial<Record<FootprintColumn, Bytes>> = {};
  let numbers = 0;
  for (; !MODE.test(words.peek() ?? ''); numbers++) {
    if (numbers === columns.numbers.length) return words.fault('a mode such as rw---');
    const column = columns.numbers[numbers];
    const value = words.takeKib();
    if (value === undefined && words.take(DASH) === undefined) return missing(words, column);
    if (value !== undefined && column !== undefined) footprint[column] = value;
  }
  if (numbers > 0 && numbers < columns.fewest) return missing(words, columns.numbers[numbers]);
  const mode = permissions(words.take(MODE)!);
  const common = { start, size, permissions: mode, numbers };
  if (numbers === 0) {
    const offset = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
    if (offset === undefined) return words.fault('an offset');
    if (words.take(DEVICE) === undefined) return words.fault('a device');
    return { ...UNKNOWN_FOOTPRINT, ...common, shape: 'device', offset, name: words.rest() };
  }
  const name = words.rest();
  const shape = 'extended';
  return { ...UNKNOWN_FOOTPRINT, ...footprint, ...common, shape, offset: undefined, name };
}

function missing(words: RowWords, column: FootprintColumn | undefined): PmapRowFault {
  return words.sizeFault((column && MISSING[column]) ?? 'a number');
}

function permissions(mode: string): Permissions {
  return mode.slice(0, 3) + (mode[3] === 's' ? 's' : 'p');
}

import { type Address, parseAddress } from '../../model/address.ts';
import { type Bytes, KIB } from '../../model/bytes.ts';
import {
  type Footprint,
  type FootprintColumn,
  type Permissions,
  UNKNOWN_FOOTPRINT,
} from '../../model/memory-map.ts';

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
}

/** A line that starts like a row and is none: what was expected in which column (from 1). */
export interface PmapRowFault {
  readonly column: number;
  readonly expected: string;
}

/** What a header says of the rows below it. */
export interface PmapColumns {
  /** The fourth and fifth numbers of old and of busybox rows. */
  readonly numbers: readonly (FootprintColumn | undefined)[];
  /** Names of smaps' fields, in the order of `-X`. */
  readonly fields: readonly string[];
}

export const NO_COLUMNS: PmapColumns = { numbers: ['resident', 'dirty'], fields: [] };

/**
 * Rows begin with an address of 8 digits (32-bit) or 16; `-X` pads with spaces. The Georgian catalogue
 * pads it to 27. Nothing else in a capture begins with that many hex digits.
 */
const STARTS_LIKE_ROW = /^\s*[0-9a-f]{8,}\s/;

/** `r-x--`, `rw-s-`, `-----`; the fifth character was `R` on old systems; `rw-p` under -X. */
const MODE = /^[r-][w-][x-][sp-][R-]?$/;

const KERNEL_MODE = /^[r-][w-][x-][sp]$/;

/** `132K`; in some languages another letter. */
const PLAIN_SIZE = /^(\d+)[KkКк]$/;

/** procps before 3.3.2 has a dash for what the kernel does not say. */
const NUMBER = /^(?:\d+|-)$/;

/** `0fe:00001` */
const DEVICE = /^[0-9a-f]+:[0-9a-f]+$/;

/** The fields of smaps that make up a footprint, by the names in the header of `-X`. */
export const FIELD_COLUMNS: ReadonlyMap<string, FootprintColumn> = new Map([
  ['Rss', 'resident'],
  ['Pss', 'pss'],
  ['Swap', 'swap'],
  ['Anonymous', 'anonymous'],
  ['AnonHugePages', 'hugePages'],
  ['LazyFree', 'lazyFree'],
]);

/** Takes the words of a line one after the other. */
class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next word, if it is as expected; else it stays and the fault says where. */
  take(accepts: RegExp): string | undefined {
    const word = this.peek();
    if (word === undefined || !accepts.test(word)) return undefined;
    this.#at = this.#text.indexOf(word, this.#at) + word.length;
    return word;
  }

  peek(): string | undefined {
    return /\S+/.exec(this.#text.slice(this.#at))?.[0];
  }

  fault(expected: string): PmapRowFault {
    const left = this.#text.slice(this.#at);
    return { column: this.#at + left.length - left.trimStart().length + 1, expected };
  }

  /** All that is left. */
  rest(): string {
    return this.#text.slice(this.#at).trim();
  }
}

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
  const words = new Words(text);
  const start = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
  if (start === undefined) return words.fault('an address');
  const kernelMode = words.take(KERNEL_MODE);
  if (kernelMode !== undefined) return kernelRow(words, start, kernelMode, columns);
  const plain = words.take(PLAIN_SIZE);
  if (plain !== undefined) {
    const mode = words.take(MODE);
    if (mode === undefined) return words.fault('a mode such as rw---');
    return {
      ...UNKNOWN_FOOTPRINT,
      shape: 'plain',
      start,
      size: Number.parseInt(plain, 10) * KIB,
      permissions: permissions(mode),
      offset: undefined,
      name: words.rest(),
    };
  }
  return numberedRow(words, start, columns);
}

function numberedRow(words: Words, start: Address, columns: PmapColumns): PmapRow | PmapRowFault {
  const size = words.take(/^\d+$/);
  if (size === undefined) return words.fault('the size in KiB');
  const numbers: string[] = [];
  for (let number = words.take(NUMBER); number !== undefined; number = words.take(NUMBER)) {
    numbers.push(number);
  }
  const mode = words.take(MODE);
  if (mode === undefined) {
    const expected = ['the resident size in KiB', 'the dirty size in KiB', 'a mode such as rw---'];
    return words.fault(expected[Math.min(numbers.length, 2)]!);
  }
  const common = { start, size: Number(size) * KIB, permissions: permissions(mode) };
  if (numbers.length === 0) {
    const offset = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
    if (offset === undefined) return words.fault('an offset');
    if (words.take(DEVICE) === undefined) return words.fault('a device');
    return { ...UNKNOWN_FOOTPRINT, ...common, shape: 'device', offset, name: words.rest() };
  }
  const footprint: Partial<Record<FootprintColumn, Bytes>> = {};
  for (const [i, number] of numbers.entries()) {
    const column = columns.numbers[i];
    if (column !== undefined && number !== '-') footprint[column] = Number(number) * KIB;
  }
  const name = words.rest();
  const shape = 'extended';
  return { ...UNKNOWN_FOOTPRINT, ...footprint, ...common, shape, offset: undefined, name };
}

function kernelRow(
  words: Words,
  start: Address,
  mode: string,
  { fields }: PmapColumns,
): PmapRow | PmapRowFault {
  const offset = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
  if (offset === undefined) return words.fault('an offset');
  if (words.take(DEVICE) === undefined) return words.fault('a device');
  if (words.take(/^\d+$/) === undefined) return words.fault('an inode');
  const values = new Map<string, Bytes>();
  for (const field of fields.length > 0 ? fields : ['Size']) {
    if (field === 'VmFlags') {
      takeFlags(words);
      continue;
    }
    const value = words.take(/^\d+$/);
    if (value === undefined) return words.fault(`a number for ${field}`);
    values.set(field, Number(value) * KIB);
  }
  // Without a header, which -q leaves out, only the first number is known: the size.
  if (fields.length === 0) while (words.take(/^\d+$/));
  const footprint: Partial<Record<FootprintColumn, Bytes>> = {};
  for (const [field, column] of FIELD_COLUMNS) {
    const value = values.get(field);
    if (value !== undefined) footprint[column] = value;
  }
  const [clean, written, shared] = ['Private_Clean', 'Private_Dirty', 'Shared_Dirty'].map((field) =>
    values.get(field),
  );
  if (written !== undefined && shared !== undefined) footprint.dirty = written + shared;
  if (clean !== undefined && written !== undefined) footprint.uss = clean + written;
  return {
    ...UNKNOWN_FOOTPRINT,
    ...footprint,
    shape: 'kernel',
    start,
    size: values.get('Size') ?? 0,
    permissions: mode,
    offset,
    name: words.rest(),
  };
}

/** VmFlags in the kernel's order (show_smap_vma_flags in fs/proc/task_mmu.c). */
const FLAGS =
  'rd wr ex sh mr mw me ms gd pf lo io sr rr dc de ac nr ht sf nl ar wf dd sd mm hg nh mg um uw ui ss sl';

/** Two-letter words up to one that stands too late: that is a file called `sh` or `ls`. */
function takeFlags(words: Words): void {
  let last = -1;
  for (;;) {
    const at = FLAGS.indexOf(words.peek() ?? '?');
    if (at <= last || words.peek()?.length !== 2) return;
    last = at;
    words.take(/^/);
  }
}

function permissions(mode: string): Permissions {
  return mode.slice(0, 3) + (mode[3] === 's' ? 's' : 'p');
}

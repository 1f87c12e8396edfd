import { type Address, parseAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type FootprintColumn, UNKNOWN_FOOTPRINT } from '../../model/memory-map.ts';
import type { PmapColumns, PmapRow, PmapRowFault } from './row.ts';
import { DEVICE, type RowWords } from './row-words.ts';

export const KERNEL_MODE = /^[r-][w-][x-][sp]$/;

/** The fields of smaps that make up a footprint, by the names in the header of `-X`. */
export const FIELD_COLUMNS: ReadonlyMap<string, FootprintColumn> = new Map([
  ['Rss', 'resident'],
  ['Pss', 'pss'],
  ['Swap', 'swap'],
  ['Anonymous', 'anonymous'],
  ['AnonHugePages', 'hugePages'],
  ['LazyFree', 'lazyFree'],
]);

/** Those from which a row's numbers come; others may be of any unit. */
const SIZES = new Set([
  'Size',
  ...FIELD_COLUMNS.keys(),
  'Private_Clean',
  'Private_Dirty',
  'Shared_Dirty',
]);

/** Without a header, which -q leaves out, only the first number is known. */
const FIRST_FIELD = ['Size'];

/** The rest of a row of `-X` or `-XX`, behind address and mode. */
export function kernelRow(
  words: RowWords,
  start: Address,
  mode: string,
  { fields }: PmapColumns,
): PmapRow | PmapRowFault {
  const offset = parseAddress(words.take(/^[0-9a-f]+$/) ?? '');
  if (offset === undefined) return words.fault('an offset');
  if (words.take(DEVICE) === undefined) return words.fault('a device');
  if (words.take(/^\d+$/) === undefined) return words.fault('an inode');
  const values = new Map<string, Bytes>();
  let numbers = 0;
  for (const field of fields.length > 0 ? fields : FIRST_FIELD) {
    if (field === 'VmFlags') {
      takeFlags(words);
      continue;
    }
    numbers++;
    const value = SIZES.has(field) ? words.takeKib() : undefined;
    if (value !== undefined) values.set(field, value);
    else if (SIZES.has(field) || words.take(/^\d+$/) === undefined) {
      return words.sizeFault(`a number for ${field}`);
    }
  }
  if (fields.length === 0) while (words.take(/^\d+$/)) numbers++;
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
    numbers,
  };
}

/** VmFlags in the kernel's order (show_smap_vma_flags in fs/proc/task_mmu.c). */
const FLAGS =
  'rd wr ex sh mr mw me ms gd pf lo io sr rr dc de ac nr ht sf nl ar wf dd sd mm hg nh mg um uw ui ss sl';

/** Two-letter words up to one that stands too late: that is a file called `sh` or `ls`. */
function takeFlags(words: RowWords): void {
  let last = -1;
  for (;;) {
    const at = FLAGS.indexOf(words.peek() ?? '?');
    if (at <= last || words.peek()?.length !== 2) return;
    last = at;
    words.take(/^/);
  }
}

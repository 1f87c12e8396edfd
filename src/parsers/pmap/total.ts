import { type Bytes, parseKib } from '../../model/bytes.ts';
import { type Footprint, type FootprintColumn, UNKNOWN_FOOTPRINT } from '../../model/memory-map.ts';
import { FIELD_COLUMNS } from './kernel-row.ts';
import type { PmapColumns, PmapShape } from './row.ts';

/**
 * Words, a number, a unit: ` total    21340K`, ` сул Nკ`, and the first of three under -d:
 * `mapped: 21340K    writeable/private: 17052K    shared: 1104K`.
 */
const OF_SIZES = /^\D+?(\d+)\s?\p{L}+(?=\s|$)/u;

/** `total kB   8372    7308    5524`, `kB gesamt …`, `total kB  8372  -  -  -` of old procps. */
const OF_COLUMNS = /(?:^|\s)(\d+(?:\s+(?:\d+|-))*)\s*$/;

/** Below the `=` of -X: numbers in the order of the header, then `KB`. */
const OF_FIELDS = /^\s*(\d+(?:\s+\d+)*)/;

/** All of smaps' fields but one. */
const isNumber = (field: string): boolean => field !== 'VmFlags';

/** For what old procps does not know. */
const DASH = '-';

/** What the last line below the rows of a process says; undefined for a line that is no total. */
export function parseTotal(
  text: string,
  shape: PmapShape,
  { numbers, fewest, fields }: PmapColumns,
): Footprint | undefined {
  if (shape === 'plain' || shape === 'device') {
    const size = parseKib(OF_SIZES.exec(text)?.[1] ?? '');
    return size === undefined ? undefined : { ...UNKNOWN_FOOTPRINT, size };
  }
  const match = (shape === 'kernel' ? OF_FIELDS : OF_COLUMNS).exec(text);
  if (match === null) return undefined;
  const words = match[1]!.split(/\s+/);
  const [size, ...values] = words.map((word): Bytes | undefined => parseKib(word));
  if (size === undefined) return undefined;
  if (values.some((value, i) => value === undefined && words[i + 1] !== DASH)) return undefined;
  const columns =
    shape === 'kernel'
      ? fields
          .slice(1)
          .filter(isNumber)
          .map((field) => FIELD_COLUMNS.get(field))
      : numbers;
  // Fewer values than columns: a number at the end of another line, or a line that was cut.
  if (values.length < (shape === 'kernel' ? columns.length : fewest)) return undefined;
  const footprint: Partial<Record<FootprintColumn, Bytes>> = {};
  for (const [i, column] of columns.entries()) {
    if (column !== undefined && values[i] !== undefined) footprint[column] = values[i];
  }
  return { ...UNKNOWN_FOOTPRINT, ...footprint, size };
}

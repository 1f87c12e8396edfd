import { type Bytes, KIB } from '../../model/bytes.ts';
import { type Footprint, type FootprintColumn, UNKNOWN_FOOTPRINT } from '../../model/memory-map.ts';
import { FIELD_COLUMNS, type PmapColumns, type PmapShape } from './row.ts';

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

/** What the last line below the rows of a process says; undefined for a line that is no total. */
export function parseTotal(
  text: string,
  shape: PmapShape,
  { numbers, fields }: PmapColumns,
): Footprint | undefined {
  if (shape === 'plain' || shape === 'device') {
    const match = OF_SIZES.exec(text);
    return match ? { ...UNKNOWN_FOOTPRINT, size: Number(match[1]) * KIB } : undefined;
  }
  const match = (shape === 'kernel' ? OF_FIELDS : OF_COLUMNS).exec(text);
  if (match === null) return undefined;
  const [size, ...values] = match[1]!
    .split(/\s+/)
    .map((word): Bytes | undefined => (word === '-' ? undefined : Number(word) * KIB));
  const columns =
    shape === 'kernel'
      ? fields
          .slice(1)
          .filter(isNumber)
          .map((field) => FIELD_COLUMNS.get(field))
      : numbers;
  // Fewer values than columns: a number at the end of another line, or a line that was cut.
  if (size === undefined || values.length < columns.length) return undefined;
  const footprint: Partial<Record<FootprintColumn, Bytes>> = {};
  for (const [i, column] of columns.entries()) {
    if (column !== undefined && values[i] !== undefined) footprint[column] = values[i];
  }
  return { ...UNKNOWN_FOOTPRINT, ...footprint, size };
}

import { fitsBytes } from './layouts.ts';

/** Before the indices of a dict's keys (PyDictKeysObject, CPython 3.11 and later). */
const HEADER = 32;

/** An entry has a hash, or keys are strings, which know theirs (dk_kind). */
const ENTRIES = [24, 16] as const;

/** dk_log2_size: from 8 places on; 2^32 are more than a block has. */
const LEAST_LOG = 3;
const MOST_LOG = 32;

export interface DictKeys {
  /** Two thirds of the places (USABLE_FRACTION). */
  readonly capacity: number;
  readonly entryBytes: number;
}

/** The table of a dict that a block of this size is; undefined where none, or several, can be. */
export function dictKeys(usable: number, elements: number): DictKeys | undefined {
  let found: DictKeys | undefined;
  for (let log = LEAST_LOG; log <= MOST_LOG; log++) {
    const places = 2 ** log;
    const capacity = Math.floor((places * 2) / 3);
    if (capacity < elements) continue;
    const indexBytes = log < 8 ? 1 : log < 16 ? 2 : 4;
    for (const entryBytes of ENTRIES) {
      if (!fitsBytes(HEADER + places * indexBytes + capacity * entryBytes, usable)) continue;
      if (found !== undefined) return undefined;
      found = { capacity, entryBytes };
    }
    if (HEADER + places > usable) break;
  }
  return found;
}

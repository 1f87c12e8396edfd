/**
 * How containers grow, as rules over block sizes: given the bytes of one block, the bytes of the block
 * that replaces it. Where a rule is written down stands in `source`; [measured] are our own recordings
 * of programs that printed their capacities (fixtures/corpus).
 */
import type { Bytes } from '../model/bytes.ts';

export type GrowthRuleId =
  | 'double'
  | 'string'
  | 'hashbrown'
  | 'primes'
  | 'deque-map'
  | 'python-dict'
  | 'python-list'
  | 'python-bytearray'
  | 'half-again'
  | 'quarter-again'
  | 'constant';

export interface GrowthRule {
  readonly id: GrowthRuleId;
  /** What happens to the capacity, in a few words for the reader. */
  readonly title: string;
  readonly source: string;
  /** Fewer members than this say nothing where no function name tells a container. */
  readonly fewest: number;
  /**
   * The blocks that may come next.
   *
   * @param unit bytes that divide all blocks of the series: the element size, or a multiple of it.
   */
  successors(block: Bytes, unit: Bytes): readonly Bytes[];
  /** Bytes of the block for a capacity. Undefined: no block of this rule has that capacity. */
  blockOf(capacity: number, elementBytes: Bytes): Bytes | undefined;
  /** The elements that a block can hold; undefined for a block that the rule does not make. */
  capacityOf(block: Bytes, elementBytes: Bytes): number | undefined;
}

/** Blocks that hold elements and nothing else. */
const PLAIN: Pick<GrowthRule, 'blockOf' | 'capacityOf'> = {
  blockOf: (capacity, elementBytes) => capacity * elementBytes,
  capacityOf: (block, elementBytes) => Math.floor(block / elementBytes),
};

const double: GrowthRule = {
  ...PLAIN,
  id: 'double',
  title: 'doubles',
  source:
    'Rust library/alloc/src/raw_vec, max(2 * capacity, needed); libstdc++ vector::_M_check_len, size + max(size, added)',
  fewest: 3,
  successors: (block) => [2 * block],
};

/** Behind the characters there is room for a zero: 31, 61, 121 bytes for 30, 60, 120 characters. */
const string: GrowthRule = {
  id: 'string',
  title: 'doubles, and one byte for the zero',
  source: 'libstdc++ basic_string::_M_create, 2 * capacity + 1; [measured]',
  fewest: 4,
  successors: (block) => (block > 16 ? [2 * block - 1] : []),
  blockOf: (capacity) => capacity + 1,
  capacityOf: (block) => block - 1,
};

/** Bytes of a hashbrown table: the elements, rounded up to 16, and a control byte per bucket and 16 more. */
export function hashbrownBytes(elementBytes: Bytes, buckets: number): Bytes {
  return Math.ceil((elementBytes * buckets) / 16) * 16 + buckets + 16;
}

/** Of 8 buckets and more an eighth stays free, of fewer one. */
export const usableBuckets = (buckets: number): number =>
  buckets <= 8 ? buckets - 1 : (buckets / 8) * 7;

/** Buckets of a table for so many elements; the smallest has 4, or 8 or 16 of very small elements. */
export function hashbrownBuckets(elements: number, elementBytes: Bytes): number {
  let buckets = elementBytes >= 4 ? 4 : elementBytes > 1 ? 8 : 16;
  while (usableBuckets(buckets) < elements) buckets *= 2;
  return buckets;
}

const SMALLEST_TABLE = hashbrownBytes(4, 4);
const LARGEST_GAPPED_TABLE = 65536;

const hashbrown: GrowthRule = {
  id: 'hashbrown',
  title: 'doubles its buckets',
  source: 'hashbrown src/raw, TableLayout::calculate_layout_for; [measured]',
  fewest: 4,
  successors(block) {
    if (block < SMALLEST_TABLE) return [];
    const next = 2 * block - 16;
    // Up to 8 buckets may end 8 or 12 bytes before a multiple of 16; that gap is not doubled.
    return block > LARGEST_GAPPED_TABLE ? [next] : [next, next - 16];
  },
  blockOf: (capacity, elementBytes) =>
    hashbrownBytes(elementBytes, hashbrownBuckets(capacity, elementBytes)),
  capacityOf(block, elementBytes) {
    const most = 2 ** Math.floor(Math.log2((block - 16) / (elementBytes + 1)));
    // Rounding up to 16 can look like twice the buckets of a tiny table.
    const buckets = [most, most / 2].find((some) => hashbrownBytes(elementBytes, some) === block);
    return buckets === undefined ? undefined : usableBuckets(buckets);
  },
};

/** Bucket counts of libstdc++'s unordered containers when they grow one element at a time. */
const BUCKET_PRIMES = [
  13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933, 351061, 712697,
  1447153, 2938679, 5967347, 12117689, 24607243,
];
const POINTER_BYTES = 8;
const NEXT_PRIME = new Map(
  BUCKET_PRIMES.slice(1).map((prime, i) => [
    BUCKET_PRIMES[i]! * POINTER_BYTES,
    [prime * POINTER_BYTES],
  ]),
);

const primes: GrowthRule = {
  id: 'primes',
  title: 'goes to the next prime after twice its buckets',
  source: 'libstdc++ _Prime_rehash_policy; [measured]',
  fewest: 3,
  successors: (block) => NEXT_PRIME.get(block) ?? [],
  blockOf(capacity) {
    return BUCKET_PRIMES.includes(capacity) ? capacity * POINTER_BYTES : undefined;
  },
  capacityOf: (block) => block / POINTER_BYTES,
};

const dequeMap: GrowthRule = {
  ...PLAIN,
  id: 'deque-map',
  title: 'doubles and adds 2 pointers',
  source: 'libstdc++ deque::_M_reallocate_map; [measured]',
  fewest: 4,
  successors: (block) => (block % POINTER_BYTES === 0 ? [2 * block + 2 * POINTER_BYTES] : []),
};

export interface DictKeys {
  readonly log2: number;
  readonly entryBytes: number;
  readonly headerBytes: number;
}

const usableSlots = (log2: number): number => Math.floor(2 ** (log2 + 1) / 3);

/** Bytes of a dict's keys: a header, 2^log2 indexes as wide as needed, and entries for two thirds of them. */
export function pythonDictBytes({ log2, entryBytes, headerBytes }: DictKeys): Bytes {
  const indexBytes = log2 < 8 ? 1 : log2 < 16 ? 2 : 4;
  return headerBytes + indexBytes * 2 ** log2 + usableSlots(log2) * entryBytes;
}

/** Entries are 24 bytes, or 16 where all keys are str (3.11); the header was 40 bytes before 3.11. */
const DICT_KEYS: readonly DictKeys[] = [32, 40].flatMap((headerBytes) =>
  [16, 24].flatMap((entryBytes) =>
    Array.from({ length: 27 }, (_, i) => ({ log2: i + 3, entryBytes, headerBytes })),
  ),
);
const NEXT_DICT = new Map<Bytes, Bytes[]>();
const DICT_OF = new Map<Bytes, DictKeys[]>();
for (const keys of DICT_KEYS) {
  const block = pythonDictBytes(keys);
  const next = pythonDictBytes({ ...keys, log2: keys.log2 + 1 });
  NEXT_DICT.set(block, [...(NEXT_DICT.get(block) ?? []), next]);
  DICT_OF.set(block, [...(DICT_OF.get(block) ?? []), keys]);
}

/** The keys that a dict's block can hold; none for other blocks. */
export function pythonDictKeys(block: Bytes): readonly DictKeys[] {
  return DICT_OF.get(block) ?? [];
}

const pythonDict: GrowthRule = {
  id: 'python-dict',
  title: 'doubles its slots',
  source: 'CPython Objects/dictobject.c, new_keys_object; [measured]',
  fewest: 3,
  successors: (block) => NEXT_DICT.get(block) ?? [],
  blockOf(capacity, elementBytes) {
    const fits = DICT_KEYS.find(
      ({ log2, entryBytes, headerBytes }) =>
        headerBytes === DICT_KEYS[0]!.headerBytes &&
        entryBytes === elementBytes &&
        usableSlots(log2) >= capacity,
    );
    return fits && pythonDictBytes(fits);
  },
  capacityOf(block) {
    const keys = pythonDictKeys(block)[0];
    return keys && usableSlots(keys.log2);
  },
};

/** What `list_resize` asks for when one element more than fits is appended; since 3.9, and before. */
function pythonListBytes(block: Bytes): readonly [now: Bytes, before: Bytes] {
  const length = block / POINTER_BYTES + 1;
  const eighth = Math.floor(length / 8);
  // Beyond 2^31 elements the bits of a number are no longer those of an integer.
  const now = Math.floor((length + eighth + 6) / 4) * 4;
  return [now * POINTER_BYTES, (length + eighth + (length < 9 ? 3 : 6)) * POINTER_BYTES];
}

const pythonList: GrowthRule = {
  ...PLAIN,
  id: 'python-list',
  title: 'grows by an eighth',
  source:
    'CPython Objects/listobject.c, list_resize (3.9 and later; before: without rounding to 4)',
  fewest: 5,
  successors: (block) => (block % POINTER_BYTES === 0 ? pythonListBytes(block) : []),
};

const pythonBytearray: GrowthRule = {
  ...PLAIN,
  id: 'python-bytearray',
  title: 'grows by an eighth',
  source: 'CPython Objects/bytearrayobject.c, PyByteArray_Resize; [measured]',
  fewest: 5,
  /** @param piece bytes that are appended at once; on average half of the last one did not fit. */
  successors(block, piece) {
    const length = block + Math.ceil(piece / 2);
    return [length + Math.floor(length / 8) + (length < 9 ? 3 : 6)];
  },
  capacityOf: (block) => block - 1,
  blockOf: (capacity) => capacity + 1,
};

const halfAgain: GrowthRule = {
  ...PLAIN,
  id: 'half-again',
  title: 'grows by half',
  source: 'MSVC vector, folly fbvector (3c+1)/2, V8 arrays c + c/2 + 16; [measured]',
  fewest: 5,
  successors(block, unit) {
    const capacity = block / unit;
    const half = capacity + Math.floor(capacity / 2);
    return [half, half + 1, half + 16].map((next) => Math.max(next, capacity + 1) * unit);
  },
};

const quarterAgain: GrowthRule = {
  ...PLAIN,
  id: 'quarter-again',
  title: 'grows by a quarter',
  source: 'realloc(size + size / 4), as in growth by hand; [measured]',
  fewest: 6,
  successors(block, unit) {
    const capacity = block / unit;
    return [Math.max(capacity + Math.floor(capacity / 4), capacity + 1) * unit];
  },
};

/** The same number of elements more each time: a mistake, as everything is copied every time. */
const constant: GrowthRule = {
  ...PLAIN,
  id: 'constant',
  title: 'grows by a constant amount',
  source: 'realloc(size + step), Vec::reserve_exact in a loop; [measured]',
  fewest: 5,
  successors: (block, step) => [block + step],
};

/** The most specific first. */
export const GROWTH_RULES: Readonly<Record<GrowthRuleId, GrowthRule>> = {
  primes,
  'python-dict': pythonDict,
  'python-list': pythonList,
  'python-bytearray': pythonBytearray,
  double,
  string,
  hashbrown,
  'deque-map': dequeMap,
  'half-again': halfAgain,
  'quarter-again': quarterAgain,
  constant,
};

/**
 * Whether a block of `larger` bytes can come after one of `smaller` by any rule but `constant`. Cheap,
 * and yes too often: half-again, quarter-again, dicts and primes are told by the ratio alone.
 */
export function mayFollow(smaller: Bytes, larger: Bytes): boolean {
  const beyondDouble = larger - 2 * smaller;
  if (beyondDouble === 0 || beyondDouble === -1 || beyondDouble === 16) return true;
  if (beyondDouble === -16) return true;
  if (2 * larger > 2.9 * smaller && 2 * larger < 3.2 * smaller) return true;
  if (larger > 1.2 * smaller && larger <= 1.25 * smaller) return true;
  if (smaller % POINTER_BYTES !== 0 || larger % POINTER_BYTES !== 0) return false;
  if (larger > 1.85 * smaller && larger < 2.4 * smaller) return true;
  const [now, before] = pythonListBytes(smaller);
  return larger === now || larger === before;
}

/**
 * Which containers there are, by the functions in which they grow, and what their first block tells
 * of the element size.
 */
import type { Bytes } from '../model/bytes.ts';
import { type GrowthRuleId, hashbrownBuckets, usableBuckets } from './growth-rules.ts';

export type ContainerKind =
  | 'rust-vec'
  | 'rust-string'
  | 'rust-vec-deque'
  | 'rust-hash-table'
  | 'cpp-vector'
  | 'cpp-string'
  | 'cpp-deque'
  | 'cpp-unordered'
  | 'python-list'
  | 'python-bytearray'
  | 'python-dict'
  | 'glib-array'
  | 'array';

export type Language = 'rust' | 'c++' | 'python' | 'c';

export interface Container {
  readonly kind: ContainerKind;
  /** As a reader knows it. */
  readonly name: string;
  /** As it is written on a command line; undefined where it cannot be computed from empty. */
  readonly option: string | undefined;
  /** Where it belongs; undefined for what any language has. */
  readonly language: Language | undefined;
  /** Whether it grows by `realloc`, or into a new block while the old one is still there. */
  readonly method: 'realloc' | 'copy';
  /** How common it is, relative to the others of its language. */
  readonly weight: number;
  /** Functions in which it grows; none for those that are told by their sizes only. */
  readonly grows: RegExp | undefined;
  /** The rules it can follow, the usual one first. */
  readonly rules: readonly GrowthRuleId[];
  /** How many elements the smallest block holds where nothing was reserved; undefined if that varies. */
  readonly firstCapacity: number | undefined;
  /** Elements that it holds in itself, without any block. */
  readonly inline?: number;
  /** Elements of the first block when it grows one by one from empty. */
  readonly smallest?: (elementBytes: Bytes) => number;
  /** Bytes of an element where all are alike. */
  readonly elementBytes: number | undefined;
  /** What to write so that it does not grow. */
  readonly reserve: string | undefined;
}

const RUST_GROWS =
  /raw_vec\b.*(?:finish_grow|grow_amortized|grow_one|grow_exact|reserve_for_push|do_reserve_and_handle)|7raw_vec.*(?:11finish_grow|14grow_amortized|8grow_one|10grow_exact|16reserve_for_push|do_reserve_and_handle)/;

/** RawVec::min_non_zero_cap. */
const rustSmallest = (elementBytes: Bytes): number =>
  elementBytes === 1 ? 8 : elementBytes <= 1024 ? 4 : 1;

/** In the order in which they are tried; those of Rust's vector are told apart by `refineRustVec`. */
export const CONTAINERS: Readonly<Record<ContainerKind, Container>> = {
  'rust-hash-table': {
    kind: 'rust-hash-table',
    name: 'HashMap or HashSet',
    option: 'hashmap',
    language: 'rust',
    method: 'copy',
    weight: 0.5,
    grows: /hashbrown.*(?:reserve_rehash|resize|fallible_with_capacity)/,
    rules: ['hashbrown'],
    firstCapacity: undefined,
    smallest: (elementBytes) => usableBuckets(hashbrownBuckets(1, elementBytes)),
    elementBytes: undefined,
    reserve: 'with_capacity',
  },
  'rust-vec': {
    kind: 'rust-vec',
    name: 'Vec',
    option: 'vec',
    language: 'rust',
    method: 'realloc',
    weight: 1,
    grows: RUST_GROWS,
    rules: ['double', 'constant'],
    firstCapacity: 4,
    smallest: rustSmallest,
    elementBytes: undefined,
    reserve: 'with_capacity',
  },
  'rust-string': {
    kind: 'rust-string',
    name: 'String',
    option: 'string',
    language: 'rust',
    method: 'realloc',
    weight: 1,
    grows: undefined,
    rules: ['double', 'constant'],
    firstCapacity: undefined,
    smallest: rustSmallest,
    elementBytes: 1,
    reserve: 'with_capacity',
  },
  'rust-vec-deque': {
    kind: 'rust-vec-deque',
    name: 'VecDeque',
    option: 'vec-deque',
    language: 'rust',
    method: 'realloc',
    weight: 0.05,
    grows: undefined,
    rules: ['double', 'constant'],
    firstCapacity: 4,
    smallest: rustSmallest,
    elementBytes: undefined,
    reserve: 'with_capacity',
  },
  'cpp-string': {
    kind: 'cpp-string',
    name: 'std::string',
    option: 'std-string',
    language: 'c++',
    method: 'copy',
    weight: 0.5,
    grows:
      /basic_string<char\b.*::(?:_M_mutate|_M_append|_M_create|_M_replace|_M_replace_aux|_M_assign|reserve|__grow_by)/,
    rules: ['string', 'double'],
    firstCapacity: undefined,
    inline: 15,
    smallest: () => 30,
    elementBytes: 1,
    reserve: 'reserve',
  },
  'cpp-deque': {
    kind: 'cpp-deque',
    name: "std::deque's table of blocks",
    option: undefined,
    language: 'c++',
    method: 'copy',
    weight: 0.05,
    grows: /_M_reallocate_map/,
    rules: ['deque-map'],
    firstCapacity: undefined,
    elementBytes: 8,
    reserve: undefined,
  },
  'cpp-unordered': {
    kind: 'cpp-unordered',
    name: 'buckets of std::unordered_map or _set',
    option: 'unordered-map',
    language: 'c++',
    method: 'copy',
    weight: 0.3,
    grows: /_M_rehash|_M_allocate_buckets|__rehash/,
    rules: ['primes', 'double'],
    firstCapacity: undefined,
    smallest: () => 13,
    elementBytes: 8,
    reserve: 'reserve',
  },
  'cpp-vector': {
    kind: 'cpp-vector',
    name: 'std::vector',
    option: 'std-vector',
    language: 'c++',
    method: 'copy',
    weight: 1,
    grows:
      /_M_realloc_insert|_M_realloc_append|_M_emplace_back_aux|_M_insert_aux|_M_default_append|_M_fill_insert|_M_range_insert|__push_back_slow_path|__emplace_back_slow_path|vector<.*::__append/,
    rules: ['double', 'half-again', 'constant'],
    firstCapacity: 1,
    smallest: () => 1,
    elementBytes: undefined,
    reserve: 'reserve',
  },
  'python-list': {
    kind: 'python-list',
    name: 'Python list',
    option: 'pylist',
    language: 'python',
    method: 'realloc',
    weight: 1,
    grows: /^(?:list_resize|PyList_Append|list_extend|_PyList_\w*Append\w*)\b/,
    rules: ['python-list'],
    firstCapacity: undefined,
    smallest: () => 4,
    elementBytes: 8,
    reserve: undefined,
  },
  'python-bytearray': {
    kind: 'python-bytearray',
    name: 'Python bytearray',
    option: undefined,
    language: 'python',
    method: 'realloc',
    weight: 0.05,
    grows: undefined,
    rules: ['python-bytearray'],
    firstCapacity: undefined,
    elementBytes: 1,
    reserve: undefined,
  },
  'python-dict': {
    kind: 'python-dict',
    name: 'Python dict or set',
    option: 'pydict',
    language: 'python',
    method: 'copy',
    weight: 1,
    grows: /^(?:dictresize|insertion_resize|new_keys_object|set_table_resize)\b/,
    rules: ['python-dict', 'double'],
    firstCapacity: undefined,
    smallest: () => 5,
    elementBytes: undefined,
    reserve: undefined,
  },
  'glib-array': {
    kind: 'glib-array',
    name: 'GArray, GPtrArray or GString',
    option: undefined,
    language: 'c',
    method: 'realloc',
    weight: 0.02,
    grows: /^g_(?:array|ptr_array|string)_maybe_expand\b/,
    rules: ['double'],
    firstCapacity: undefined,
    elementBytes: undefined,
    reserve: 'g_array_sized_new',
  },
  array: {
    kind: 'array',
    name: 'a growing array',
    option: undefined,
    language: undefined,
    method: 'realloc',
    weight: 0.3,
    grows: undefined,
    rules: ['double', 'half-again', 'quarter-again', 'constant'],
    firstCapacity: undefined,
    elementBytes: undefined,
    reserve: undefined,
  },
};

/** Which of the containers that are built on Rust's RawVec it is, by the functions around the growth. */
export function refineRustVec(functionNames: readonly string[]): Container {
  const has = (pattern: RegExp) => functionNames.some((name) => pattern.test(name));
  if (has(/VecDeque|9vec_deque/)) return CONTAINERS['rust-vec-deque'];
  if (has(/\bstring::String\b|6string.*6String/)) return CONTAINERS['rust-string'];
  return CONTAINERS['rust-vec'];
}

/** Blocks that are asked for in one piece: their sizes are lengths of what they hold, not capacities. */
export const ONE_PIECE =
  /with_capacity|to_vec|try_allocate_in|from_iter|spec_from|12boxed|shrink|_M_create_storage|_M_assign_aux|strdup|wcsdup|asprintf|_M_initialize_map/;

/** A growth of exactly what was asked for, so that the sizes tell nothing of a first capacity. */
export const GROWS_EXACTLY = /grow_exact|reserve_exact/;

/** The first block holds what was added at once: an `extend`, a `push_str`, a range. */
export const GROWS_BY_MANY =
  /do_reserve_and_handle|21do_reserve|_M_range_insert|_M_fill_insert|_M_default_append|vector<.*::__append/;

/** Rust's `collect` of an iterator of unknown length: it begins with the smallest capacity. */
export const COLLECTS = /spec_from_iter|14spec_from_iter/;

/** Functions that the compiler makes anew for each element type. */
export const ONE_PER_TYPE =
  /RawVec\b|6RawVec[^I]|RawTable\b|8RawTable[^I]|vector<|basic_string<|_Hashtable</;

import type { Address } from '../../model/address.ts';
import { dictKeys } from './dict-keys.ts';
import { type CountedLayout, fits, fitsBytes } from './layouts.ts';
import { numberAt } from './live-words.ts';

/** What a container looks like by its own words, as small numbers for typed arrays. */
export const KIND = {
  none: 0,
  /** A pointer, a length and a capacity, in elements. */
  counted: 1,
  /** Three pointers: begin, end, end of the block (std::vector). */
  bounded: 2,
  /** A pointer, a length and a capacity, in bytes, with a NUL behind (std::string). */
  text: 3,
  /** Rust's HashMap and HashSet (hashbrown). */
  table: 4,
  /** The array of buckets of std::unordered_map and its like. */
  buckets: 5,
  /** The array of pieces of std::deque. */
  pieces: 6,
  /** An array in which elements stand from some place on, around its end (VecDeque). */
  ring: 7,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** The kinds by name, in the order of their numbers. */
export const KIND_NAMES = Object.keys(KIND) as readonly (keyof typeof KIND)[];

/** What was recognised last: one object, as there are millions. */
export interface Recognised {
  kind: Kind;
  /** Elements or bytes, as the kind has it. */
  length: number;
  capacity: number;
  /** Bytes of an element, where the words tell; 0 else. */
  elementBytes: number;
  /** The length, if what was taken for it is where a ring begins; -1 where it cannot be one. */
  ringLength: number;
}

/** Standard libraries of C++: GCC's and LLVM's. */
export type CppLibrary = 'libstdc++' | 'libc++';

type PythonTypes = NonNullable<Layouts['pythonType']>;

/** Which layouts are looked for in an image. */
export interface Layouts {
  readonly counted: CountedLayout | undefined;
  /** Whose containers of C++ it has; undefined for none. */
  readonly cpp: CppLibrary | undefined;
  /** Names CPython's types by their addresses; undefined where there is no interpreter with symbols. */
  readonly pythonType: ((address: Address) => string | undefined) | undefined;
}

/** Bytes behind the control bytes of a table: a group of them is read at once (hashbrown, SSE2; 8 with NEON). */
const GROUP_BYTES = [16, 8];

/** An object with more has been freed, and the word is a link; immortal ones have 2^32 - 1 (3.12). */
const MOST_REFERENCES = 2 ** 32;

/** The bits of 1.0, as which all maps begin. */
const LOAD_FACTOR = 0x3f800000;

/** Bytes of a piece of std::deque (libstdc++: _GLIBCXX_DEQUE_BUF_SIZE). */
const PIECE_BYTES = 512;

/** Reads the words around one that leads to a block. */
export class Recogniser {
  readonly result: Recognised = {
    kind: KIND.none,
    length: 0,
    capacity: 0,
    elementBytes: 0,
    ringLength: -1,
  };
  readonly #layouts: Layouts;
  #halves: Uint32Array = new Uint32Array(0);
  #at = 0;
  #from = 0;
  #to = 0;

  constructor(layouts: Layouts) {
    this.#layouts = layouts;
  }

  /**
   * @param halves memory around the word; @param at where it stands; @param from and @param to what belongs
   *   to the same owner.
   * @param target the word: an address in a block that begins at `start`.
   * @returns whether the words are those of a container; `result` says of which.
   */
  recognise(
    halves: Uint32Array,
    at: number,
    from: number,
    to: number,
    target: Address,
    start: Address,
    usable: number,
  ): boolean {
    this.#halves = halves;
    this.#at = at;
    this.#from = from;
    this.#to = to;
    if (target !== start) return this.#isTable(target, start, usable);
    return this.#isOfCpp(target, usable) || this.#isOfPython(usable) || this.#isCounted(usable);
  }

  #isOfPython(usable: number): boolean {
    const { pythonType } = this.#layouts;
    return (
      pythonType !== undefined &&
      (this.#isList(usable, pythonType) || this.#isDict(usable, pythonType))
    );
  }

  /** references, type, elements, items, room (PyListObject). */
  #isList(usable: number, typeAt: PythonTypes): boolean {
    const [elements, room] = [this.#word(-1), this.#word(1)];
    if (!this.#isObject(-3) || elements < 0 || elements > room) return false;
    if (room < 1 || !fitsBytes(room * 8, usable) || typeAt(this.#word(-2)) !== 'PyList_Type')
      return false;
    return this.#is(KIND.counted, elements, room, 8);
  }

  /** references, type, elements, version, keys, and no values of its own (PyDictObject). */
  #isDict(usable: number, typeAt: PythonTypes): boolean {
    const elements = this.#word(-2);
    if (!this.#isObject(-4) || this.#word(1) !== 0 || elements < 0 || elements > usable)
      return false;
    if (typeAt(this.#word(-3)) !== 'PyDict_Type') return false;
    const keys = dictKeys(usable, elements);
    return keys !== undefined && this.#is(KIND.table, elements, keys.capacity, keys.entryBytes);
  }

  /** Whether an object that is in use can begin there: its first word counts references. */
  #isObject(distance: number): boolean {
    const references = this.#word(distance);
    return references >= 1 && references <= MOST_REFERENCES;
  }

  #isOfCpp(target: Address, usable: number): boolean {
    const { cpp } = this.#layouts;
    if (cpp === undefined) return false;
    if (this.#isBounded(target, usable)) return true;
    return cpp === 'libc++'
      ? this.#isLlvmBuckets(usable) || this.#isLlvmText(usable)
      : this.#isPieces(target, usable) || this.#isBuckets(usable) || this.#isText(usable);
  }

  /** A word as a number, counted from the pointer; -1 where it belongs to somebody else. */
  #word(distance: number): number {
    return numberAt(this.#halves, this.#at + 2 * distance, this.#from, this.#to);
  }

  #is(kind: Kind, length: number, capacity: number, elementBytes = 0): true {
    this.result.kind = kind;
    this.result.length = length;
    this.result.capacity = capacity;
    this.result.elementBytes = elementBytes;
    this.result.ringLength = -1;
    return true;
  }

  #isBounded(begin: Address, usable: number): boolean {
    const end = this.#word(1);
    if (end < begin || end > begin + usable) return false;
    // The buffer of a FILE stands in a row of such addresses.
    if (this.#word(-1) === begin) return false;
    const limit = this.#word(2);
    if (limit < end || limit === begin || !fitsBytes(limit - begin, usable)) return false;
    return this.#is(KIND.bounded, end - begin, limit - begin);
  }

  #isText(usable: number): boolean {
    const length = this.#word(1);
    const capacity = this.#word(2);
    if (length < 0 || length > capacity || capacity < 16) return false;
    return fitsBytes(capacity + 1, usable) && this.#is(KIND.text, length, capacity, 1);
  }

  /** capacity with its lowest bit set, which is a long string's mark, then the length, before the pointer. */
  #isLlvmText(usable: number): boolean {
    const room = this.#word(-2) - 1;
    const length = this.#word(-1);
    if (room < 16 || room % 8 !== 0 || length < 0 || length >= room) return false;
    return fitsBytes(room, usable) && this.#is(KIND.text, length, room - 1, 1);
  }

  /** buckets, their number, first node, elements, load factor (a float). */
  #isLlvmBuckets(usable: number): boolean {
    const count = this.#word(1);
    if (count < 2 || count * 8 > usable || !fitsBytes(count * 8, usable)) return false;
    const elements = this.#word(3);
    const isFactor = this.#word(4) % 2 ** 32 === LOAD_FACTOR;
    if (!isFactor || elements < 0 || elements > count) return false;
    return this.#is(KIND.buckets, elements, count, 8);
  }

  /** map, map size, then two iterators: current, first, last, place in the map. */
  #isPieces(map: Address, usable: number): boolean {
    const count = this.#word(1);
    if (count < 1 || count * 8 > usable || !fitsBytes(count * 8, usable)) return false;
    const [current, first, last, node] = [2, 3, 4, 5].map((at) => this.#word(at)) as Words;
    const [endCurrent, endFirst, endLast, endNode] = [6, 7, 8, 9].map((at) =>
      this.#word(at),
    ) as Words;
    const isOfMap = node >= map && endNode >= node && endNode < map + count * 8;
    const isPiece = last - first === PIECE_BYTES && endLast - endFirst === PIECE_BYTES;
    if (!isOfMap || !isPiece || current < first || endCurrent < endFirst) return false;
    const bytes =
      ((endNode - node) / 8) * PIECE_BYTES + (endCurrent - endFirst) - (current - first);
    return this.#is(KIND.pieces, bytes, ((endNode - node) / 8 + 1) * PIECE_BYTES);
  }

  /** buckets, their number, first node, elements, load factor (a float), elements at which it grows. */
  #isBuckets(usable: number): boolean {
    const count = this.#word(1);
    if (count < 2 || count * 8 > usable || !fitsBytes(count * 8, usable)) return false;
    const elements = this.#word(3);
    const limit = this.#word(5);
    const isFactor = this.#word(4) % 2 ** 32 === LOAD_FACTOR;
    if (!isFactor || elements < 0 || limit < elements || limit > 2 * count + 1) return false;
    return this.#is(KIND.buckets, elements, count, 8);
  }

  /** control bytes (behind the elements), buckets - 1, room left, elements. */
  #isTable(control: Address, start: Address, usable: number): boolean {
    const mask = this.#word(1);
    const buckets = mask + 1;
    if (mask < 3 || mask > usable || !Number.isInteger(Math.log2(buckets))) return false;
    const left = this.#word(2);
    const elements = this.#word(3);
    const most = buckets <= 8 ? mask : (buckets / 8) * 7;
    if (left < 0 || elements < 0 || left + elements > most) return false;
    const data = control - start;
    if (!GROUP_BYTES.some((group) => fitsBytes(data + buckets + group, usable))) return false;
    return this.#is(KIND.table, elements, most, Math.floor(data / buckets));
  }

  #isCounted(usable: number): boolean {
    const layout = this.#layouts.counted;
    if (layout === undefined) return false;
    const capacity = this.#word(layout.capacity);
    const length = this.#word(layout.length);
    if (!fits(capacity, length, usable)) return false;
    this.#is(KIND.counted, length, capacity);
    // VecDeque: where its first element is stands in a Vec's place of the length, which follows.
    const ringLength = this.#word(layout.length + 1);
    if (length < capacity && ringLength <= capacity) this.result.ringLength = ringLength;
    return true;
  }
}

type Words = [number, number, number, number];

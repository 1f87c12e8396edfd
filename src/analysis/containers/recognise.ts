import type { Address } from '../../model/address.ts';
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

/** Which layouts are looked for in an image. */
export interface Layouts {
  readonly counted: CountedLayout | undefined;
  /** Whether it has containers of C++'s standard library. */
  readonly hasCpp: boolean;
}

/** Bytes behind the control bytes of a table: a group of them is read at once (hashbrown, SSE2; 8 with NEON). */
const GROUP_BYTES = [16, 8];

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
    return (
      (this.#layouts.hasCpp &&
        (this.#isBounded(target, usable) ||
          this.#isPieces(target, usable) ||
          this.#isBuckets(usable) ||
          this.#isText(usable))) ||
      this.#isCounted(usable)
    );
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
    const isFactor = this.#word(4) % 2 ** 32 === 0x3f800000;
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

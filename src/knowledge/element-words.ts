import type { Bytes } from '../model/bytes.ts';
import type { Language } from './containers.ts';

interface ElementWords {
  readonly bytes: Bytes;
  /** Undefined for what all languages have. */
  readonly language: Language | undefined;
  readonly words: string;
}

/**
 * What often has so many bytes on 64-bit machines. Rust: pointer, capacity and length of alloc::vec::Vec,
 * pointer and length of slices; C++: libstdc++'s three pointers of std::vector, and std::string with 16
 * bytes in itself; CPython: PyObject pointers, and the hash of a PyDictKeyEntry.
 */
const ELEMENTS: readonly ElementWords[] = [
  { bytes: 1, language: undefined, words: 'a byte each' },
  {
    bytes: 8,
    language: 'python',
    words: 'a pointer each: the objects lie elsewhere',
  },
  {
    bytes: 16,
    language: 'python',
    words: 'pointers to key and value, which lie elsewhere',
  },
  {
    bytes: 24,
    language: 'python',
    words: 'a hash, and pointers to key and value, which lie elsewhere',
  },
  {
    bytes: 8,
    language: undefined,
    words: 'one word: a number, or a pointer to what lies elsewhere',
  },
  {
    bytes: 16,
    language: 'rust',
    words: 'two words: a &str or &[T] is pointer and length of what lies elsewhere',
  },
  {
    bytes: 24,
    language: 'rust',
    words:
      'three words: a Vec or String is pointer, capacity and length; what it holds lies elsewhere',
  },
  {
    bytes: 24,
    language: 'c++',
    words: 'three words: a std::vector is three pointers; what it holds lies elsewhere',
  },
  {
    bytes: 32,
    language: 'c++',
    words:
      'a std::string: pointer, length, and 16 bytes for a short text; longer ones lie elsewhere',
  },
];

/** What elements of a size often are; undefined for sizes that say nothing. */
export const elementWords = (bytes: Bytes, language: Language | undefined): string | undefined =>
  ELEMENTS.find(
    (one) => one.bytes === bytes && (one.language === undefined || one.language === language),
  )?.words;

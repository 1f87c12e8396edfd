import type { Bytes } from '../model/bytes.ts';

/**
 * How common an element size is in real programs, relative to the others; where the numbers allow
 * several. 24 is a String or Vec, 8 a pointer or u64, 16 a slice or a pair of words, 3 a pixel.
 */
const COMMON_SIZES: ReadonlyMap<Bytes, number> = new Map([
  [24, 0.26],
  [8, 0.15],
  [16, 0.12],
  [32, 0.08],
  [1, 0.08],
  [4, 0.06],
  [40, 0.055],
  [48, 0.05],
  [64, 0.035],
  [56, 0.03],
  [12, 0.025],
  [72, 0.02],
  [80, 0.015],
  [20, 0.012],
  [96, 0.012],
  [128, 0.012],
  [88, 0.008],
  [2, 0.008],
  [3, 0.006],
  [6, 0.002],
  [256, 0.006],
  // Blocks of bytes, pages, and packets of Ethernet.
  [512, 0.003],
  [1024, 0.003],
  [1500, 0.001],
  [2048, 0.001],
  [4096, 0.003],
  [8192, 0.001],
  [16384, 0.001],
  [65536, 0.001],
]);

const RUST_TYPES: ReadonlyMap<Bytes, string> = new Map([
  [1, 'u8, bool'],
  [2, 'u16'],
  [3, '[u8; 3]'],
  [4, 'u32, f32, char'],
  [8, 'u64, f64, usize, Box, &T'],
  [12, '[f32; 3]'],
  [16, '&str, (u64, u64), Box<dyn T>'],
  [24, 'String, Vec, PathBuf'],
  [32, '(String, u64), VecDeque'],
  [40, '(String, &str)'],
  [48, '(String, String), HashMap'],
  [72, 'three Strings'],
]);

const C_TYPES: ReadonlyMap<Bytes, string> = new Map([
  [1, 'char'],
  [2, 'short'],
  [4, 'int, float'],
  [8, 'long, double, a pointer'],
  [16, 'two pointers'],
  [24, 'std::vector, three pointers'],
  [32, 'std::string'],
]);

/** Types that have a size, for a reader who wonders what it could be. */
export function typicalTypes(size: Bytes, isRust: boolean): string | undefined {
  return (isRust ? RUST_TYPES : C_TYPES).get(size);
}

/** Larger structs are rare in arrays, the rarer the larger. */
const LARGE_STRUCT = 128;

/**
 * Sizes that are multiples of 8 come from structs with a pointer or a 64-bit number. Odd ones come
 * from structs of nothing but bytes, or packed ones.
 */
export function sizeWeight(size: Bytes): number {
  const common = COMMON_SIZES.get(size);
  if (common !== undefined) return common;
  const byAlignment = size % 8 === 0 ? 0.3 : size % 4 === 0 ? 0.15 : 0.02;
  return (byAlignment / (size + 8)) * Math.min(1, LARGE_STRUCT / size);
}

/** Weight of a count that is not a round number: of those with more digits there are more, of which few are used. */
export const plainWeight = (count: number): number =>
  0.02 / 10 ** Math.max(0, Math.floor(Math.log10(count)) - 2);

/** Numbers that people write: 1000, 5000, 64, 4096. A number that nobody would write weighs little. */
export function countWeight(count: number): number {
  if (!Number.isInteger(count) || count < 1) return 0;
  if (Number.isInteger(Math.log2(count))) return 1;
  let digits = count;
  while (digits % 10 === 0) digits /= 10;
  if (digits === 1) return 1;
  if (digits < 10) return 0.5;
  return digits < 100 ? 0.15 : plainWeight(count);
}

/** All numbers of a range that weigh more than a plain one, the smallest first. */
export function writtenCounts(least: number, most: number): number[] {
  const written = new Set<number>();
  for (let power = 1; power <= most; power *= 2) if (power >= least) written.add(power);
  for (let unit = 1; unit <= most; unit *= 10) {
    const from = Math.max(1, Math.ceil(least / unit));
    const to = Math.min(99, Math.floor(most / unit));
    for (let digits = from; digits <= to; digits++) written.add(digits * unit);
  }
  return [...written].sort((a, b) => a - b);
}

/** Rust's one-letter type codes (rust-lang RFC 2603), with their sizes on 64-bit machines. */
const RUST_CODES: Readonly<Record<string, [name: string, size: Bytes]>> = {
  a: ['i8', 1],
  b: ['bool', 1],
  c: ['char', 4],
  d: ['f64', 8],
  f: ['f32', 4],
  h: ['u8', 1],
  i: ['isize', 8],
  j: ['usize', 8],
  l: ['i32', 4],
  m: ['u32', 4],
  n: ['i128', 16],
  o: ['u128', 16],
  s: ['i16', 2],
  t: ['u16', 2],
  x: ['i64', 8],
  y: ['u64', 8],
};

const NAMED_SIZES: Readonly<Record<string, Bytes>> = {
  ...Object.fromEntries(Object.values(RUST_CODES)),
  char: 1,
  'signed char': 1,
  'unsigned char': 1,
  short: 2,
  'unsigned short': 2,
  int: 4,
  unsigned: 4,
  'unsigned int': 4,
  long: 8,
  'unsigned long': 8,
  'long long': 8,
  'unsigned long long': 8,
  float: 4,
  double: 8,
};

/** A type of which a function name tells the name, with its size where the name implies it. */
export interface NamedType {
  readonly name: string;
  readonly size: Bytes | undefined;
}

const RUST_MANGLED =
  /6RawVec(?:([a-z])E|INtNt(?:B\w*_|C\w+_5alloc)3vec3Vec|NtNt\w*?6string6StringE)/;
const RUST_DEMANGLED = /RawVec<([\w:]+(?:<[^<>]*>)?)(?:,|>)/;

/** `std::vector<T, …` up to the comma or the end that belongs to it. */
function firstArgument(name: string, from: number): string | undefined {
  let depth = 0;
  for (let at = from; at < name.length; at++) {
    const char = name[at];
    if (char === '<' || char === '(') depth++;
    if (char === '>' || char === ')') depth--;
    if (depth < 0 || (depth === 0 && char === ',')) return name.slice(from, at).trim();
  }
  return undefined;
}

/** What a function of a container says of its elements: `std::vector<Point, …>::_M_realloc_insert`. */
export function elementTypeOf(functionName: string): NamedType | undefined {
  const mangled = RUST_MANGLED.exec(functionName);
  if (mangled) {
    const code = mangled[1] === undefined ? undefined : RUST_CODES[mangled[1]];
    if (code) return { name: code[0], size: code[1] };
    return mangled[1] === undefined
      ? { name: mangled[0].includes('String') ? 'String' : 'Vec', size: 24 }
      : undefined;
  }
  const rust = RUST_DEMANGLED.exec(functionName)?.[1];
  // A lone T stands for whatever it was.
  if (rust !== undefined && rust !== 'T') {
    const isTriple = /^alloc::(?:string::String|vec::Vec)/.test(rust);
    return { name: rust, size: isTriple ? 24 : NAMED_SIZES[rust] };
  }
  const vector = /std::(?:__1::|__cxx11::|__debug::)*vector</.exec(functionName);
  if (!vector) return undefined;
  const name = firstArgument(functionName, vector.index + vector[0].length);
  if (name === undefined) return undefined;
  const isPointer = name.endsWith('*');
  const isString = name.startsWith('std::__cxx11::basic_string<char');
  const size = isPointer ? 8 : isString ? 32 : NAMED_SIZES[name];
  return { name: isString ? 'std::string' : name, size };
}

/**
 * Names of functions as they stand in the source, from the symbols that captures have.
 *
 * heaptrack demangles C++ names only: v0 names stand in its recordings as rustc wrote them, and
 * legacy names, which look like C++ ones, half read. The text is that of rustc-demangle's `{:#}`:
 * without hashes, crate disambiguators and types of integers. docs/formats/rust-symbols.md.
 */
import { demangled } from './demangler.ts';

/** rustc's own names stay far below; what is longer, or reads longer, is damaged or hostile. */
const MAX_LENGTH = 1 << 16;

/**
 * A name may have its first underscore stripped (Windows) or a second one added (macOS). Without one a
 * C name such as `RC4_INIT` could be a crate; what rustc emits there is always a path inside one.
 */
const V0 = /^(?:_{1,2}R(?=[A-Z])|R(?=[NIMXY]))\w+/;

/** The hash alone tells a Rust name from a C++ one. */
const LEGACY = /^_{0,2}ZN(\d[!-~]*?17h[0-9a-f]{16})E/;

/** A C++ demangler took a legacy name apart, and left the escapes in it. */
const HALF_READ = /^(.+)::(h[0-9a-f]{16})(?: \[clone ([^\]]*)\])?$/s;

/** LLVM makes private names unique so (ThinLTO); it says nothing about the function. */
const LLVM_SUFFIX = /\.llvm\.[0-9A-F@]+(?=\.|$)/;

/** What a compiler pass put behind a name: `.cold`, `.0`, `$tlv$init`. */
const SUFFIX = /^(?:[.$][!-~]*)?$/;

/** What rustc-demangle writes where it gives up on a v0 name. */
const GIVEN_UP = /\{(?:invalid syntax|recursion limit reached|size limit reached)\}/;

/** A `$` that is left of a legacy name, but for those around a control character, which stays escaped. */
const STRAY_ESCAPE = /\$(?!u[0-9a-f]{1,6}\$)(?<!\$u[0-9a-f]{1,6}\$)/;

/** The readable name of a Rust function; undefined where the symbol is not a whole one. */
export function demangleRust(symbol: string): string | undefined {
  if (!mayBeMangled(symbol) || symbol.length > MAX_LENGTH) return undefined;
  const v0 = V0.exec(symbol)?.[0];
  if (v0 !== undefined) return named(v0, symbol.slice(v0.length), GIVEN_UP);
  const legacy = LEGACY.exec(symbol);
  if (legacy !== null) {
    const [whole, elements] = legacy;
    if (!isPath(elements!)) return undefined;
    return named(whole, symbol.slice(whole.length), STRAY_ESCAPE);
  }
  const halfRead = HALF_READ.exec(symbol);
  if (halfRead === null) return undefined;
  const [, path, hash, suffix = ''] = halfRead;
  const elements = [...path!.split('::'), hash!];
  const whole = `_ZN${elements.map((element) => `${element.length}${element}`).join('')}E`;
  return named(whole, suffix, STRAY_ESCAPE);
}

/**
 * Whether elements, each with its length before it, fill the text. The library's C++ demangler tries
 * what its Rust one refuses, and 200 characters of nested templates take it seconds and 600 MB.
 */
function isPath(elements: string): boolean {
  let at = 0;
  while (at < elements.length) {
    const length = /^\d{1,5}/.exec(elements.slice(at, at + 5))?.[0];
    if (length === undefined) return false;
    at += length.length + Number(length);
  }
  return at === elements.length;
}

function named(symbol: string, suffix: string, damage: RegExp): string | undefined {
  if (!SUFFIX.test(suffix)) return undefined;
  const name = demangled(symbol);
  if (name === undefined || name.length > MAX_LENGTH || damage.test(name)) return undefined;
  return name + suffix.replace(LLVM_SUFFIX, '');
}

const UNDERSCORE = 0x5f;
const UPPER_R = 0x52;
const UPPER_Z = 0x5a;
const LOWER_H = 0x68;
const COLON = 0x3a;
const CLOSING_BRACKET = 0x5d;

/** Length of `::h` and the 16 digits of a legacy hash. */
const HASH_ELEMENT = 19;

/** Says no to nearly every ordinary string without looking at more than three characters. */
function mayBeMangled(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === UNDERSCORE) {
    const second = text.charCodeAt(text.charCodeAt(1) === UNDERSCORE ? 2 : 1);
    if (second === UPPER_R || second === UPPER_Z) return true;
  } else if (first === UPPER_R || first === UPPER_Z) return true;
  const end = text.length;
  if (end <= HASH_ELEMENT) return false;
  // `… [clone .llvm.123]` is how the C++ demangler shows a suffix.
  if (text.charCodeAt(end - 1) === CLOSING_BRACKET) return text.includes('::h');
  return text.charCodeAt(end - 17) === LOWER_H && text.charCodeAt(end - 18) === COLON;
}

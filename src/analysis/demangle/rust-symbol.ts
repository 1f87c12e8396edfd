/**
 * Rust's symbol names, read back into paths.
 *
 * heaptrack demangles C++ names only: v0 names stand in its recordings as rustc wrote them, and
 * legacy names, which look like C++ ones, half read (legacy-name.ts). The text is that of
 * rustc-demangle's `{:#}`: without hashes, crate disambiguators and types of integers.
 * docs/formats/rust-symbols.md has the rules.
 */
import { demangleHalfReadLegacy, demangleLegacy } from './legacy-name.ts';
import { demangleV0 } from './v0-name.ts';

/** rustc's own names stay far below; what is longer is damaged or hostile. */
const MAX_SYMBOL_LENGTH = 1 << 16;

/** A name may have its first underscore stripped (Windows) or a second one added (macOS). */
const LEGACY_NAME = /^_{0,2}ZN/;
const V0_NAME = /^_{1,2}R(?=[A-Z])/;

/**
 * Without an underscore a C name such as `RC4_INIT` could be a crate; what rustc emits there is
 * always a path inside one.
 */
const BARE_V0_NAME = /^R(?=[NIMXY])/;

/** Both manglings use nothing else; text in another script is no symbol of theirs. */
const PRINTABLE_ASCII = /^[!-~]*$/;

/** LLVM makes private names unique so (ThinLTO); it says nothing about the function. */
const LLVM_SUFFIX = /\.llvm\.[0-9A-F@]+(?=\.|$)/;

/** The readable name, or undefined where the symbol is not a whole mangled Rust name. */
export function demangle(symbol: string): string | undefined {
  if (!mayBeMangled(symbol) || symbol.length > MAX_SYMBOL_LENGTH) return undefined;
  const halfRead = demangleHalfReadLegacy(symbol);
  const parsed = halfRead ?? (PRINTABLE_ASCII.test(symbol) ? parse(symbol) : undefined);
  if (parsed === undefined) return undefined;
  const suffix = parsed.suffix.replace(LLVM_SUFFIX, '');
  return suffix === '' || /^[.$]/.test(suffix) ? parsed.name + suffix : undefined;
}

function parse(symbol: string): DemangledName | undefined {
  const legacy = LEGACY_NAME.exec(symbol);
  if (legacy !== null) return demangleLegacy(symbol.slice(legacy[0].length));
  const v0 = V0_NAME.exec(symbol) ?? BARE_V0_NAME.exec(symbol);
  return v0 === null ? undefined : demangleV0(symbol.slice(v0[0].length));
}

/** A name and what a compiler pass put behind its end: `.llvm.123`, `.cold`. */
export interface DemangledName {
  readonly name: string;
  readonly suffix: string;
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
export function mayBeMangled(text: string): boolean {
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

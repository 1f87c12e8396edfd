/**
 * rustc's legacy mangling: `_ZN`, length-prefixed path elements, `17h` and 16 digits of hash, `E`.
 *
 * It borrows the form of C++ names (Itanium ABI, nested-name), and so a C++ demangler takes it
 * apart at its `::` without knowing the escapes within; heaptrack's recordings hold names in that
 * half-read form. The escapes are those of rustc_symbol_mangling's `legacy` module.
 */
import type { DemangledName } from './rust-symbol.ts';

/** Only this tells a Rust name from a C++ one. */
const HASH = /^h[0-9a-f]{16}$/;

const HALF_READ = /^(.+)::h[0-9a-f]{16}(?: \[clone ([^\]]*)\])?$/s;

const ESCAPE = /\.\.|\$(?:SP|BP|RF|LT|GT|LP|RP|C|u([0-9a-f]{1,6}))\$/g;

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['..', '::'],
  ['$SP$', '@'],
  ['$BP$', '*'],
  ['$RF$', '&'],
  ['$LT$', '<'],
  ['$GT$', '>'],
  ['$LP$', '('],
  ['$RP$', ')'],
  ['$C$', ','],
]);

/** Reads what follows `_ZN`. */
export function demangleLegacy(text: string): DemangledName | undefined {
  const elements: string[] = [];
  const length = /[1-9][0-9]{0,5}/y;
  let at = 0;
  while (text[at] !== 'E') {
    length.lastIndex = at;
    const digits = length.exec(text)?.[0];
    if (digits === undefined) return undefined;
    at += digits.length + Number(digits);
    if (at >= text.length) return undefined;
    elements.push(text.slice(at - Number(digits), at));
  }
  const hash = elements.pop();
  if (hash === undefined || elements.length === 0 || !HASH.test(hash)) return undefined;
  return demangled(elements, text.slice(at + 1));
}

/** Reads `core::ptr::drop_in_place$LT$T$GT$::h0123456789abcdef`, which a C++ demangler left. */
export function demangleHalfReadLegacy(text: string): DemangledName | undefined {
  const match = HALF_READ.exec(text);
  if (match === null) return undefined;
  const [, path, suffix = ''] = match;
  return demangled(path!.split('::'), suffix);
}

function demangled(elements: readonly string[], suffix: string): DemangledName | undefined {
  const isDamaged = elements.some((element) => element.replaceAll(ESCAPE, '').includes('$'));
  return isDamaged ? undefined : { name: elements.map(readable).join('::'), suffix };
}

function readable(element: string): string {
  // An identifier may not begin with `$`, so rustc puts an underscore before it.
  const written = element.startsWith('_$') ? element.slice(1) : element;
  return written.replaceAll(ESCAPE, (sequence, hex: string | undefined) =>
    hex === undefined ? ESCAPED.get(sequence)! : character(Number.parseInt(hex, 16), sequence),
  );
}

/** Control characters stay escaped: the name goes to terminals. */
function character(code: number, sequence: string): string {
  if (code > 0x10ffff) return sequence;
  const text = String.fromCodePoint(code);
  return /^[\p{Cc}\p{Cs}]$/u.test(text) ? sequence : text;
}

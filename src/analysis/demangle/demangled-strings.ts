import { demangle, mayBeMangled } from './rust-symbol.ts';

/**
 * A recording's strings with Rust names made readable. Indices stay, so everything that refers to
 * a string still does. The same array comes back where nothing was mangled: a recording has up to
 * a million strings, and most programs are not Rust.
 */
export function demangledStrings(strings: readonly string[]): readonly string[] {
  let copy: string[] | undefined;
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i]!;
    if (!mayBeMangled(text)) continue;
    const name = demangle(text);
    if (name === undefined) continue;
    copy ??= strings.slice();
    copy[i] = name;
  }
  return copy ?? strings;
}

/** Characters and strings as Rust's `{:?}` writes them (`char::escape_debug`). */

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\\', '\\\\'],
]);

/** What has no glyph of its own. */
const INVISIBLE = /^[\p{C}\p{Z}\p{Grapheme_Extend}]$/u;

export function quotedCharacter(character: string): string {
  return `'${character === "'" ? "\\'" : escaped(character)}'`;
}

export function quotedString(text: string): string {
  const inner = Array.from(text, (character) => (character === '"' ? '\\"' : escaped(character)));
  return `"${inner.join('')}"`;
}

function escaped(character: string): string {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  if (character === ' ' || !INVISIBLE.test(character)) return character;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

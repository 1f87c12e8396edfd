/**
 * Makes text from a capture safe to print. A file name or a symbol may hold escape sequences that
 * move the cursor, retitle the terminal or reorder what the user sees; they are shown as `\x1b`,
 * `\u202e` and the like instead of being obeyed.
 */

/** C0 and C1 controls, DEL, line separators, and the characters that change text direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Those that JSON does not escape by itself. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function escapeText(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    if (code === 9) return ' ';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(char);
  });
}

/** The same for text that is JSON already, in which strings alone can hold such characters. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, unicodeEscape);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

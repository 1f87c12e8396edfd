import { type Address, parseAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { parseWhole } from '../../model/whole-number.ts';

const OPENING = '([{<';
const CLOSING = ')]}>';

/**
 * Splits the arguments of a call at its top-level commas. Strings, brackets and `<…>` decorations
 * (-y, -yy) may hold commas of their own; -N names arguments (`length=8192`), the names go.
 *
 * @param most how many are wanted.
 */
export function splitArgs(text: string, most = Number.POSITIVE_INFINITY): string[] {
  const args: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    // The `>` of `=>` (before => after) and the `<` of `<<` open and close nothing.
    else if (char === '>' && text[i - 1] === '=') continue;
    else if (char === '<' && text[i + 1] === '<') i++;
    else if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char)) depth--;
    else if (char === ',' && depth <= 0) {
      args.push(text.slice(start, i));
      start = i + 1;
      if (args.length === most) break;
    }
  }
  if (args.length < most) args.push(text.slice(start));
  return args.map((arg) => arg.trim().replace(/^[a-z_]\w*=(?!=)/, ''));
}

/** `NULL`, `0x7f05bd29a000`, or a decimal; undefined for anything else and for what is not exact. */
export function parsePointer(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  if (text === 'NULL') return 0;
  return text.startsWith('0x') ? parseAddress(text.slice(2).replace(/ .*$/, '')) : parseWhole(text);
}

/** A length, written as pointers are; of one that no call can have, only that it is too long. */
export function parseLength(text: string | undefined): Bytes | undefined {
  return /^\d+$/.test(text ?? '') ? Number(text) : parsePointer(text);
}

const MAX_INT = 0x7fffffff;
const MAX_UNSIGNED = 0xffffffff;

/** An identifier that is an int and not negative. */
export function parseIdentifier(text: string | undefined): number | undefined {
  return atMost(parsePointer(text), MAX_INT);
}

/** A key of System V memory. */
export function parseKey(text: string | undefined): number | undefined {
  return text === 'IPC_PRIVATE' ? 0 : atMost(parsePointer(text), MAX_UNSIGNED);
}

function atMost(value: number | undefined, most: number): number | undefined {
  return value !== undefined && value <= most ? value : undefined;
}

/**
 * Reads a set of flags in any of strace's styles: `PROT_READ|PROT_WRITE`, `0x3` (-X raw),
 * `0x3` followed by the names in a comment (-X verbose). Names outside `bits` count as 0.
 *
 * @param flagPrefix what every name begins with.
 * @param bits value of each name, without the prefix: `{ READ: 1 }` for `PROT_READ`.
 * @returns undefined for what is no set of flags, or does not fit into 32 bits.
 */
export function parseFlags(
  text: string | undefined,
  flagPrefix: string,
  bits: Readonly<Record<string, number>>,
): number | undefined {
  let flags = 0;
  for (const word of text?.replace(/ \/\*.*$/, '').split('|') ?? ['']) {
    const value =
      word.startsWith(flagPrefix) && /^\w+$/.test(word)
        ? (bits[word.slice(flagPrefix.length)] ?? 0)
        : numericFlags(word);
    if (value === undefined) return undefined;
    flags = (flags | value) >>> 0;
  }
  return flags;
}

/** `0x22`, or `21<<MAP_HUGE_SHIFT`, which says nothing of interest. */
function numericFlags(word: string): number | undefined {
  return /^\d+<<\w+$/.test(word) ? 0 : atMost(parsePointer(word), MAX_UNSIGNED);
}

/** A negative int under -X raw, of 32 bits or of 64. */
const NEGATIVE = /^0x(?:f{8})?[89a-f][0-9a-f]{7}$/;

/**
 * A file descriptor: `3`, `3</lib/libc.so.6>`; less than 0 for none, which -X raw writes as
 * `0xffffffff`. Undefined for anything else.
 */
export function descriptorNumber(text: string | undefined): number | undefined {
  const [, sign, digits] = /^(-?)(\d+|0x[0-9a-f]+|NULL)(?=<|$)/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  if (NEGATIVE.test(digits)) return -1;
  const number = parseIdentifier(digits);
  return sign === '-' && number !== undefined ? 0 - number : number;
}

/** The path of a file descriptor under -y: `3</lib/libc.so.6>`, also `3</path>(deleted)`. */
export function descriptorPath(text: string | undefined): string | undefined {
  return /^-?\d+<(.*)>(?:\(deleted\))?$/.exec(text ?? '')?.[1];
}

import { type Address, parseAddress } from '../../model/address.ts';

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
  if (text.startsWith('0x')) return parseAddress(text.slice(2).replace(/ .*$/, ''));
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * Reads a set of flags in any of strace's styles: `PROT_READ|PROT_WRITE`, `0x3` (-X raw),
 * `0x3` followed by the names in a comment (-X verbose). Names outside `bits` count as 0.
 *
 * @param bits value of each name, without the common prefix: `{ READ: 1 }` for `PROT_READ`.
 */
export function parseFlags(
  text: string | undefined,
  flagPrefix: string,
  bits: Readonly<Record<string, number>>,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^(?:0x([0-9a-f]+)|(\d+))(?: |$)/.exec(text);
  if (number) return number[1] ? Number.parseInt(number[1], 16) : Number(number[2]);
  let flags = 0;
  for (const name of text.split('|')) {
    if (name.startsWith('0x')) flags |= Number.parseInt(name, 16);
    else flags |= bits[name.slice(flagPrefix.length)] ?? 0;
  }
  return flags;
}

/** A file descriptor: `3`, `3</lib/libc.so.6>`, `0xffffffff` (-X raw, for -1); -1 for none. */
export function descriptorNumber(text: string | undefined): number {
  const number = parsePointer(/^(?:0x[0-9a-f]+|\d+)/.exec(text ?? '')?.[0]);
  return number === undefined || number >= 0x80000000 ? -1 : number;
}

/** The path of a file descriptor under -y: `3</lib/libc.so.6>`, also `3</path>(deleted)`. */
export function descriptorPath(text: string | undefined): string | undefined {
  return /^-?\d+<(.*)>(?:\(deleted\))?$/.exec(text ?? '')?.[1];
}

/**
 * Values of const generics in v0 names: numbers, `bool`, `char`, and the structural values of RFC
 * 3161 (strings, references, arrays, tuples, structs and enum variants).
 */
import { quotedCharacter, quotedString } from './rust-literal.ts';
import type { V0Name } from './v0-name.ts';
import { MALFORMED, type V0Reader } from './v0-reader.ts';

/** Behind a type's tag: its digits. */
const UNSIGNED = /[hmotyj]/;
const SIGNED = /[alnsxi]/;

/** Digits of a 64-bit value; rustc-demangle leaves larger ones in hexadecimal. */
const DECIMAL_DIGITS = 16;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As a generic argument (not in an expression) a structural value takes braces. */
export function printConstant(name: V0Name, inExpression: boolean): void {
  name.out.nested(() => print(name, inExpression));
}

function print(name: V0Name, inExpression: boolean): void {
  const { reader, out } = name;
  const tag = reader.next();
  const scalar = scalarText(reader, tag);
  if (scalar !== undefined) out.print(scalar);
  else if (tag === 'B') name.backReference(() => printConstant(name, inExpression));
  else {
    if (!inExpression) out.print('{');
    printStructure(name, tag);
    if (!inExpression) out.print('}');
  }
}

function scalarText(reader: V0Reader, tag: string): string | undefined {
  if (tag === 'p') return '_';
  if (tag === 'b') return boolean(reader.hexadecimal());
  if (tag === 'c') return quotedCharacter(codePoint(reader.hexadecimal()));
  if (UNSIGNED.test(tag)) return integer(reader.hexadecimal());
  if (SIGNED.test(tag)) return (reader.eat('n') ? '-' : '') + integer(reader.hexadecimal());
  // A literal has the type &str, so it needs no sign before it.
  if (tag === 'R' && reader.eat('e')) return quotedString(utf8(reader.hexadecimal()));
  return undefined;
}

function printStructure(name: V0Name, tag: string): void {
  const { reader, out } = name;
  switch (tag) {
    case 'e':
      out.print(`*${quotedString(utf8(reader.hexadecimal()))}`);
      break;
    case 'R':
    case 'Q':
      out.print(tag === 'R' ? '&' : '&mut ');
      printConstant(name, true);
      break;
    case 'A':
      out.print('[');
      name.list(', ', () => printConstant(name, true));
      out.print(']');
      break;
    case 'T':
      name.tuple(() => printConstant(name, true));
      break;
    case 'V':
      name.path(true);
      printFields(name);
      break;
    default:
      throw MALFORMED;
  }
}

function printFields(name: V0Name): void {
  const { reader, out } = name;
  switch (reader.next()) {
    case 'U':
      break;
    case 'T':
      out.print('(');
      name.list(', ', () => printConstant(name, true));
      out.print(')');
      break;
    case 'S':
      out.print(' { ');
      name.list(', ', () => {
        reader.disambiguator();
        out.print(`${reader.identifier()}: `);
        printConstant(name, true);
      });
      out.print(' }');
      break;
    default:
      throw MALFORMED;
  }
}

function boolean(digits: string): string {
  if (digits === '0') return 'false';
  if (digits === '1') return 'true';
  throw MALFORMED;
}

function integer(digits: string): string {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > DECIMAL_DIGITS) return `0x${digits}`;
  return BigInt(`0x${significant || '0'}`).toString();
}

function codePoint(digits: string): string {
  const significant = digits.replace(/^0+/, '');
  const code = Number.parseInt(significant || '0', 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isSurrogate) throw MALFORMED;
  return String.fromCodePoint(code);
}

/** Two digits per byte. */
function utf8(digits: string): string {
  if (digits.length % 2 !== 0) throw MALFORMED;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  try {
    return UTF8.decode(bytes);
  } catch {
    throw MALFORMED;
  }
}

/**
 * Names of static data in an ELF program or library (elf(5), System V ABI chapter 4): its symbol table, or, in a
 * stripped one, what it shares with others. 64 bits, little endian.
 *
 *     0 \x7fELF · 4 class · 5 data · 32 phoff · 40 shoff · 54 phentsize · 56 phnum · 58 shentsize · 60 shnum
 *     program header: 0 type · 8 offset · 16 vaddr
 *     section header: 4 type · 24 offset · 32 size · 40 link
 *     symbol: 0 name · 4 info · 6 section · 8 value · 16 size
 */

/** Fills a buffer from a position of the file on. @returns how many bytes it could. */
export type ReadAt = (position: number, target: Uint8Array) => number;

export interface DataSymbol {
  /** In the file's own addresses. */
  readonly start: number;
  readonly end: number;
  /** As the linker has it. */
  readonly name: string;
}

export interface DataSymbols {
  /** By address. */
  readonly symbols: readonly DataSymbol[];
  /** The file's own address of its first byte. */
  readonly base: number;
}

const HEADER = 64;
const SECTION = 64;
const SEGMENT = 56;
const SYMBOL = 24;
const LOAD = 1;
const SYMBOL_TABLE = 2;
const DYNAMIC_SYMBOLS = 11;
const OBJECT = 1;

/** Larger tables are damaged ones, or of no use. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_NAME = 4096;

interface Section {
  readonly type: number;
  readonly at: number;
  readonly bytes: number;
  readonly link: number;
}

/** @returns undefined for what is no such file, or has no names of data. */
export function dataSymbols(readAt: ReadAt): DataSymbols | undefined {
  const header = part(readAt, 0, HEADER);
  if (header?.getUint32(0) !== 0x7f454c46 || header.getUint16(4) !== 0x0201) return undefined;
  const sections = sectionsOf(header, readAt);
  const table =
    sections.find(({ type }) => type === SYMBOL_TABLE) ??
    sections.find(({ type }) => type === DYNAMIC_SYMBOLS);
  const names = table && sections[table.link];
  const entries = table && part(readAt, table.at, table.bytes);
  const texts = names && part(readAt, names.at, names.bytes);
  const base = baseOf(header, readAt);
  if (entries === undefined || texts === undefined || base === undefined) return undefined;
  return { base, symbols: symbolsOf(entries, texts) };
}

function symbolsOf(entries: DataView, texts: DataView): DataSymbol[] {
  const bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
  const symbols: DataSymbol[] = [];
  for (let at = 0; at + SYMBOL <= entries.byteLength; at += SYMBOL) {
    const isData =
      (entries.getUint8(at + 4) & 0xf) === OBJECT && entries.getUint16(at + 6, true) > 0;
    const size = word(entries, at + 16);
    const nameAt = entries.getUint32(at, true);
    if (!isData || size === 0 || nameAt >= bytes.length) continue;
    const end = bytes.indexOf(0, nameAt);
    const name = bytes.toString('utf8', nameAt, Math.min(end, nameAt + MOST_NAME));
    const start = word(entries, at + 8);
    // Above 2^53 a double does not tell it from its end.
    if (name !== '' && start + size > start) symbols.push({ start, end: start + size, name });
  }
  return symbols.sort((a, b) => a.start - b.start || a.end - b.end);
}

function sectionsOf(header: DataView, readAt: ReadAt): Section[] {
  const count = header.getUint16(60, true);
  const table = part(readAt, word(header, 40), count * SECTION);
  if (table === undefined || header.getUint16(58, true) !== SECTION) return [];
  return Array.from({ length: count }, (_, i) => ({
    type: table.getUint32(i * SECTION + 4, true),
    at: word(table, i * SECTION + 24),
    bytes: word(table, i * SECTION + 32),
    link: table.getUint32(i * SECTION + 40, true),
  }));
}

function baseOf(header: DataView, readAt: ReadAt): number | undefined {
  const count = header.getUint16(56, true);
  const table = part(readAt, word(header, 32), count * SEGMENT);
  if (table === undefined || header.getUint16(54, true) !== SEGMENT) return undefined;
  for (let at = 0; at < table.byteLength; at += SEGMENT) {
    if (table.getUint32(at, true) === LOAD) return word(table, at + 16) - word(table, at + 8);
  }
  return undefined;
}

const word = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);

/** A part of the file; undefined where it is not all there. */
function part(readAt: ReadAt, position: number, bytes: number): DataView | undefined {
  if (bytes > MOST_BYTES || !Number.isSafeInteger(position + bytes)) return undefined;
  const target = new Uint8Array(bytes);
  return readAt(position, target) === bytes ? new DataView(target.buffer) : undefined;
}

/** The symbol that an address lies in. */
export function symbolAt(symbols: readonly DataSymbol[], address: number): DataSymbol | undefined {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (symbols[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  const symbol = symbols[low - 1];
  return symbol !== undefined && address < symbol.end ? symbol : undefined;
}

/** The files of a process's program and libraries, as far as they are still there: who made them, and their names. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Address } from '../model/address.ts';
import type { ImageRow, ProcessImage, ProgramFacts } from '../model/process-image.ts';
import {
  type DataSymbols,
  dataSymbols,
  type ReadAt,
  symbolAt,
} from '../parsers/elf/data-symbols.ts';
import { demangleRust } from './demangle/demangle.ts';

/** Panic messages of Rust's standard library have the path that rustc builds it under. */
const RUST_MARK = '/rustc/';

const STEP = 1024 * 1024;
const MOST_BYTES = 256 * STEP;

/** As much is compared: headers and the build's own id (.note.gnu.build-id). */
const HEAD_BYTES = 4096;

/** @param executable the program's file; undefined where it is not known. */
export function programFacts(image: ProcessImage, executable: string | undefined): ProgramFacts {
  const known = new Map<string, { base: Address; data: DataSymbols } | undefined>();
  return {
    isRust: textsIn(executable, [RUST_MARK]).length > 0,
    staticAt(address, file) {
      if (!known.has(file)) known.set(file, symbolsOf(image, file));
      const found = known.get(file);
      const symbol = found && symbolAt(found.data.symbols, address - found.base + found.data.base);
      return symbol && readableName(symbol.name);
    },
  };
}

/** Static data of Rust, and of C++ as far as its name has no templates (`_ZN3app7samplesE`, `_ZL7samples`). */
function readableName(symbol: string): string {
  const rust = demangleRust(symbol);
  if (rust !== undefined) return rust;
  let rest = /^_Z(?:NL?|L)(\d.*?)E?$/.exec(symbol)?.[1] ?? '';
  const parts: string[] = [];
  for (let length = /^\d+/.exec(rest)?.[0]; length !== undefined; length = /^\d+/.exec(rest)?.[0]) {
    const end = length.length + Number(length);
    parts.push(rest.slice(length.length, end));
    rest = rest.slice(end);
  }
  return rest === '' && parts.length > 0 ? parts.join('::') : symbol;
}

/** Of the file that the process has mapped, and of no other build of it. */
function symbolsOf(image: ProcessImage, file: string) {
  const first = image.rows.find(
    ({ backing, offset }) => backing.kind === 'file' && backing.path === file && offset === 0,
  );
  if (first === undefined) return undefined;
  const data = withFile(file, (readAt) =>
    isSame(image, first, readAt) ? dataSymbols(readAt) : undefined,
  );
  return data && { base: first.start, data };
}

function isSame(image: ProcessImage, { start }: ImageRow, readAt: ReadAt): boolean {
  const mapped = new Uint8Array(HEAD_BYTES);
  const stored = new Uint8Array(HEAD_BYTES);
  const bytes = Math.min(image.read(start, mapped), readAt(0, stored));
  return bytes >= 64 && Buffer.compare(mapped.subarray(0, bytes), stored.subarray(0, bytes)) === 0;
}

/** @returns undefined where the file is not there, or may not be read. */
function withFile<Found>(file: string, look: (readAt: ReadAt) => Found): Found | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const opened = fd;
    return look((position, target) => readSync(opened, target, 0, target.length, position));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === undefined) throw error;
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Those of some texts that stand in a program's file. @param executable undefined where it is not known. */
export function textsIn(executable: string | undefined, texts: readonly string[]): string[] {
  if (executable === undefined) return [];
  return withFile(executable, (readAt) => textsRead(readAt, texts)) ?? [];
}

function textsRead(readAt: ReadAt, texts: readonly string[]): string[] {
  const longest = Math.max(...texts.map(({ length }) => length));
  const buffer = Buffer.alloc(STEP + longest);
  const found = new Set<string>();
  for (let at = 0; at < MOST_BYTES && found.size < texts.length; at += STEP) {
    const part = buffer.subarray(0, readAt(at, buffer));
    for (const text of texts) if (!found.has(text) && part.includes(text)) found.add(text);
    if (part.length < buffer.length) break;
  }
  return [...found];
}

import type { Address } from '../../model/address.ts';
import { fileBacking } from '../../model/backing.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Backing } from '../../model/memory-map.ts';
import {
  type ImageRow,
  type ImageThread,
  type ProcessImage,
  rowAt,
} from '../../model/process-image.ts';
import {
  ELF_HEADER_BYTES,
  type ElfHeader,
  type NotACore,
  type ProgramHeader,
  parseElfHeader,
  type ReadAt,
  readProgramHeaders,
} from './elf.ts';
import { type CoreNotes, type MappedFile, parseNotes } from './notes.ts';

/** Notes of a process with a hundred thousand mappings take 10 MiB. */
const MOST_NOTE_BYTES = 256 * 1024 * 1024;

/** Of x86-64 the first; kernels of arm64 are built with any. */
const PAGES: readonly Bytes[] = [4096, 16384, 65536];
const DEFAULT_PAGE: Bytes = 4096;

const AT_PAGE_BYTES = 6;
const AT_ENTRY = 9;
const AT_VDSO = 33;

/** A row, and where in the file its contents stand. */
interface CoreRow extends ImageRow {
  readonly position: Bytes;
}

/** The memory of a process as a core file has it. */
export class CoreImage implements ProcessImage {
  readonly rows: readonly CoreRow[];
  readonly notes: CoreNotes;
  readonly machine: ElfHeader['machine'];
  /** Bytes that headers promise and the file lacks. */
  readonly missing: Bytes;
  /** Rows that were left out because another has their addresses. */
  readonly overlaps: number;
  readonly #readAt: ReadAt;

  private constructor(
    header: ElfHeader,
    headers: readonly ProgramHeader[],
    fileBytes: Bytes,
    readAt: ReadAt,
  ) {
    this.#readAt = readAt;
    this.machine = header.machine;
    this.notes = parseNotes(noteBytes(headers, readAt), header.machine);
    const loads = headers.filter(({ type }) => type === 'load');
    const rows = coreRows(loads, this.notes, fileBytes);
    this.rows = apart(rows);
    this.overlaps = rows.length - this.rows.length;
    this.missing = loads.reduce(
      (sum, { offset, fileBytes: wanted }) =>
        sum + Math.max(0, Math.min(wanted, offset + wanted - fileBytes)),
      0,
    );
  }

  /** @param fileBytes the size of the file. */
  static open(readAt: ReadAt, fileBytes: Bytes): CoreImage | NotACore {
    const head = new Uint8Array(ELF_HEADER_BYTES);
    const got = readAt(0, head);
    const header = parseElfHeader(head.subarray(0, got));
    if ('because' in header) return header;
    return new CoreImage(header, readProgramHeaders(header, readAt), fileBytes, readAt);
  }

  get pageBytes(): Bytes {
    const told = this.notes.auxiliary.get(AT_PAGE_BYTES) ?? DEFAULT_PAGE;
    return PAGES.includes(told) ? told : DEFAULT_PAGE;
  }

  get threads(): readonly ImageThread[] {
    return this.notes.threads;
  }

  /** The file that holds the program's entry point. */
  get executable(): string | undefined {
    const entry = this.notes.auxiliary.get(AT_ENTRY);
    if (entry === undefined) return undefined;
    return this.notes.files?.find(({ start, end }) => start <= entry && entry < end)?.path;
  }

  read(address: Address, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const row = rowAt(this.rows, address + done) as CoreRow | undefined;
      if (row === undefined) break;
      const from = address + done - row.start;
      const count = Math.min(target.length - done, row.known - from);
      if (count <= 0) break;
      const got = this.#readAt(row.position + from, target.subarray(done, done + count));
      done += got;
      if (got < count || row.start + row.known < row.end) break;
    }
    return done;
  }

  /** Pages that are there may hold nothing but zeroes in a core, and the other way round. */
  presence(): boolean {
    return false;
  }
}

function noteBytes(headers: readonly ProgramHeader[], readAt: ReadAt): Uint8Array {
  const pieces = headers
    .filter(({ type }) => type === 'note')
    .map(({ offset, fileBytes }) => {
      const bytes = new Uint8Array(Math.min(fileBytes, MOST_NOTE_BYTES));
      return bytes.subarray(0, readAt(offset, bytes));
    });
  return Buffer.concat(pieces);
}

function coreRows(loads: readonly ProgramHeader[], notes: CoreNotes, fileBytes: Bytes): CoreRow[] {
  const files = (notes.files ?? []).toSorted((a, b) => a.start - b.start);
  const vdso = notes.auxiliary.get(AT_VDSO);
  let next = 0;
  return loads
    .filter(({ memoryBytes }) => memoryBytes > 0)
    .toSorted((a, b) => a.address - b.address)
    .map((load) => {
      const end = load.address + load.memoryBytes;
      while (next < files.length && files[next]!.end <= load.address) next++;
      const file = files[next];
      const own = file !== undefined && file.start < end ? file : undefined;
      return {
        start: load.address,
        end,
        permissions: permissionsOf(load.flags),
        backing: backingOf(load, own, vdso, notes.threads),
        offset: own && own.offset + load.address - own.start,
        known: Math.max(0, Math.min(load.fileBytes, load.memoryBytes, fileBytes - load.offset)),
        dumped: Math.min(load.fileBytes, load.memoryBytes),
        position: load.offset,
      };
    });
}

/** Addresses belong to one row: what lies in an earlier one is left out. */
function apart(rows: readonly CoreRow[]): CoreRow[] {
  let end = 0;
  return rows.filter((row) => {
    if (row.start < end) return false;
    ({ end } = row);
    return true;
  });
}

/** Whether a mapping is shared is not in a core. */
const permissionsOf = (flags: number): string =>
  `${flags & 4 ? 'r' : '-'}${flags & 2 ? 'w' : '-'}${flags & 1 ? 'x' : '-'}p`;

function backingOf(
  { address, memoryBytes }: ProgramHeader,
  file: MappedFile | undefined,
  vdso: Address | undefined,
  threads: readonly ImageThread[],
): Backing {
  if (file !== undefined) return fileBacking(file.path);
  const has = (at: Address | undefined) =>
    at !== undefined && at >= address && at < address + memoryBytes;
  if (has(vdso)) return { kind: 'kernel', name: 'vdso' };
  if (address >= 0xffff800000000000) return { kind: 'kernel', name: 'vsyscall' };
  if (has(threads[0]?.stackPointer)) return { kind: 'stack' };
  return { kind: 'anonymous', name: undefined };
}

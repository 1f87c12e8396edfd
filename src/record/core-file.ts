/**
 * Writes a core of a process that goes on: its memory as /proc shows it, in the form of the kernel's own
 * cores (elf(5); fs/binfmt_elf.c), so that debuggers read it, too. Pages that were never touched become
 * holes of the file. Registers are told by nobody but a debugger: of each thread the stack pointer stands
 * there, where the kernel shows it.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { ProcessMemory } from '../input/process-memory.ts';
import type { Backing } from '../model/memory-map.ts';
import type { ImageRow, ImageThread } from '../model/process-image.ts';

/** As the folder that it lies in: to nobody else. */
const PRIVATE = 0o600;

/** By Node's name of the architecture: e_machine, and where user_regs_struct has the stack pointer. */
const MACHINES: Readonly<
  Record<string, { readonly id: number; readonly registers: number; readonly stackPointer: number }>
> = {
  x64: { id: 62, registers: 27, stackPointer: 19 },
  arm64: { id: 183, registers: 34, stackPointer: 31 },
};

const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
const SECTION_HEADER = 64;
const ET_CORE = 4;
const PT_LOAD = 1;
const PT_NOTE = 4;
/** So many segments do not fit the header: section 0 has their number (elf(5), PN_XNUM). */
const EXTENDED_COUNT = 0xffff;

const NT_PRSTATUS = 1;
const NT_PRPSINFO = 3;
const NT_AUXV = 6;
const NT_FILE = 0x46494c45;

/** Where registers begin in a thread's status, and what follows them. */
const STATUS_HEAD = 112;
const STATUS_TAIL = 8;
const STATUS_TID = 32;
const PROCESS_INFO = 136;
const PROCESS_PID = 24;
/** The name alone, and the beginning of the command line. */
const PROCESS_NAMES = [40, 56];
const NAME_BYTES = 16;

/** Contents are copied in such steps. */
const STEP = 1024 * 1024;

/**
 * @returns the size of what was written, holes not counted.
 * @throws what the system says, with nothing left behind.
 */
export function writeCore(pid: number, file: string): number {
  if (MACHINES[process.arch] === undefined || endianness() !== 'LE') {
    throw new Error(`cores of ${process.arch} are not known`);
  }
  const memory = ProcessMemory.open(pid);
  if (memory === undefined) throw new Error('it has no memory');
  try {
    const output = openSync(file, 'wx', PRIVATE);
    try {
      return writeImage(pid, memory, output);
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(output);
    }
  } finally {
    memory.close();
  }
}

function writeImage(pid: number, memory: ProcessMemory, output: number): number {
  const { rows, pageBytes } = memory;
  const notes = notesOf(pid, memory);
  const count = rows.length + 1;
  const isExtended = count >= EXTENDED_COUNT;
  const headersEnd = ELF_HEADER + count * PROGRAM_HEADER + (isExtended ? SECTION_HEADER : 0);
  const head = Buffer.alloc(headersEnd);
  writeElfHeader(head, count, isExtended);
  writeSegment(head, 0, {
    type: PT_NOTE,
    flags: 0,
    at: headersEnd,
    start: 0,
    held: notes.length,
    bytes: 0,
    align: 4,
  });
  let at = Math.ceil((headersEnd + notes.length) / pageBytes) * pageBytes;
  const dumped = rows.map((row, i) => {
    const held = dumpedBytes(row, pageBytes);
    const bytes = row.end - row.start;
    writeSegment(head, i + 1, {
      type: PT_LOAD,
      flags: flagsOf(row),
      at,
      start: row.start,
      held,
      bytes,
      align: pageBytes,
    });
    const position = at;
    at += held;
    return { row, held, position };
  });
  let written = writeSync(output, head, 0, head.length, 0);
  written += writeSync(output, notes, 0, notes.length, headersEnd);
  for (const { row, held, position } of dumped)
    written += copyRow(memory, row, held, output, position);
  // The last pages may be holes.
  ftruncateSync(output, at);
  return written;
}

/**
 * What the kernel dumps by default (coredump_filter in proc(5)): private memory that no file has, shared
 * memory of no file, and the first page of a mapped program or library, by which it is known again.
 */
function dumpedBytes({ known, permissions, backing, offset }: ImageRow, pageBytes: number): number {
  const isShared = permissions.endsWith('s');
  switch (backing.kind) {
    case 'file':
      if (!isShared && permissions.includes('w')) return known;
      return offset === 0 && !isShared ? Math.min(known, pageBytes) : 0;
    case 'kernel':
      return backing.name === 'vdso' ? known : 0;
    case 'shared-memory':
      return backing.name.startsWith('/dev/shm/') ? 0 : known;
    default:
      return known;
  }
}

function copyRow(
  memory: ProcessMemory,
  { start, backing }: ImageRow,
  held: number,
  output: number,
  position: number,
): number {
  const { pageBytes } = memory;
  const buffer = Buffer.alloc(Math.min(STEP, held));
  const pages = new Uint8Array(Math.ceil(held / pageBytes));
  // Of its own pages (vdso) the kernel does not say whether they are there.
  const isTold = backing.kind !== 'kernel' && memory.presence({ start, end: start + held }, pages);
  let written = 0;
  for (let done = 0; done < held; ) {
    const page = done / pageBytes;
    if (isTold && pages[page] === 0) {
      done += pageBytes;
      continue;
    }
    const next = isTold ? pages.indexOf(0, page) : -1;
    const end = Math.min(held, done + buffer.length, next === -1 ? held : next * pageBytes);
    const got = memory.read(start + done, buffer.subarray(0, end - done));
    written += writeSync(output, buffer, 0, got, position + done);
    done = end;
  }
  return written;
}

const flagsOf = ({ permissions }: ImageRow): number =>
  (permissions[0] === 'r' ? 4 : 0) |
  (permissions[1] === 'w' ? 2 : 0) |
  (permissions[2] === 'x' ? 1 : 0);

function writeElfHeader(head: Buffer, count: number, isExtended: boolean): void {
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(ET_CORE, 16);
  head.writeUInt16LE(MACHINES[process.arch]!.id, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(ELF_HEADER), 32);
  head.writeUInt16LE(ELF_HEADER, 52);
  head.writeUInt16LE(PROGRAM_HEADER, 54);
  head.writeUInt16LE(isExtended ? EXTENDED_COUNT : count, 56);
  head.writeUInt16LE(SECTION_HEADER, 58);
  if (!isExtended) return;
  const section = head.length - SECTION_HEADER;
  head.writeBigUInt64LE(BigInt(section), 40);
  head.writeUInt16LE(1, 60);
  head.writeUInt32LE(count, section + 44);
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly at: number;
  readonly start: number;
  /** In the file. */
  readonly held: number;
  readonly bytes: number;
  readonly align: number;
}

function writeSegment(
  head: Buffer,
  index: number,
  { type, flags, at, start, held, bytes, align }: Segment,
): void {
  const header = ELF_HEADER + index * PROGRAM_HEADER;
  head.writeUInt32LE(type, header);
  head.writeUInt32LE(flags, header + 4);
  const words = [at, start, 0, held, bytes, align];
  for (const [i, value] of words.entries())
    head.writeBigUInt64LE(BigInt(value), header + 8 + i * 8);
}

function notesOf(pid: number, { rows, threads, pageBytes }: ProcessMemory): Buffer {
  const main = threads.filter(({ tid }) => tid === pid);
  const others = threads.filter(({ tid }) => tid !== pid);
  return Buffer.concat([
    note(NT_PRPSINFO, processInfo(pid)),
    ...[...main, ...others].map((thread) => note(NT_PRSTATUS, threadStatus(thread))),
    note(NT_AUXV, readFileSync(`/proc/${pid}/auxv`)),
    note(NT_FILE, mappedFiles(rows, pageBytes)),
  ]);
}

function note(type: number, description: Buffer): Buffer {
  const name = Buffer.from('CORE\0\0\0\0');
  const head = Buffer.alloc(12);
  head.writeUInt32LE('CORE\0'.length, 0);
  head.writeUInt32LE(description.length, 4);
  head.writeUInt32LE(type, 8);
  const padding = Buffer.alloc((4 - (description.length % 4)) % 4);
  return Buffer.concat([head, name, description, padding]);
}

/** Its name stands for the command line, too: arguments say more of a user than of memory. */
function processInfo(pid: number): Buffer {
  const info = Buffer.alloc(PROCESS_INFO);
  info.writeInt32LE(pid, PROCESS_PID);
  const name = readFileSync(`/proc/${pid}/comm`);
  const length = Math.min(name.length - 1, NAME_BYTES - 1);
  for (const at of PROCESS_NAMES) name.copy(info, at, 0, length);
  return info;
}

function threadStatus({ tid, stackPointer }: ImageThread): Buffer {
  const { registers, stackPointer: at } = MACHINES[process.arch]!;
  const status = Buffer.alloc(STATUS_HEAD + registers * 8 + STATUS_TAIL);
  status.writeUInt32LE(tid, STATUS_TID);
  if (stackPointer !== undefined) {
    status.writeBigUInt64LE(BigInt(stackPointer), STATUS_HEAD + at * 8);
  }
  return status;
}

/** As the kernel has it in /proc/PID/maps; undefined for memory of no file. */
function pathOf(backing: Backing): string | undefined {
  if (backing.kind === 'shared-memory')
    return backing.name.startsWith('/') ? backing.name : undefined;
  if (backing.kind !== 'file') return undefined;
  return backing.deleted ? `${backing.path} (deleted)` : backing.path;
}

/** Count, page size, count × (start, end, offset in pages), then the paths. */
function mappedFiles(rows: readonly ImageRow[], pageBytes: number): Buffer {
  const files = rows.flatMap(({ start, end, offset, backing }) => {
    const path = pathOf(backing);
    return path === undefined ? [] : [{ path, numbers: [start, end, (offset ?? 0) / pageBytes] }];
  });
  const numbers = [files.length, pageBytes, ...files.flatMap((file) => file.numbers)];
  const table = Buffer.alloc(numbers.length * 8);
  for (const [i, value] of numbers.entries()) table.writeBigUInt64LE(BigInt(value), i * 8);
  return Buffer.concat([table, ...files.map(({ path }) => Buffer.from(`${path}\0`))]);
}

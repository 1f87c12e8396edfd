/**
 * The headers of an ELF file, as far as cores have them (elf(5), System V ABI chapters 4 and 5).
 *
 *     0  \x7fELF   4 class   5 data   16 type   18 machine   32 phoff   40 shoff   54 phentsize   56 phnum
 */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';

export const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const SECTION_HEADER_BYTES = 64;

const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_CORE = 4;

/** Byte 7 of the header; Linux has 0 and 3 (System V, GNU). */
const SYSTEMS: ReadonlyMap<number, string> = new Map([
  [2, 'NetBSD'],
  [6, 'Solaris'],
  [9, 'FreeBSD'],
  [12, 'OpenBSD'],
]);

/** phnum of a file with more program headers than 16 bits count; section 0 then has their number. */
const MANY_HEADERS = 0xffff;

/** A process can have 65530 mappings by default (vm.max_map_count); this is a hundred times as many. */
const MOST_HEADERS = 8_000_000;

const MACHINES: ReadonlyMap<number, Machine> = new Map([
  [62, 'x86-64'],
  [183, 'arm64'],
]);

export type Machine = 'x86-64' | 'arm64';

export interface ElfHeader {
  readonly machine: Machine;
  readonly headersAt: Bytes;
  /** Undefined where section 0 has it. */
  readonly headerCount: number | undefined;
  readonly sectionsAt: Bytes;
}

/** Why a file is no core that can be read, as a sentence. */
export interface NotACore {
  readonly because: string;
}

const hasElfMagic = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** Whether a file begins as a core of any machine does. */
export const looksLikeCore = (bytes: Uint8Array): boolean =>
  hasElfMagic(bytes) && bytes[bytes[5] === LITTLE_ENDIAN ? 16 : 17] === TYPE_CORE;

/** Other files that are made when a process dies, by their first bytes in hex. */
const OTHER_DUMPS: readonly (readonly [start: string, because: string])[] = [
  ['4d444d50', 'it is a minidump, as Breakpad, Crashpad and Windows write them'],
  ['50414745', 'it is a crash dump of Windows'],
  ['cffaedfe', 'it is a Mach-O file, as macOS writes its cores'],
  ['cefaedfe', 'it is a 32-bit Mach-O file, as macOS writes its cores'],
  ['feedfacf', 'it is a big-endian Mach-O file'],
  ['cafebabe', 'it is a universal Mach-O file or a Java class'],
];

/** @param bytes the first 64 of a file. */
export function parseElfHeader(bytes: Uint8Array): ElfHeader | NotACore {
  if (!hasElfMagic(bytes)) {
    const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    const other = OTHER_DUMPS.find(([known]) => known === start);
    return { because: other?.[1] ?? 'it is no ELF file' };
  }
  if (bytes.length < ELF_HEADER_BYTES) return { because: 'it ends in its header' };
  if (bytes[4] !== CLASS_64) return { because: 'it is of a 32-bit process' };
  if (bytes[5] !== LITTLE_ENDIAN) return { because: 'it is of a big-endian machine' };
  const view = viewOf(bytes);
  if (view.getUint16(16, true) !== TYPE_CORE)
    return { because: 'it is a program or library, no core' };
  const system = SYSTEMS.get(bytes[7]!);
  if (system !== undefined) return { because: `it is of ${system}, not of Linux` };
  const number = view.getUint16(18, true);
  const machine = MACHINES.get(number);
  if (machine === undefined) return { because: `it is of a machine with the ELF number ${number}` };
  const headerSize = view.getUint16(54, true);
  if (headerSize !== PROGRAM_HEADER_BYTES)
    return { because: 'its program headers have another size' };
  const count = view.getUint16(56, true);
  return {
    machine,
    headersAt: word(view, 32),
    headerCount: count === MANY_HEADERS ? undefined : count,
    sectionsAt: word(view, 40),
  };
}

/** What a core's LOAD and NOTE headers say. */
export interface ProgramHeader {
  readonly type: 'load' | 'note';
  /** Bits: 1 execute, 2 write, 4 read. */
  readonly flags: number;
  readonly offset: Bytes;
  readonly address: Address;
  readonly fileBytes: Bytes;
  readonly memoryBytes: Bytes;
}

const PT_LOAD = 1;
const PT_NOTE = 4;

/** Reads bytes of a file. @returns how many there were. */
export type ReadAt = (position: Bytes, target: Uint8Array) => number;

/** @returns as many headers as the file has whole. */
export function readProgramHeaders(header: ElfHeader, readAt: ReadAt): ProgramHeader[] {
  const count = Math.min(MOST_HEADERS, header.headerCount ?? countInSection(header, readAt));
  const batch = new Uint8Array(PROGRAM_HEADER_BYTES * 1024);
  const found: ProgramHeader[] = [];
  for (let index = 0; index < count; ) {
    const wanted = Math.min(count - index, 1024) * PROGRAM_HEADER_BYTES;
    const position = header.headersAt + index * PROGRAM_HEADER_BYTES;
    const got = readAt(position, batch.subarray(0, wanted));
    const whole = Math.floor(got / PROGRAM_HEADER_BYTES);
    for (let i = 0; i < whole; i++) {
      const one = programHeader(viewOf(batch), i * PROGRAM_HEADER_BYTES);
      if (one) found.push(one);
    }
    if (got < wanted) break;
    index += whole;
  }
  return found;
}

function countInSection({ sectionsAt }: ElfHeader, readAt: ReadAt): number {
  const section = new Uint8Array(SECTION_HEADER_BYTES);
  if (readAt(sectionsAt, section) < SECTION_HEADER_BYTES) return 0;
  return viewOf(section).getUint32(44, true);
}

function programHeader(view: DataView, at: number): ProgramHeader | undefined {
  const type = view.getUint32(at, true);
  if (type !== PT_LOAD && type !== PT_NOTE) return undefined;
  return {
    type: type === PT_LOAD ? 'load' : 'note',
    flags: view.getUint32(at + 4, true),
    offset: word(view, at + 8),
    address: word(view, at + 16),
    fileBytes: word(view, at + 32),
    memoryBytes: word(view, at + 40),
  };
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Eight bytes, little endian; exact below 2^53 and for addresses of pages. */
export const word = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

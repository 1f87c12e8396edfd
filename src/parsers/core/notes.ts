/**
 * The notes of a core: what the kernel says of the process beside its memory (elf(5); fs/binfmt_elf.c,
 * include/uapi/linux/elf.h). gcore writes the same in another order: each is told by its type.
 *
 *     namesz u32 · descsz u32 · type u32 · name, padded to 4 · description, padded to 4
 */
import type { Address } from '../../model/address.ts';
import type { ImageThread } from '../../model/process-image.ts';
import type { AddressRange } from '../../model/range.ts';
import { type Machine, viewOf, word } from './elf.ts';

const NT_PRSTATUS = 1;
const NT_PRPSINFO = 3;
const NT_AUXV = 6;
const NT_SIGINFO = 0x53494749;
const NT_FILE = 0x46494c45;

/** A part of a file that was mapped. */
export interface MappedFile extends AddressRange {
  /** Bytes. */
  readonly offset: number;
  readonly path: string;
}

/** Of siginfo_t what all signals have, and the union behind it as an address and as a PID. */
export interface SignalInfo {
  readonly code: number;
  readonly address: Address | undefined;
  readonly sender: number | undefined;
}

export interface CoreNotes {
  readonly pid: number | undefined;
  /** At most 15 characters, as the kernel keeps it. */
  readonly name: string | undefined;
  readonly threads: readonly ImageThread[];
  /** The signal that ended it; undefined where it went on, as under gcore. */
  readonly signal: number | undefined;
  /** What the kernel says of it (sigaction(2)); undefined where there is no such note. */
  readonly signalInfo: SignalInfo | undefined;
  readonly auxiliary: ReadonlyMap<number, number>;
  /** Undefined where there is no list: then no row can be told to be of a file. */
  readonly files: readonly MappedFile[] | undefined;
  /** Whether a note goes on behind the end. */
  readonly isCut: boolean;
}

/** Where registers stand in PRSTATUS: user_regs_struct begins at byte 112. */
const STACK_POINTER: Readonly<Record<Machine, number>> = {
  'x86-64': 112 + 19 * 8,
  arm64: 112 + 31 * 8,
};

/** @param bytes the contents of all NOTE segments, possibly cut. */
export function parseNotes(bytes: Uint8Array, machine: Machine): CoreNotes {
  const view = viewOf(bytes);
  const notes = {
    pid: undefined as number | undefined,
    name: undefined as string | undefined,
    threads: [] as ImageThread[],
    signal: undefined as number | undefined,
    signalInfo: undefined as SignalInfo | undefined,
    isCut: false,
    auxiliary: new Map<number, number>(),
    files: undefined as MappedFile[] | undefined,
  };
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameBytes = view.getUint32(at, true);
    const descriptionBytes = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const start = at + 12 + padded(nameBytes);
    const end = start + descriptionBytes;
    if (end > bytes.length) {
      notes.isCut = true;
      break;
    }
    const description = bytes.subarray(start, end);
    if (type === NT_PRSTATUS) addThread(description);
    else if (type === NT_PRPSINFO) setProcess(description);
    else if (type === NT_AUXV) addAuxiliary(description);
    else if (type === NT_FILE) notes.files = parseFiles(description);
    else if (type === NT_SIGINFO) setSignal(description);
    at = start + padded(descriptionBytes);
  }
  return notes;

  function addThread(description: Uint8Array): void {
    if (description.length < 36) return;
    const thread = viewOf(description);
    // The first is the one that was running.
    if (notes.threads.length === 0) notes.signal ??= thread.getInt16(12, true) || undefined;
    const stack = STACK_POINTER[machine];
    notes.threads.push({
      tid: thread.getUint32(32, true),
      stackPointer: description.length >= stack + 8 ? word(thread, stack) : undefined,
    });
  }

  function setSignal(description: Uint8Array): void {
    if (description.length < 24) return;
    const info = viewOf(description);
    notes.signal ??= info.getInt32(0, true) || undefined;
    notes.signalInfo ??= {
      code: info.getInt32(8, true),
      address: word(info, 16),
      sender: info.getInt32(16, true),
    };
  }

  function setProcess(description: Uint8Array): void {
    if (description.length < 56) return;
    notes.pid = viewOf(description).getInt32(24, true);
    const name = Buffer.from(description.subarray(40, 56)).toString('utf8');
    notes.name = name.split('\0', 1)[0] || undefined;
  }

  function addAuxiliary(description: Uint8Array): void {
    const values = viewOf(description);
    for (let i = 0; i + 16 <= description.length; i += 16) {
      notes.auxiliary.set(word(values, i), word(values, i + 8));
    }
  }
}

const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** count, page size, count × (start, end, offset in pages), then as many texts that end with a NUL. */
function parseFiles(description: Uint8Array): MappedFile[] {
  if (description.length < 16) return [];
  const view = viewOf(description);
  const count = word(view, 0);
  const pageBytes = word(view, 8);
  const tableEnd = 16 + count * 24;
  if (tableEnd > description.length) return [];
  const paths = Buffer.from(description.subarray(tableEnd)).toString('utf8').split('\0');
  return Array.from({ length: count }, (_, i) => ({
    start: word(view, 16 + i * 24) as Address,
    end: word(view, 24 + i * 24) as Address,
    offset: word(view, 32 + i * 24) * pageBytes,
    path: paths[i] ?? '',
  }));
}

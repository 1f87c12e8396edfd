/** Cores that are written by hand: for what no kernel at hand writes, and for what is wrong. */

export interface WrittenRow {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** How much of it the process had; as much as there are bytes where absent. */
  readonly size?: bigint;
  /** 4 read, 2 write, 1 execute. */
  readonly flags?: number;
}

export interface WrittenCore {
  /** The ELF number; x86-64 where absent. */
  readonly machine?: number;
  readonly notes?: readonly { readonly type: number; readonly description: Uint8Array }[];
  readonly rows: readonly WrittenRow[];
  /** Whether the number of headers stands in section 0. */
  readonly countInSection?: boolean;
}

const HEADER = 64;
const PROGRAM_HEADER = 56;
const PAGE = 4096;

export function writeCore({ machine = 62, notes = [], rows, countInSection }: WrittenCore): Buffer {
  const noteBytes = Buffer.concat(notes.map(writeNote));
  const headers = rows.length + 1;
  const noteAt = HEADER + headers * PROGRAM_HEADER + (countInSection ? 64 : 0);
  let at = Math.ceil((noteAt + noteBytes.length) / PAGE) * PAGE;
  const file = Buffer.alloc(at + rows.reduce((sum, { bytes }) => sum + bytes.length, 0));
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(4, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(BigInt(HEADER), 32);
  file.writeUInt16LE(PROGRAM_HEADER, 54);
  file.writeUInt16LE(countInSection ? 0xffff : headers, 56);
  if (countInSection) {
    const section = noteAt - 64;
    file.writeBigUInt64LE(BigInt(section), 40);
    file.writeUInt32LE(headers, section + 44);
  }
  const header = (index: number, type: number, flags: number, values: readonly bigint[]) => {
    const start = HEADER + index * PROGRAM_HEADER;
    file.writeUInt32LE(type, start);
    file.writeUInt32LE(flags, start + 4);
    for (const [i, value] of values.entries()) file.writeBigUInt64LE(value, start + 8 + i * 8);
  };
  header(0, 4, 0, [BigInt(noteAt), 0n, 0n, BigInt(noteBytes.length), 0n, 4n]);
  file.set(noteBytes, noteAt);
  for (const [i, { address, bytes, size, flags = 6 }] of rows.entries()) {
    const length = BigInt(bytes.length);
    header(i + 1, 1, flags, [BigInt(at), address, 0n, length, size ?? length, 4096n]);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function writeNote({ type, description }: { type: number; description: Uint8Array }): Buffer {
  const padded = Math.ceil(description.length / 4) * 4;
  const note = Buffer.alloc(20 + padded);
  note.writeUInt32LE(5, 0);
  note.writeUInt32LE(description.length, 4);
  note.writeUInt32LE(type, 8);
  note.write('CORE', 12);
  note.set(description, 20);
  return note;
}

/** How a file is packed, told by its first bytes; names and suffixes say nothing reliable. */
export type Compression = 'none' | 'gzip' | 'zstd';

interface Magic {
  readonly name: string;
  readonly bytes: readonly number[];
}

const GZIP: Magic = { name: 'gzip', bytes: [0x1f, 0x8b] };
const ZSTD: Magic = { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] };

/** A zstd file may open with a skippable frame: 0x184D2A50 to 0x184D2A5F, little endian. */
const ZSTD_SKIPPABLE: Magic = { name: 'zstd', bytes: [0x2a, 0x4d, 0x18] };

/** Compressions that memtool recognises only to say how to undo them. */
const UNSUPPORTED: readonly (Magic & { readonly undo: string })[] = [
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], undo: 'xz -dc' },
  { name: 'bzip2', bytes: [0x42, 0x5a, 0x68], undo: 'bzip2 -dc' },
  { name: 'lz4', bytes: [0x04, 0x22, 0x4d, 0x18], undo: 'lz4 -dc' },
  { name: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04], undo: 'unzip -p' },
];

function startsWith(head: Uint8Array, magic: Magic, at = 0): boolean {
  return magic.bytes.every((byte, i) => head[at + i] === byte);
}

export function sniffCompression(head: Uint8Array): Compression {
  if (startsWith(head, GZIP)) return 'gzip';
  if (startsWith(head, ZSTD)) return 'zstd';
  const skippable = head.length >= 4 && (head[0]! & 0xf0) === 0x50;
  if (skippable && startsWith(head, ZSTD_SKIPPABLE, 1)) return 'zstd';
  return 'none';
}

/** Names a compression that cannot be read here, and the command that undoes it. */
export function unsupportedCompression(
  head: Uint8Array,
): { readonly name: string; readonly undo: string } | undefined {
  return UNSUPPORTED.find((magic) => startsWith(head, magic));
}

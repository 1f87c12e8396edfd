import { closeSync, ftruncateSync } from 'node:fs';
import type { Bytes } from '../model/bytes.ts';
import { openUnlinkedFile, writeAll } from './unlinked-file.ts';

const PAGE: Bytes = 4096;
const ZEROES = Buffer.alloc(PAGE);

export interface SparseSpool {
  readonly fd: number;
  readonly size: Bytes;
  close(): void;
}

/** Bytes that come in their order, as a file that can be read anywhere. Pages of zeroes take no space in it. */
export async function spoolSparse(chunks: AsyncIterable<Uint8Array>): Promise<SparseSpool> {
  const { fd } = openUnlinkedFile();
  try {
    let size = 0;
    for await (const chunk of chunks) {
      writePages(fd, chunk, size);
      size += chunk.length;
    }
    ftruncateSync(fd, size);
    return { fd, size, close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Writes what is not zero; pages are those of the file. */
function writePages(fd: number, chunk: Uint8Array, position: Bytes): void {
  let from = 0;
  for (let at = 0; at < chunk.length; ) {
    const end = Math.min(chunk.length, at + PAGE - ((position + at) % PAGE));
    if (ZEROES.compare(chunk, at, end, 0, end - at) === 0) {
      if (from < at) writeAll(fd, chunk.subarray(from, at), position + from);
      from = end;
    }
    at = end;
  }
  if (from < chunk.length) writeAll(fd, chunk.subarray(from), position + from);
}

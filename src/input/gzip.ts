import { createGunzip } from 'node:zlib';
import type { InputProblem } from './problem.ts';
import type { ByteSource } from './raw-bytes.ts';

const READ_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Node's zlib drops what a write had decoded where that write fails, be it for a wrong checksum alone.
 * A damaged file is decoded again, the bytes around the damage in smaller and smaller writes.
 */
const FINER_BYTES = [4096, 64, 1] as const;

/**
 * Decodes gzip, concatenated members included, through Node's own zlib.
 *
 * @returns what was wrong with the stream; everything readable has been written by then.
 */
export async function gunzipInto(
  raw: ByteSource,
  write: (bytes: Uint8Array) => void,
): Promise<InputProblem[]> {
  let written = 0;
  let attempt = await inflate(raw, { sound: 0, stepBytes: READ_BYTES }, (bytes) => {
    written += bytes.length;
    write(bytes);
  });
  if (attempt.error === undefined) return [];
  if (attempt.error.code === 'Z_BUF_ERROR') {
    const message = 'the gzip stream ends in the middle';
    return [{ code: 'input/truncated', message, byteOffset: raw.position }];
  }
  for (const stepBytes of FINER_BYTES) {
    const again = raw.again?.();
    if (again === undefined) break;
    let decoded = 0;
    attempt = await inflate(again, { sound: attempt.sound, stepBytes }, (bytes) => {
      const known = Math.max(0, Math.min(bytes.length, written - decoded));
      decoded += bytes.length;
      written = Math.max(written, decoded);
      if (known < bytes.length) write(bytes.subarray(known));
    });
  }
  const message = `the gzip stream is damaged (${attempt.error?.message})`;
  return [{ code: 'input/corrupt', message, byteOffset: attempt.sound }];
}

interface Attempt {
  readonly error: NodeJS.ErrnoException | undefined;
  /** Bytes before the write that failed. */
  readonly sound: number;
}

/** @param steps how many bytes are written at once, behind those that are known to be sound. */
async function inflate(
  raw: ByteSource,
  { sound, stepBytes }: { readonly sound: number; readonly stepBytes: number },
  write: (bytes: Uint8Array) => void,
): Promise<Attempt> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let failed: NodeJS.ErrnoException | undefined;
  const ended = new Promise<void>((resolve) => {
    gunzip.on('data', write);
    gunzip.on('end', resolve);
    gunzip.on('error', (error) => {
      failed = error;
      resolve();
    });
  });
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const start = raw.position;
    const most = start < sound ? Math.min(READ_BYTES, sound - start) : stepBytes;
    const count = raw.read(buffer.subarray(0, most));
    if (count === 0) break;
    const taken = new Promise<void>((resolve) => {
      gunzip.write(buffer.subarray(0, count), () => resolve());
    });
    // After an error the write is never called back.
    await Promise.race([taken, ended]);
    if (failed !== undefined) return { error: failed, sound: start };
  }
  gunzip.end();
  await ended;
  return { error: failed, sound: raw.position };
}

import { createGunzip } from 'node:zlib';
import type { InputProblem } from './problem.ts';
import type { ByteSource } from './raw-bytes.ts';

const READ_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Decodes gzip, concatenated members included, through Node's own zlib.
 *
 * @returns what was wrong with the stream; everything readable has been written by then.
 */
export async function gunzipInto(
  raw: ByteSource,
  write: (bytes: Uint8Array) => void,
): Promise<InputProblem[]> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ended = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    gunzip.on('data', write);
    gunzip.on('end', () => resolve(undefined));
    gunzip.on('error', resolve);
  });
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const count = raw.read(buffer);
    if (count === 0 || gunzip.destroyed) break;
    const written = new Promise<void>((resolve) => {
      gunzip.write(buffer.subarray(0, count), () => resolve());
    });
    // After an error the write is never called back.
    await Promise.race([written, ended]);
  }
  gunzip.end();

  const error = await ended;
  if (error === undefined) return [];
  const byteOffset = raw.position;
  if (error.code === 'Z_BUF_ERROR') {
    return [{ code: 'input/truncated', message: 'the gzip stream ends in the middle', byteOffset }];
  }
  return [
    { code: 'input/corrupt', message: `the gzip stream is damaged (${error.message})`, byteOffset },
  ];
}

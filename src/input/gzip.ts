import { createGunzip } from 'node:zlib';
import type { InputProblem } from './problem.ts';
import type { RawBytes } from './raw-bytes.ts';

const READ_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Decodes gzip, concatenated members included, through Node's own zlib.
 *
 * @param head bytes that were already read from `raw`.
 * @returns what was wrong with the stream; everything readable has been written by then.
 */
export async function gunzipInto(
  head: Uint8Array,
  raw: RawBytes,
  write: (bytes: Uint8Array) => void,
): Promise<InputProblem[]> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const failed = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    gunzip.on('data', write);
    gunzip.on('end', () => resolve(undefined));
    gunzip.on('error', resolve);
  });
  const feed = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => {
      gunzip.write(bytes, () => resolve());
    });

  await feed(head);
  for (;;) {
    const piece = new Uint8Array(READ_BYTES);
    const count = raw.read(piece);
    if (count === 0 || gunzip.destroyed) break;
    await feed(piece.subarray(0, count));
  }
  gunzip.end();

  const error = await failed;
  if (error === undefined) return [];
  const byteOffset = head.length + raw.position;
  if (error.code === 'Z_BUF_ERROR') {
    return [{ code: 'input/truncated', message: 'the gzip stream ends in the middle', byteOffset }];
  }
  return [
    { code: 'input/corrupt', message: `the gzip stream is damaged (${error.message})`, byteOffset },
  ];
}

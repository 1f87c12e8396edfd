/**
 * The decoding thread: reads a compressed file, decodes it, and fills the ring.
 *
 * It runs beside the main thread so that on two cores decompression hides behind parsing. What goes
 * wrong is sent as data, after everything that could be decoded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { DecoderMessage, DecoderTask } from './decoder.ts';
import { gunzipInto } from './gzip.ts';
import { RawBytes } from './raw-bytes.ts';
import { type RingMemory, RingWriter } from './ring.ts';
import { loadZstdCodec, unzstdInto } from './zstd.ts';

parentPort!.once('message', async ({ compression, fd, head }: DecoderTask) => {
  const raw = new RawBytes(fd, head);
  const ring = new RingWriter(workerData as RingMemory, () => raw.position);
  const decodeInto = compression === 'zstd' ? unzstdInto : gunzipInto;
  const problems = await decodeInto(raw, (bytes) => ring.write(bytes));
  parentPort!.postMessage(problems satisfies DecoderMessage);
  ring.end();
});

// Most captures that need this thread are zstd; the codec loads while the file is still looked for.
void loadZstdCodec();

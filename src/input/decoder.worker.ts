/**
 * The decoding thread: reads a compressed file, decodes it, and fills the ring.
 *
 * It runs beside the main thread so that on two cores decompression hides behind parsing. What goes
 * wrong is sent as data (`DecoderEnd`), after everything that could be decoded.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { DecoderMessage, DecoderTask } from './decoder.ts';
import { gunzipInto } from './gzip.ts';
import { RawBytes } from './raw-bytes.ts';
import { RingWriter } from './ring.ts';
import { unzstdInto } from './zstd.ts';

const task = workerData as DecoderTask;
const send = (message: DecoderMessage) => parentPort!.postMessage(message);

const raw = new RawBytes(task.fd, task.head);
const ring = new RingWriter(task.ring, (length) =>
  send({ kind: 'chunk', length, position: raw.position }),
);
const decodeInto = task.compression === 'zstd' ? unzstdInto : gunzipInto;

const problems = await decodeInto(raw, (bytes) => ring.write(bytes));
ring.flush();
send({ kind: 'end', problems });

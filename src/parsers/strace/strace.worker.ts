/**
 * The thread that reads a long log: on two cores it hides behind what the main thread makes of the
 * events, or the other way round.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { decodeInput } from '../../input/input.ts';
import { RawBytes } from '../../input/raw-bytes.ts';
import { type RingMemory, RingWriter } from '../../input/ring.ts';
import { scanStrace } from './parse.ts';
import type { ReadingResult, ReadingTask } from './parse-in-worker.ts';

parentPort!.once('message', async ({ name, fd, opening }: ReadingTask) => {
  const raw = new RawBytes(fd, opening);
  const ring = new RingWriter(workerData as RingMemory, () => raw.position);
  const diagnostics = new Diagnostics(name);
  const origin = { name, process: undefined, raw };
  // There is an opening, so there is an input.
  const input = (await decodeInput(origin, diagnostics, () => {}))!;
  const trace = await scanStrace(input, diagnostics, (records) => ring.write(records));
  const result = { trace, diagnostics: diagnostics.list(), counts: diagnostics.counts() };
  parentPort!.postMessage(result satisfies ReadingResult);
  ring.end();
});

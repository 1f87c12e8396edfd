/** A process that runs cases until it is ended, and tells its parent of each before it begins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seeds } from './captures.ts';
import { faultOfNumber } from './case.ts';

export type ChildMessage =
  | { readonly kind: 'starts'; readonly number: number }
  | { readonly kind: 'fault'; readonly number: number; readonly fault: string };

const [first, step] = process.argv.slice(2).map(Number) as [number, number];
const folder = mkdtempSync(path.join(tmpdir(), 'memtool-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());

const send = (message: ChildMessage) => process.send!(message);

const captures = seeds();
for (let number = first; ; number += step) {
  send({ kind: 'starts', number });
  const fault = await faultOfNumber(number, captures, folder);
  if (fault !== undefined) send({ kind: 'fault', number, fault });
  // Messages of the parent, and the memory of those that went, get their turn.
  await new Promise(setImmediate);
}

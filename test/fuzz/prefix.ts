/** Damage changes nothing of what stood before it: lines of noise behind a capture leave its figures alone. */
import { isDeepStrictEqual } from 'node:util';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { Head } from '../../src/input/head.ts';
import type { Artifact } from '../../src/model/artifact.ts';
import { FORMATS } from '../../src/parsers/index.ts';
import { bytesInput, KeptEvents } from '../support/strace.ts';
import type { Seed } from './captures.ts';
import { Random } from './random.ts';

const NEWLINE = 10;

/** No line of any format begins so. */
const NOISE = '\u0001~ noise';

/** Cuts a capture behind some line, with and without noise behind it, and compares what is read. */
export async function prefixFault(
  number: number,
  seeds: readonly Seed[],
): Promise<string | undefined> {
  const random = new Random(number);
  // A string with a line end in it goes on behind the cut; a document in JSON is whole or nothing.
  const whole = seeds.filter(({ file }) => !/newlines|\.json$/.test(file));
  const { file, bytes } = random.oneOf(whole);
  const end = bytes.indexOf(NEWLINE, random.below(bytes.length)) + 1;
  // Behind the last line end, noise would make one line with what stands there.
  if (end === 0) return undefined;
  const prefix = bytes.subarray(0, end);
  const lines = Array.from(
    { length: 1 + random.below(20) },
    () => `${NOISE} ${random.below(1e9)}\n`,
  );
  const noisy = Buffer.concat([prefix, Buffer.from(lines.join(''))]);
  const format = FORMATS.find(({ detect }) => detect(new Head(prefix)).match === 'yes');
  if (format === undefined) return undefined;
  const [clean, damaged] = [await figuresOf(prefix), await figuresOf(noisy)];
  return isDeepStrictEqual(clean, damaged)
    ? undefined
    : `other figures for the first ${end} bytes of ${file}`;

  async function figuresOf(capture: Uint8Array) {
    const events = new KeptEvents();
    const context = { diagnostics: new Diagnostics(file), asked: { folds: [events] } };
    const artifact = await format!.parse(bytesInput(capture), context);
    return artifact && { ...figures(artifact), events: events.events };
  }
}

/** What is shown of a capture as numbers, less what counts its lines. */
function figures(artifact: Artifact): object {
  switch (artifact.kind) {
    case 'memory-maps':
      return { maps: artifact.maps };
    case 'syscall-trace': {
      const { calls, tasks, failedAllocations } = artifact;
      return { calls, tasks, failedAllocations };
    }
    case 'heap-profile': {
      const { totals, allocations, traces, strings, timeline } = artifact;
      return { totals, allocations, traces, strings, timeline };
    }
    case 'heap-account':
      return artifact;
  }
}

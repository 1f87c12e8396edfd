/**
 * Heap profiles in pprof's form, protobuf: Go's (`/debug/pprof/heap`), those of jemalloc and tcmalloc that
 * collectors such as Parca and Pyroscope keep, and what memtool exports. Seen of Go 1.19; the form is
 * https://github.com/google/pprof/blob/main/proto/profile.proto.
 *
 * Figures are scaled already. Dropped: labels (Go's `bytes` is the size of an object), times.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { MIB } from '../../model/bytes.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { buildProfile } from './build-profile.ts';
import { PprofReader } from './pprof-reader.ts';
import { visitFields } from './wire.ts';

/** The largest that is read: as messages of a few bytes each it would take gigabytes. */
const MOST_BYTES = 512 * MIB;

/** Fields of a profile that are messages or texts; the others are numbers, or lists of such. */
const MESSAGES: readonly number[] = [1, 2, 3, 4, 5, 6, 11];
const NUMBERS: readonly number[] = [7, 8, 9, 10, 12, 13, 14, 15];
const SAMPLE_TYPE = 1;

/** Fields that are looked at: every writer has the types of samples among its first. */
const FIRST_FIELDS = 32;

/** Whether it begins with fields of a profile alone, a type of samples among them: two small numbers. */
function beginsAsProfile(bytes: Uint8Array): boolean {
  let [count, types, strange] = [0, 0, 0];
  visitFields(bytes, (field, _value, message) => {
    if (++count > FIRST_FIELDS) return;
    const isMessage = message !== undefined;
    const isKnown = isMessage ? [...MESSAGES, 13].includes(field) : NUMBERS.includes(field);
    if (!isKnown) strange++;
    if (field === SAMPLE_TYPE && isMessage) {
      if (isValueType(message)) types++;
      else strange++;
    }
  });
  return count > 1 && types > 0 && strange === 0;
}

function isValueType(bytes: Uint8Array): boolean {
  let isPlain = bytes.length > 0;
  const end = visitFields(bytes, (field, _value, message) => {
    isPlain &&= message === undefined && (field === 1 || field === 2);
  });
  return isPlain && end === bytes.length;
}

const detect = ({ bytes }: Head): Verdict =>
  beginsAsProfile(bytes)
    ? yes('it starts with the sample types of a profile')
    : no('it does not start with the sample types of a profile');

async function allBytes(input: Input): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.chunks()) {
    length += chunk.length;
    if (length > MOST_BYTES) return undefined;
    pieces.push(chunk.slice());
  }
  return Buffer.concat(pieces);
}

export const pprof: Format<'heap-profile'> = {
  id: 'pprof',
  title: 'a pprof profile',
  produces: 'heap-profile',
  howToCapture: 'curl -o heap.pb.gz http://HOST/debug/pprof/heap',
  detect,
  async parse(
    input: Input,
    { diagnostics }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const bytes = await allBytes(input);
    if (bytes === undefined) {
      const message = `it is one document of more than ${MOST_BYTES / MIB} MiB`;
      diagnostics.report('input/document-too-long', message);
      return undefined;
    }
    const reader = new PprofReader();
    const end = reader.read(bytes);
    if (end < bytes.length) {
      const message = `it is no profile from byte ${end} on; ${reader.sampleCount} samples came before`;
      diagnostics.report('pprof/cut', message);
    }
    if (reader.malformed > 0) {
      const message = `${reader.malformed} samples have values that are no counts`;
      diagnostics.report('pprof/malformed-sample', message);
    }
    return buildProfile(reader, diagnostics);
  },
};

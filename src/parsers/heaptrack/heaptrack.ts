/**
 * Recordings of heaptrack, the `.zst` and `.gz` files that it leaves behind: interpreted ones of
 * file versions 1 to 3 (heaptrack 1.0 to 1.5 and git), those of version 0 before them, and raw ones
 * (`heaptrack --raw`). Format: docs/formats/heaptrack.md.
 *
 * Where they lie: a recording of a killed program simply stops, and its "leaks" are what was live
 * then; the end tells. Interpreted recordings do not tell blocks of one size and stack apart, so
 * that their temporary allocations are too many. Raw ones have no function names; those come from
 * the programs as they lie on this machine now. What is dropped here: the order of single events.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { LineChunker } from '../../input/line-chunker.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { buildProfile } from './build-profile.ts';
import { checkSums } from './check-sums.ts';
import { NEWEST_VERSION, RecordReader } from './record-reader.ts';
import { recordingKind } from './recording-kind.ts';
import { symbolised } from './symbols.ts';

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  if (recordingKind(head) !== undefined) return yes('it starts as a heaptrack recording does');
  return no('it does not start with a heaptrack version (v …)');
}

function checkCompleteness(reader: RecordReader, isCut: boolean, diagnostics: Diagnostics): void {
  if (isCut) {
    const message = 'the last record is cut off';
    diagnostics.report('heaptrack/cut-record', message, { line: reader.line });
  }
  const { tables } = reader;
  const { trailer } = reader.header;
  if (reader.rawTables !== undefined) {
    if (reader.endsWithClock) return;
    const message =
      'the recording stops without a last time stamp: it was cut off or still running';
    diagnostics.report('heaptrack/no-trailer', message, { line: reader.line });
    return;
  }
  if (trailer.strings === undefined || trailer.ips === undefined) {
    const message = 'the recording has no trailer: it was cut off, or heaptrack did not write it';
    diagnostics.report('heaptrack/no-trailer', message, { line: reader.line });
    return;
  }
  const strings = tables.strings.length - 1;
  const ips = tables.ipCount - 1;
  if (trailer.strings === strings && trailer.ips === ips) return;
  const message = `the trailer counts ${trailer.strings} strings and ${trailer.ips} code addresses, the file has ${strings} and ${ips}`;
  diagnostics.report('heaptrack/trailer-differs', message);
}

function reportEmptyWindow({ clock }: RecordReader, diagnostics: Diagnostics): void {
  const { before, behind } = clock.around;
  if (behind === undefined) {
    const message = `it ends after ${before / 1000} s, before the window begins`;
    diagnostics.report('heaptrack/empty-window', message);
    return;
  }
  const message = `no time stamp lies in the window: its clock goes from ${before / 1000} s to ${behind / 1000} s`;
  diagnostics.report('heaptrack/empty-window', message, {}, { hint: 'choose a wider window' });
}

export const heaptrack: Format<'heap-profile'> = {
  id: 'heaptrack',
  title: 'a heaptrack recording',
  produces: 'heap-profile',
  command: 'heaptrack',
  answers: ['window', 'growthSteps', 'snapshots', 'symbolise', 'stopAtDamage'],
  howToCapture: 'heaptrack COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics, asked, symbolise }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const kind = recordingKind(input.head) ?? 'infos';
    const reader = new RecordReader(kind, diagnostics, input.memory, asked);
    const lines = new LineChunker(reader);
    for await (const chunk of input.chunks()) {
      lines.push(chunk);
      // Damage is told of when all is decoded.
      if (reader.isDone && reader.ending !== 'damage') break;
    }
    if (reader.ending === 'version') {
      const message = `its file version is ${reader.header.fileVersion}; memtool reads 0 to ${NEWEST_VERSION}`;
      diagnostics.report('heaptrack/unknown-version', message);
      return undefined;
    }
    if (!reader.clock.isPast && reader.ending !== 'damage') {
      checkCompleteness(reader, lines.isOpen && reader.ending === undefined, diagnostics);
    }
    if (!reader.clock.isInWindow) {
      reportEmptyWindow(reader, diagnostics);
      return undefined;
    }
    const tables = reader.rawTables
      ? await symbolised(
          reader,
          reader.rawTables,
          asked.symbolise === false ? undefined : symbolise,
          diagnostics,
        )
      : reader.tables.finish();
    const profile = buildProfile(reader, tables, asked.window);
    checkSums(profile, diagnostics);
    return profile;
  },
};

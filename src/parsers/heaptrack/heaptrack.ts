/**
 * Interpreted recordings of heaptrack 1.1 to 1.5 and git (file versions 1 to 3), the `.zst` and
 * `.gz` files that `heaptrack PROGRAM` leaves behind. Format: docs/formats/heaptrack.md.
 *
 * Where they lie: a recording of a killed program simply stops, and its "leaks" are what was live
 * then; the trailer tells. Its temporary allocations follow a rule that counts too many (same size
 * and stack, not same block). What is dropped here: the order of single events.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import type {
  AllocationProfile,
  AllocationTable,
  HeapRequest,
} from '../../model/allocation-profile.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { NEWEST_VERSION, OLDEST_VERSION, RecordReader } from './records.ts';
import { MAX_SCAN_BYTES } from './scanner.ts';

const NEWLINE = 10;

/** A record longer than this is skipped: command lines and symbols stay far below. */
const MAX_RECORD_BYTES = MAX_SCAN_BYTES / 2;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  if (/^v [0-9a-f]+( [0-9a-f]+)?$/.test(head.lines[0]!)) {
    return yes('it starts with a heaptrack version');
  }
  return no('it does not start with a heaptrack version (v …)');
}

/** Feeds chunks to the scanner in whole records; what a chunk ends in the middle of is carried. */
class RecordFeed {
  readonly #reader: RecordReader;
  readonly #diagnostics: Diagnostics;
  #carry: Uint8Array = new Uint8Array(0);
  /** Inside a record that is too long, until its newline. */
  #skipping = false;

  constructor(reader: RecordReader, diagnostics: Diagnostics) {
    this.#reader = reader;
    this.#diagnostics = diagnostics;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += MAX_RECORD_BYTES) {
      this.#push(chunk.subarray(at, at + MAX_RECORD_BYTES));
    }
  }

  #push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#carry.length > 0 || this.#skipping) {
      const newline = chunk.indexOf(NEWLINE, at);
      if (newline === -1) {
        this.#keep(chunk.subarray(at));
        return;
      }
      if (this.#skipping) {
        this.#skipping = false;
        at = newline + 1;
        break;
      }
      const joined = Buffer.concat([this.#carry, chunk.subarray(at, newline + 1)]);
      const done = this.#reader.scanner.scan(joined, 0, joined.length);
      this.#carry = joined.subarray(done);
      at = newline + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const done = at < end ? this.#reader.scanner.scan(chunk, at, end) : at;
    if (done < chunk.length) this.#keep(chunk.subarray(done));
  }

  /** @returns whether the recording ended with a whole record. */
  finish(): boolean {
    return this.#carry.length === 0 && !this.#skipping;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping) return;
    this.#carry = Buffer.concat([this.#carry, bytes]);
    if (this.#carry.length <= MAX_RECORD_BYTES) return;
    const message = 'the record is too long and was left out';
    this.#diagnostics.report('input/line-too-long', message, { line: this.#reader.line });
    this.#carry = new Uint8Array(0);
    this.#skipping = true;
  }
}

function checkCompleteness(reader: RecordReader, isWhole: boolean, diagnostics: Diagnostics): void {
  if (!isWhole) {
    const message = 'the last record is cut off';
    diagnostics.report('heaptrack/cut-record', message, { line: reader.line });
  }
  const { trailer, tables } = reader;
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

function refuse(reader: RecordReader, diagnostics: Diagnostics): void {
  if (reader.refusal === 'raw') {
    diagnostics.report('heaptrack/raw', 'it is a raw recording, not yet interpreted');
  } else {
    const message = `its file version is ${reader.fileVersion}; memtool reads ${OLDEST_VERSION} to ${NEWEST_VERSION}`;
    diagnostics.report('heaptrack/unknown-version', message);
  }
}

/** What a window added: everything up to its end less everything before its beginning. */
function subtract(costs: AllocationTable, before: AllocationTable): AllocationTable {
  const difference = (name: 'calls' | 'live' | 'temporary') =>
    costs[name].map((value, row) => value - (before[name][row] ?? 0));
  return {
    ...costs,
    calls: difference('calls'),
    live: difference('live'),
    temporary: difference('temporary'),
  };
}

function buildProfile(reader: RecordReader, window: HeapRequest['window']): AllocationProfile {
  const { scanner, peakResidentPages, pageBytes } = reader;
  const { timeline, snapshots, start } = reader.clock.finish();
  const costs = scanner.costs();
  const allocations = start ? subtract(costs, start.costs) : costs;
  let allocated = 0;
  for (let i = 0; i < allocations.count; i++) {
    allocated += allocations.calls[i]! * allocations.size[i]!;
  }
  // The recorder stamps about every 10 ms; heaptrack counts the last stamp's millisecond whole.
  const end = reader.clock.isPast && window ? window.to : (scanner.time + 1) / 1000;
  return {
    kind: 'allocation-profile',
    recording: reader.recording(),
    ...reader.tables.finish(),
    allocations,
    totals: {
      calls: scanner.allocations - (start?.calls ?? 0),
      temporary: scanner.temporaries - (start?.temporary ?? 0),
      allocated,
      peak: scanner.peak,
      peakTime: scanner.peakTime / 1000,
      leaked: scanner.live - (start?.live ?? 0),
      peakResident:
        peakResidentPages === undefined || pageBytes === undefined
          ? undefined
          : peakResidentPages * pageBytes,
      runtime: end - (window?.from ?? 0),
    },
    timeline,
    window: window && { from: window.from, to: end },
    growthSteps: scanner.growthSteps(),
    snapshots,
  };
}

export const heaptrack: Format = {
  id: 'heaptrack',
  title: 'a heaptrack recording',
  produces: 'allocation-profile',
  howToCapture: 'heaptrack COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics, heap }: ParseContext,
  ): Promise<AllocationProfile | undefined> {
    const reader = new RecordReader(diagnostics, input.memory, heap);
    const feed = new RecordFeed(reader, diagnostics);
    for await (const chunk of input.chunks()) {
      feed.push(chunk);
      if (reader.refusal || reader.clock.isPast) break;
    }
    if (reader.refusal) {
      refuse(reader, diagnostics);
      return undefined;
    }
    if (!reader.clock.isPast) checkCompleteness(reader, feed.finish(), diagnostics);
    if (!reader.clock.isInWindow) {
      const message = `it ends after ${reader.scanner.time / 1000} s, before the window begins`;
      diagnostics.report('heaptrack/empty-window', message);
      return undefined;
    }
    return buildProfile(reader, heap.window);
  },
};

/**
 * The files of `strace -ff` as one log: the PID of each file before its lines, all in the order of
 * their time stamps. That is what strace-log-merge, which comes with strace, makes of them, so that
 * line numbers are those of its result.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { LineChunker, MAX_LINE_BYTES } from '../../input/line-chunker.ts';
import type { Part } from '../format.ts';

const DAY_SECONDS = 86400;
const MIDNIGHT_STEP = DAY_SECONDS / 2;

/** How much is handed on at once. */
const CHUNK_CHARACTERS = 256 * 1024;

const TIME_OF_DAY = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s/;
const EPOCH = /^(\d{9,12})(?:\.(\d{1,9}))?\s/;

interface Stamp {
  readonly second: number;
  /** Digits behind the point, filled up to compare as text. */
  readonly fraction: string;
  readonly isOfDay: boolean;
}

function stampOf(line: string): Stamp | undefined {
  const ofDay = TIME_OF_DAY.exec(line);
  if (ofDay) {
    const [, hours, minutes, seconds, fraction = ''] = ofDay;
    const second = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return { second, fraction: fraction.padEnd(9, '0'), isOfDay: true };
  }
  const epoch = EPOCH.exec(line);
  if (!epoch) return undefined;
  return { second: Number(epoch[1]), fraction: (epoch[2] ?? '').padEnd(9, '0'), isOfDay: false };
}

const isBefore = (a: Stamp, b: Stamp) =>
  a.second < b.second || (a.second === b.second && a.fraction < b.fraction);

/** One byte more than a line may have, so that whoever reads the joined lines cuts this one, and says so. */
const LONGEST = MAX_LINE_BYTES + 1;

/** The bytes of a file as lines of Latin-1, which keeps each byte. */
async function* linesOf(input: Input): AsyncGenerator<string> {
  const lines: string[] = [];
  const chunker = new LineChunker(
    {
      onLines(buffer, start, end) {
        const text = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start - 1);
        for (const line of text.toString('latin1').split('\n')) lines.push(line);
        return undefined;
      },
      onCut() {},
    },
    LONGEST,
  );
  for await (const chunk of input.chunks()) {
    chunker.push(chunk);
    yield* lines.splice(0);
  }
  chunker.finish();
  yield* lines;
}

/** One file, at its next line. */
class PartReader {
  readonly pid: number;
  line: string | undefined;
  /** Of the line; one without a stamp (a stack, a dump) has that of the line before. */
  stamp: Stamp;
  readonly #lines: AsyncGenerator<string>;
  #latest: Stamp;
  #days: number;

  constructor({ number, input }: Part, days: number, first: Stamp) {
    this.pid = number;
    this.#lines = linesOf(input);
    this.#days = days;
    this.#latest = first;
    this.stamp = first;
  }

  async next(): Promise<void> {
    const { value, done } = await this.#lines.next();
    this.line = done ? undefined : value;
    const stamp = this.line === undefined ? undefined : stampOf(this.line);
    if (stamp === undefined) return;
    if (stamp.isOfDay && this.#latest.second - stamp.second > MIDNIGHT_STEP) this.#days++;
    this.#latest = stamp;
    this.stamp = { ...stamp, second: stamp.second + this.#days * DAY_SECONDS };
  }
}

async function* byTime(parts: readonly Part[], firsts: readonly Stamp[]): AsyncGenerator<string> {
  // The oldest process has the smallest PID, as a rule; who begins half a day earlier than it on the
  // clock began after midnight.
  const start = firsts[0]!.second;
  const readers = parts.map((part, i) => {
    const first = firsts[i]!;
    const isNextDay = first.isOfDay && start - first.second > MIDNIGHT_STEP;
    return new PartReader(part, isNextDay ? 1 : 0, first);
  });
  await Promise.all(readers.map((reader) => reader.next()));
  let open = readers.filter(({ line }) => line !== undefined);
  while (open.length > 0) {
    let reader = open[0]!;
    for (const other of open) if (isBefore(other.stamp, reader.stamp)) reader = other;
    // The others stand still meanwhile, so the one with the next stamp is looked for once.
    let limit: Stamp | undefined;
    for (const { stamp } of open.filter((other) => other !== reader)) {
      if (limit === undefined || isBefore(stamp, limit)) limit = stamp;
    }
    do {
      yield `${reader.pid} ${reader.line}\n`;
      await reader.next();
    } while (reader.line !== undefined && (!limit || isBefore(reader.stamp, limit)));
    if (reader.line === undefined) open = open.filter((other) => other !== reader);
  }
}

async function* oneAfterAnother(parts: readonly Part[]): AsyncGenerator<string> {
  for (const { number, input } of parts) {
    for await (const line of linesOf(input)) yield `${number} ${line}\n`;
  }
}

/** Lines that belong to the one before have no PID in a log, either. */
const CONTINUES = /^(\d+) (?= [>|] )/;

async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const line of lines) {
    text += line.replace(CONTINUES, '');
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'latin1');
}

/** @param parts the number of each is its PID. */
export function joinParts(unordered: readonly Part[], diagnostics: Diagnostics): Input {
  const parts = unordered.toSorted((a, b) => a.number - b.number);
  const firsts = parts.map(({ input }) => {
    for (const line of input.head.lines) {
      const stamp = stampOf(line);
      if (stamp !== undefined) return stamp;
    }
    return undefined;
  });
  const known = firsts.filter((stamp) => stamp !== undefined);
  const areStamped = known.length === parts.length;
  if (!areStamped) {
    const message = `${parts.length} files without time stamps are read one after another`;
    diagnostics.report('strace/parts-without-time', message);
  }
  const lines = areStamped ? byTime(parts, known) : oneAfterAnother(parts);
  const [first] = parts;
  return {
    ...first!.input,
    size: parts.reduce((sum, { input }) => sum + (input.size ?? 0), 0),
    head: new Head(new Uint8Array(0)),
    memory: undefined,
    plain: undefined,
    chunks: () => chunksOf(lines),
  };
}
